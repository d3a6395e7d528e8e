import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { classCounts, datasetDescription } from '../../../src/train/data/description';
import { writeIdx } from '../../../src/train/data/idx';
import { loadDigits } from '../../../src/train/data/mnist';
import { formatOrigin, MNIST_ORIGIN } from '../../../src/train/data/origin';

const images = (count: number, side = 28) => ({ shape: [count, side, side], data: new Uint8Array(count * side * side).fill(9) });
const labels = (...values: number[]) => ({ shape: [values.length], data: Uint8Array.from(values) });

describe('A folder of digits', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'digits-'));
    await put('train-images-idx3-ubyte.gz', writeIdx(images(3), { gzip: true }));
    await put('train-labels-idx1-ubyte.gz', writeIdx(labels(4, 0, 4), { gzip: true }));
    await put('t10k-images-idx3-ubyte.gz', writeIdx(images(2), { gzip: true }));
    await put('t10k-labels-idx1-ubyte.gz', writeIdx(labels(1, 9), { gzip: true }));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const put = (name: string, content: Uint8Array | string): Promise<void> => writeFile(join(folder, name), content);

  it('is read with its counts and its files’ hashes', async () => {
    const { train, test, origin } = await loadDigits(folder);
    assert.equal(train.count, 3);
    assert.deepEqual([...train.labels], [4, 0, 4]);
    assert.equal(train.images.length, 3 * 784);
    assert.equal(test.count, 2);
    assert.equal(origin.kind, 'other');
    const packed = writeIdx(images(3), { gzip: true });
    assert.equal(train.files.images.md5, createHash('md5').update(packed).digest('hex'));
    assert.equal(train.files.images.bytes, packed.length);
  });

  it('may hold them unpacked, under the names that archives give', async () => {
    await unlink(join(folder, 'train-images-idx3-ubyte.gz'));
    await put('train-images.idx3-ubyte', writeIdx(images(3)));
    await unlink(join(folder, 't10k-labels-idx1-ubyte.gz'));
    await put('t10k-labels-idx1-ubyte', writeIdx(labels(7, 7)));
    const { train, test } = await loadDigits(folder);
    assert.equal(train.count, 3);
    assert.deepEqual([...test.labels], [7, 7]);
  });

  it('says which file is missing', async () => {
    await unlink(join(folder, 't10k-images-idx3-ubyte.gz'));
    await assert.rejects(loadDigits(folder), /lacks t10k-images-idx3-ubyte\.gz: give the folder/);
    await assert.rejects(loadDigits(join(folder, 'nowhere')), /There is no folder .*nowhere/);
  });

  const wrong: readonly [what: string, name: string, content: Uint8Array, message: RegExp][] = [
    ['images of another size', 'train-images-idx3-ubyte.gz', writeIdx(images(3, 20)), /3 × 20 × 20, not images of 28 × 28/],
    ['fewer labels than images', 'train-labels-idx1-ubyte.gz', writeIdx(labels(1, 2)), /3 images, but .* 2 labels/],
    ['labels that are no digits', 'train-labels-idx1-ubyte.gz', writeIdx(labels(1, 12, 3)), /label 12 at position 1; labels are 0 to 9/],
    ['images where labels belong', 'train-labels-idx1-ubyte.gz', writeIdx(images(3)), /not one label a digit/],
    ['no images at all', 't10k-images-idx3-ubyte.gz', writeIdx(images(0)), /holds no images/],
  ];
  for (const [what, name, content, message] of wrong) {
    it(`is refused with ${what}`, async () => {
      await put(name, content);
      await assert.rejects(loadDigits(folder), message);
    });
  }

  it('is described as a run records it', async () => {
    await put('source.json', formatOrigin(MNIST_ORIGIN));
    const data = await loadDigits(folder);
    const dataset = await datasetDescription(data, { part: 'train', folder });
    assert.equal(dataset.name, 'MNIST train');
    const { images, labels } = data.train.files;
    assert.equal(dataset.digest, createHash('md5').update(`${images.md5}\n${labels.md5}`).digest('hex'));
    assert.equal(dataset.sourceType, 'local');
    assert.equal((JSON.parse(dataset.source) as { uri: string }).uri, 'train-images-idx3-ubyte.gz');
    const profile = JSON.parse(dataset.profile ?? '') as Record<string, unknown>;
    assert.equal(profile['num_rows'], 3);
    assert.deepEqual(profile['class_counts'], [1, 0, 0, 0, 2, 0, 0, 0, 0, 0]);
    assert.ok((profile['preprocessing'] as string[]).includes('pixels divided by 255'));
  });

  it('is described by the rows that are used', async () => {
    const data = await loadDigits(folder);
    const dataset = await datasetDescription(data, { part: 'train', rows: { from: 1, count: 2 } });
    const profile = JSON.parse(dataset.profile ?? '') as Record<string, unknown>;
    assert.equal(profile['num_rows'], 2);
    assert.equal(profile['rows_in_files'], 3);
    assert.deepEqual(classCounts(data.train, { from: 1, count: 1 }), [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('names DVC’s record, and tells when the file has been changed since', async () => {
    const data = await loadDigits(folder);
    const dataVersion = (path: string) =>
      Promise.resolve({ path, digest: 'aa'.repeat(16), size: 1, files: undefined, recordedIn: `${path}.dvc` });
    const dataset = await datasetDescription(data, { part: 'test', folder, dataVersion });
    assert.equal(dataset.sourceType, 'dvc');
    const source = JSON.parse(dataset.source) as { images: { md5: string; trackedBy: string; recorded: string } };
    assert.equal(source.images.md5, data.test.files.images.md5);
    assert.equal(source.images.trackedBy, 't10k-images-idx3-ubyte.gz.dvc');
    assert.equal(source.images.recorded, 'aa'.repeat(16));
  });

  it('is refused with a broken description', async () => {
    await put('source.json', '{"name": 1}');
    await assert.rejects(loadDigits(folder), /source\.json is no description of a data set/);
  });
});

describe('MNIST itself', () => {
  const folder = process.env['MNIST_DIR'];
  it('is known by its hash', async function () {
    if (!folder) return this.skip();
    const { train, test, origin } = await loadDigits(folder);
    assert.equal(origin.kind, 'mnist');
    assert.deepEqual([train.count, test.count], [60_000, 10_000]);
    assert.deepEqual([...train.labels.subarray(0, 5)], [5, 0, 4, 1, 9]);
    assert.deepEqual(classCounts(test), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  });
});
