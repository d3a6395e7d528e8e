import assert from 'node:assert/strict';
import { PNG } from 'pngjs';
import { TrackingError } from '../../../../src/core/errors';
import { ContentReader } from '../../../../src/data/content/thread/contentReader';
import { bundle } from '../../../contract/bundle';
import { ContentFolder, idxFile } from './contentFolder';

describe('a reader of content in a thread', function () {
  this.timeout(60_000);
  let folder: ContentFolder;
  let worker: { readonly file: string; dispose(): Promise<void> };
  let reader: ContentReader;
  const log: string[] = [];
  const place = (path: string) => ({ kind: 'path', path: folder.path(path) }) as const;

  before(async () => {
    folder = new ContentFolder();
    worker = await bundle('src/data/content/thread/contentWorker.ts');
    folder.write('a.csv', 'x,label\n1,a\n2,b\n3,a\n4,b\n');
    folder.write('b.csv', 'x,label\n1,a\n9,b\n3,a\n4,b\n');
    folder.write('i-idx3-ubyte', idxFile([2, 4, 4], new Uint8Array(32).fill(200)));
  });
  after(async () => {
    folder.dispose();
    await worker.dispose();
  });
  beforeEach(() => (reader = new ContentReader(worker.file, (line) => log.push(line))));
  afterEach(() => reader.dispose());

  it('answers every question, with one line in the log for each', async () => {
    assert.equal((await reader.profile(place('a.csv'))).rows, 4);
    assert.deepEqual((await reader.compare(place('a.csv'), place('b.csv'))).rowContent, { both: 3, onlyBefore: 1, onlyAfter: 1 });
    const samples = await reader.samples(place('i-idx3-ubyte'));
    assert.deepEqual(
      samples.map(({ key, png }) => [key, PNG.sync.read(Buffer.from(png)).data[0]]),
      [
        ['1', 200],
        ['2', 200],
      ],
    );
    assert.equal((await reader.changedImages(place('i-idx3-ubyte'), place('i-idx3-ubyte'))).changed, 0);
    folder.write('a.csv.checks.yaml', await reader.suggest(place('a.csv')));
    assert.equal((await reader.check(folder.path('a.csv.checks.yaml'))).outcome, 'passed');
    assert.deepEqual(
      log.map((line) => line.replace(/\d+/, 'n')),
      ['profile', 'compare', 'samples', 'changedImages', 'suggest', 'check'].map((kind) => `data ${kind} n ms`),
    );
  });

  it('passes on what cannot be read, as it was said', async () => {
    await assert.rejects(
      reader.profile(place('none.csv')),
      (error: unknown) => error instanceof TrackingError && error.code === 'RESOURCE_DOES_NOT_EXIST',
    );
  });

  it('tells how far it has come, and stops when told so or when nobody is left', async () => {
    folder.write('long.csv', '1,2,3,x\n'.repeat(4_000_000));
    const abort = new AbortController();
    const reading = reader.profile(
      place('long.csv'),
      {},
      {
        signal: abort.signal,
        onProgress: ({ bytes, total }) => {
          assert.ok(bytes > 0 && bytes <= total);
          abort.abort(new Error('enough'));
        },
      },
    );
    await assert.rejects(reading, /enough/);
    const left = reader.profile(place('long.csv'), {}, { onProgress: () => reader.dispose() });
    await assert.rejects(left, /Reading data was stopped/);
    await assert.rejects(reader.profile(place('a.csv')), /Reading data was stopped/);
  });
});
