import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeIdx } from './idx';
import { CLASSES, PIXELS, SIDE } from './mnist';
import { ORIGIN_FILE, formatOrigin, type DataOrigin, type DigitFileName } from './origin';
import { drawDigit } from './pen';
import { seededRandom } from './random';

export interface SyntheticOptions {
  readonly train: number;
  readonly test: number;
  readonly seed: number;
}

export const SYNTHETIC_DEFAULTS: SyntheticOptions = { train: 12_000, test: 2_000, seed: 1 };

/** `count` drawn digits, every class equally often, in random order. The same seed gives the same bytes. */
export function drawDigits(count: number, seed: number): { readonly images: Uint8Array; readonly labels: Uint8Array } {
  const random = seededRandom(seed);
  const labels = Uint8Array.from({ length: count }, (_, at) => at % CLASSES);
  for (let at = count - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [labels[at], labels[other]] = [labels[other]!, labels[at]!];
  }
  const images = new Uint8Array(count * PIXELS);
  for (let at = 0; at < count; at++) drawDigit(labels[at]!, random, images.subarray(at * PIXELS, (at + 1) * PIXELS));
  return { images, labels };
}

/** What is said of digits that were drawn by the generator. */
export function syntheticOrigin(options: SyntheticOptions): DataOrigin {
  return {
    name: 'synthetic digits',
    kind: 'synthetic',
    description:
      'Drawn by a seeded generator to look handwritten; no person wrote them, and accuracy on them says little about real digits.',
    from: `ml-tracking generator 1, seed ${options.seed}, ${options.train} + ${options.test} digits`,
    steps: ['strokes with affine and elastic distortion', 'size-normalised to fit 20×20', 'centred by mass in 28×28'],
  };
}

/** Draws both sets and writes the four files and `source.json` into a folder, each complete or not at all. */
export async function writeSyntheticDigits(folder: string, options: SyntheticOptions = SYNTHETIC_DEFAULTS): Promise<void> {
  await mkdir(folder, { recursive: true });
  const sets = [
    { prefix: 'train', count: options.train, seed: options.seed * 2 },
    { prefix: 't10k', count: options.test, seed: options.seed * 2 + 1 },
  ] as const;
  for (const { prefix, count, seed } of sets) {
    const { images, labels } = drawDigits(count, seed);
    await put(folder, `${prefix}-images-idx3-ubyte.gz`, writeIdx({ shape: [count, SIDE, SIDE], data: images }, { gzip: true }));
    await put(folder, `${prefix}-labels-idx1-ubyte.gz`, writeIdx({ shape: [count], data: labels }, { gzip: true }));
  }
  await put(folder, ORIGIN_FILE, formatOrigin(syntheticOrigin(options)));
}

async function put(folder: string, name: DigitFileName | typeof ORIGIN_FILE, content: Uint8Array | string): Promise<void> {
  const partial = join(folder, `${name}.${process.pid}.tmp`);
  await writeFile(partial, content);
  await rename(partial, join(folder, name));
}
