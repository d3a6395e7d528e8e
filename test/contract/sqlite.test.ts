import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/store/sqlite/store';
import { openInWorker } from '../../src/store/worker/workerEngine';
import { type OpenedEngine, engineContract } from './engine.contract';
import { bundle } from './bundle';
import type { Engine } from '../../src/store/engine';

async function inFreshFolder(open: (folder: string) => Promise<Engine>): Promise<OpenedEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'store-'));
  const engine = await open(join(folder, '.tracking'));
  return {
    engine,
    close: async () => {
      await engine.close();
      await rm(folder, { recursive: true });
    },
  };
}

engineContract('SQLite', () => inFreshFolder((folder) => openStore(folder)));

describe('In a worker', () => {
  let worker: Awaited<ReturnType<typeof bundle>>;
  before(async function () {
    this.timeout(30_000);
    worker = await bundle('src/store/worker/worker.ts');
  });
  after(() => worker.dispose());
  engineContract('SQLite in a worker', () => inFreshFolder((folder) => openInWorker(worker.file, { folder })));
});
