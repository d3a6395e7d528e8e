import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isComplete, type TransferKind } from '../src/data/cache/transfers';
import { WorkerTransfers } from '../src/data/cache/workerTransfers';
import { bundle } from '../test/contract/bundle';
import { delayDuring, DVC, makeFolder, print } from './data';

const FILES = 5_000;
const run = promisify(execFile);

/** How fast data is checked out, fetched, pushed and pulled: beside the real dvc, in one run, with a remote on the same disk. */
export async function bench(): Promise<void> {
  const [transfer, hashing] = [await bundle('src/data/cache/worker.ts'), await bundle('src/data/hashing/worker.ts')];
  const above = await realpath(await mkdtemp(join(tmpdir(), 'bench-moves-')));
  const transfers = new WorkerTransfers({ transferWorker: transfer.file, hashWorker: hashing.file }, () => undefined);
  try {
    const root = join(above, 'repo');
    const remote = join(above, 'remote');
    await makeFolder(root, FILES, false);
    await appendFile(join(root, '.dvc', 'config'), `[core]\nremote = there\nno_scm = true\n['remote "there"']\nurl = ${remote}\n`);
    const drop = async (...paths: string[]): Promise<void> => {
      for (const path of paths) await rm(path, { recursive: true, force: true });
    };
    const [files, cache] = [join(root, 'images'), join(root, '.dvc', 'cache')];
    const cases: readonly (readonly [kind: TransferKind, dropped: readonly string[]])[] = [
      ['push', [remote]],
      ['fetch', [cache]],
      ['checkout', [files]],
      ['pull', [files, cache]],
      ['pull', []],
    ];
    const ours = async (kind: TransferKind): Promise<void> => {
      const result = await transfers.run(kind, root);
      if (!isComplete(result)) throw new Error(`${kind} came to ${JSON.stringify(result.outs)}`);
    };
    const theirs = async (kind: TransferKind): Promise<void> => {
      // DVC's memory of what it has seen is kept, as it is on anybody's machine.
      const env = { ...process.env, DVC_NO_ANALYTICS: '1', DVC_SITE_CACHE_DIR: join(above, 'site') };
      await run(DVC, [kind, '--quiet'], { cwd: root, env, timeout: 600_000 });
    };
    for (const [kind, dropped] of cases) {
      const what = dropped.length === 0 ? `${kind} with nothing to do` : kind;
      const times: [number, number][] = [];
      let own = 0;
      for (let round = 0; round < 3; round++) {
        await drop(...dropped);
        const timing = await delayDuring(() => ours(kind));
        own = Math.max(own, timing.own);
        if ((await readdir(files)).length !== FILES) throw new Error(`${kind} left files out.`);
        if (!existsSync(DVC)) continue;
        await drop(...dropped);
        const begun = performance.now();
        await theirs(kind);
        times.push([timing.took, performance.now() - begun]);
      }
      const [mine, other] = [0, 1].map((side) => Math.min(...times.map((pair) => pair[side] ?? 0))) as [number, number];
      const held = `the asking thread was held up for ${own.toFixed(0)} ms`;
      print(
        `${what}, ${FILES.toLocaleString('en')} files in a folder`,
        times.length === 0
          ? held
          : `${mine.toFixed(0)} ms, dvc ${other.toFixed(0)} ms, ${(other / mine).toFixed(1)} times as long; ${held}`,
      );
    }
  } finally {
    transfers.dispose();
    await Promise.all([transfer.dispose(), hashing.dispose()]);
    await rm(above, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench();
