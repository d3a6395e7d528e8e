import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PNG } from 'pngjs';
import { TrackingError } from '../../../../src/core/errors';
import type { ContentQuestion, FromContentWorker, ToContentWorker } from '../../../../src/data/content/thread/contentMessages';
import { ContentReader } from '../../../../src/data/content/thread/contentReader';
import { ValueAssembly } from '../../../../src/data/thread/valuePieces';
import { bundle } from '../../../contract/bundle';
import { DataRepository } from '../dataRepository';
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

  it('answers with very much in pieces', async () => {
    const repository = new DataRepository();
    try {
      const manifest = (from: number): string =>
        JSON.stringify(Array.from({ length: 30_000 }, (_, index) => ({ md5: 'a'.repeat(32), relpath: `folder/${from + index}.bin` })));
      const placed = (text: string) => {
        const digest = `${createHash('md5').update(text).digest('hex')}.dir`;
        mkdirSync(dirname(repository.cached(digest)), { recursive: true });
        writeFileSync(repository.cached(digest), text);
        const cache = repository.path('.dvc', 'cache');
        return { kind: 'version', name: 'd', fileName: 'd', cache, hashName: 'md5', digest } as const;
      };
      const [before, after] = [placed('[]'), placed(manifest(0))];
      const question: ContentQuestion = { kind: 'compare', before, after, options: { withoutLacking: true } };
      const thread = new Worker(worker.file, { execArgv: [], workerData: question });
      const assembly = new ValueAssembly();
      const sizes: number[] = [];
      await new Promise<void>((resolve, reject) => {
        thread.on('error', reject);
        thread.on('message', (message: FromContentWorker) => {
          if (message.kind === 'piece') {
            sizes.push(JSON.stringify(message.piece).length);
            assembly.add(message.piece);
            thread.postMessage({ kind: 'next' } satisfies ToContentWorker);
          } else if (message.kind === 'end') resolve();
          else if (message.kind === 'error') reject(new Error(message.message));
        });
      });
      assert.ok(sizes.length >= 30 && Math.max(...sizes) < 50_000, `${sizes.length} pieces of up to ${Math.max(...sizes)} characters`);
      assert.deepEqual(assembly.value, await reader.compare(before, after, question.options));
      assert.equal(assembly.value.files?.added.length, 30_000);
    } finally {
      repository.dispose();
    }
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
