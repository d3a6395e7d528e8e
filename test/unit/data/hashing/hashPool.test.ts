import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileHashes } from '../../../../src/data/hashing/fileHashes';
import { HashPool, pieces } from '../../../../src/data/hashing/hashPool';
import type { HashWork } from '../../../../src/data/hashing/hashWork';
import { OwnThread } from '../../../../src/data/hashing/ownThread';
import { StatCache } from '../../../../src/data/hashing/statCache';
import { bundle } from '../../../contract/bundle';

const MB = 2 ** 20;

describe('hashing of many files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ml-pool-'));
  let worker: Awaited<ReturnType<typeof bundle>>;
  let pool: HashPool;
  const expected = new Map<string, string>();

  before(async () => {
    worker = await bundle('src/data/hashing/worker.ts');
    pool = new HashPool(worker.file, 3);
    for (const [index, size] of [0, 1, 100, MB - 1, MB, MB + 1, 5 * MB, ...Array.from({ length: 300 }, (_, i) => i)].entries()) {
      const content = Buffer.alloc(size, `${index}\r\n`);
      const file = join(folder, `f${index}`);
      writeFileSync(file, content);
      expected.set(file, createHash('md5').update(content).digest('hex'));
    }
  });
  after(async () => {
    pool.dispose();
    await worker.dispose();
    rmSync(folder, { recursive: true });
  });

  for (const [what, work] of [
    ['in this thread', () => new OwnThread()],
    ['over threads', () => pool],
  ] as const) {
    it(`gives each file its digest, ${what}`, async () => {
      const paths = [...expected.keys(), join(folder, 'absent'), folder];
      const hashes = new FileHashes(new StatCache(), work());
      assert.deepEqual(await hashes.digests(paths, 'md5'), [...expected.values(), undefined, undefined]);
      assert.equal(hashes.read, expected.size);
    });

    it(`says which file can't be read, ${what}`, async () => {
      const { path, reason, release } = unreadable(folder);
      try {
        const hashing = new FileHashes(new StatCache(), work()).digests([path, ...expected.keys()], 'md5');
        await assert.rejects(hashing, (error: NodeJS.ErrnoException & { path?: string }) => {
          assert.match(error.message, reason);
          assert.ok(error.message.includes(path), error.message);
          assert.equal(error.path, path);
          return true;
        });
      } finally {
        release();
      }
    });

    for (const [kind, size, become] of [
      ['nothing', 10, () => undefined],
      ['a folder', 10, mkdirSync],
      ['a folder', 3 * MB, mkdirSync],
      ...(process.platform === 'win32' ? [] : ([10, 3 * MB] as const).map((each) => ['a pipe', each, makePipe] as const)),
    ] as const) {
      it(`takes a file of ${size} bytes that becomes ${kind} after it was looked at for absent, ${what}`, async () => {
        const file = join(folder, 'replaced');
        writeFileSync(file, Buffer.alloc(size));
        const inner = work();
        // Between the look and the reading: what another program may do at any time.
        const replacing: HashWork = {
          stats: (...args) => inner.stats(...args),
          hash: (...args) => {
            rmSync(file);
            become(file);
            return inner.hash(...args);
          },
        };
        try {
          const [first = ''] = expected.keys();
          assert.deepEqual(await new FileHashes(new StatCache(), replacing).digests([file, first], 'md5'), [
            undefined,
            expected.get(first),
          ]);
        } finally {
          rmSync(file, { recursive: true, force: true });
        }
      });
    }

    it(`stops in the middle of a large file, ${what}`, async () => {
      const large = join(folder, 'large');
      writeFileSync(large, '');
      // So large, and empty on the disk, that it can't be through before it is told to stop.
      truncateSync(large, 64 * 1024 * MB);
      const stop = new AbortController();
      const hashing = new FileHashes(new StatCache(), work()).digests([large], 'md5', stop.signal);
      setImmediate(() => stop.abort(new Error('enough')));
      await assert.rejects(hashing, /enough/);
      const [file = ''] = expected.keys();
      assert.deepEqual(await new FileHashes(new StatCache(), work()).digests([file], 'md5'), [expected.get(file)]);
      rmSync(large);
    });
  }

  it('asks threads for the stats of many paths', async () => {
    const many = join(folder, 'many');
    mkdirSync(many);
    writeFileSync(join(many, 'one'), 'x');
    const paths = Array.from({ length: 10_000 }, (_, i) => join(many, i === 7_777 ? 'one' : `absent${i}`));
    const table = await pool.stats(paths);
    assert.deepEqual(
      paths.flatMap((_, index) => (table.at(index) ? [[index, table.at(index)?.size]] : [])),
      [[7_777, 1n]],
    );
  });

  it('tells who waits when it is disposed', async () => {
    const other = new HashPool(worker.file, 1);
    const waiting = other.hash(
      [...expected.keys()],
      [...expected.keys()].map(() => 5 * MB),
      'md5',
    );
    other.dispose();
    await assert.rejects(waiting, /stopped/);
    await assert.rejects(other.hash([join(folder, 'f1')], [1], 'md5'), /stopped/);
  });

  it('puts large files first and alone, and every file into one piece', () => {
    const sizes = [1, 10 * MB, 2, 100 * MB, ...Array.from({ length: 400 }, () => 10)];
    const result = pieces(sizes);
    assert.deepEqual(result.slice(0, 2), [[3], [1]]);
    assert.deepEqual(
      result.flat().sort((a, b) => a - b),
      sizes.map((_, index) => index),
    );
  });
});

/** A regular file that nobody can read, not even who may read everything. */
function unreadable(folder: string): { path: string; reason: RegExp; release: () => void } {
  // The system lists it as a regular file, and where this process has no memory there is nothing to be read.
  if (process.platform === 'linux') return { path: '/proc/self/mem', reason: /^EIO/, release: () => undefined };
  const path = join(folder, 'locked');
  writeFileSync(path, 'secret');
  if (process.platform === 'win32') {
    // libuv's flag by which nobody else may open it.
    const file = openSync(path, constants.O_RDWR | 0x1000_0000);
    return { path, reason: /^EBUSY|^EPERM|^EACCES/, release: () => (closeSync(file), rmSync(path)) };
  }
  chmodSync(path, 0);
  return { path, reason: /^EACCES/, release: () => rmSync(path) };
}

function makePipe(path: string): void {
  execFileSync('mkfifo', [path]);
}
