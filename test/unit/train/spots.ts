import type { LabelledImages } from '../../../src/train/engine/memory';
import { randomBits } from '../../../src/train/engine/random';

/** Images with a bright spot whose place tells the class, in noise. */
export function spots(count: number, seed: number): LabelledImages {
  const bits = randomBits(seed);
  const images = Uint8Array.from({ length: count * 784 }, () => bits() % 60);
  const labels = Uint8Array.from({ length: count }, () => bits() % 10);
  labels.forEach((label, image) => {
    const top = 3 + Math.floor(label / 5) * 12 + (bits() % 3);
    const left = 1 + (label % 5) * 5 + (bits() % 2);
    for (let row = 0; row < 6; row++)
      for (let column = 0; column < 4; column++) images[image * 784 + (top + row) * 28 + left + column] = 255;
  });
  return { images, labels };
}
