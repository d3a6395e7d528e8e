import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDigits } from '../../../src/train/data/mnist';
import { drawDigits, writeSyntheticDigits } from '../../../src/train/data/synthetic';

const hash = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');
const digitAt = (images: Uint8Array, at: number): Uint8Array => images.subarray(at * 784, (at + 1) * 784);

describe('Drawn digits', () => {
  const set = drawDigits(1000, 3);

  it('are the same for the same seed, and others for another', () => {
    const first = drawDigits(50, 11);
    assert.equal(hash(drawDigits(50, 11).images), hash(first.images));
    assert.notEqual(hash(drawDigits(50, 12).images), hash(first.images));
  });

  it('have every class equally often, in no order', () => {
    const counts = new Array<number>(10).fill(0);
    for (const label of set.labels) counts[label]!++;
    assert.deepEqual(counts, new Array(10).fill(100));
    assert.notDeepEqual([...set.labels.subarray(0, 10)], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('stand in the middle of 28 × 28 by their mass, with paper around them', () => {
    let [meanX, meanY] = [0, 0];
    for (let at = 0; at < set.labels.length; at++) {
      let [mass, x, y, edge] = [0, 0, 0, 0];
      digitAt(set.images, at).forEach((value, place) => {
        const [column, row] = [place % 28, Math.floor(place / 28)];
        mass += value;
        x += value * (column + 0.5);
        y += value * (row + 0.5);
        if (column === 0 || row === 0 || column === 27 || row === 27) edge += value;
      });
      assert.ok(mass > 20 * 255, `digit ${at} has hardly any ink`);
      assert.ok(Math.abs(x / mass - 14.5) < 3 && Math.abs(y / mass - 14.5) < 3, `digit ${at} is off its centre`);
      assert.ok(edge < 0.02 * mass, `digit ${at} runs out of the picture`);
      meanX += x / mass / set.labels.length;
      meanY += y / mass / set.labels.length;
    }
    assert.ok(Math.abs(meanX - 14.5) < 0.1 && Math.abs(meanY - 14.5) < 0.2, `${meanX}, ${meanY}`);
  });

  it('have ink, paper and soft edges as MNIST has', () => {
    const share = (holds: (value: number) => boolean): number => set.images.filter(holds).length / set.images.length;
    assert.ok(share((value) => value === 0) > 0.72 && share((value) => value === 0) < 0.88);
    assert.ok(share((value) => value > 200) > 0.06);
    assert.ok(share((value) => value > 20 && value < 200) > 0.03);
  });

  it('differ from each other within a class, yet look alike: the nearest of another set mostly has the same label', () => {
    const others = drawDigits(200, 4);
    let right = 0;
    for (let at = 0; at < 200; at++) {
      let [best, label] = [Infinity, -1];
      for (let other = 0; other < 1000; other++) {
        let distance = 0;
        for (let pixel = 0; pixel < 784 && distance < best; pixel++)
          distance += (others.images[at * 784 + pixel]! - set.images[other * 784 + pixel]!) ** 2;
        if (distance < best) [best, label] = [distance, set.labels[other]!];
      }
      assert.ok(best > 0, 'two sets share a digit');
      if (label === others.labels[at]) right++;
    }
    assert.ok(right >= 180, `only ${right} of 200 are alike`);
  });

  it('are written as the four files, and say that nobody wrote them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'synthetic-'));
    try {
      await writeSyntheticDigits(folder, { train: 40, test: 20, seed: 5 });
      const { train, test, origin } = await loadDigits(folder);
      assert.deepEqual([train.count, test.count], [40, 20]);
      assert.equal(origin.kind, 'synthetic');
      assert.match(origin.description, /no person wrote them/);
      assert.notEqual(hash(train.images.subarray(0, 20 * 784)), hash(test.images));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
