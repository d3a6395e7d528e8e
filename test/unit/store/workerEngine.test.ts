import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { openInWorker } from '../../../src/store/worker/workerEngine';
import { openStore } from '../../../src/store/sqlite/store';
import { bundle } from '../../contract/bundle';
import { refuses } from '../../contract/expectations';
import { temporaryFolder } from './temporaryFolder';

describe('A store in a thread of its own', function () {
  this.timeout(30_000);
  const path = temporaryFolder();
  let worker: Awaited<ReturnType<typeof bundle>>;
  before(async function () {
    this.timeout(30_000);
    worker = await bundle('src/store/worker/worker.ts');
  });
  after(() => worker.dispose());

  it('refuses to open as the store itself does', async () => {
    await refuses(
      openInWorker(worker.file, { folder: path('.tracking'), options: { create: false } }),
      'RESOURCE_DOES_NOT_EXIST',
      /no tracking store/,
    );
    mkdirSync(path('.tracking'));
    writeFileSync(path('.tracking', 'tracking.db'), 'nonsense'.repeat(1_000));
    await refuses(openInWorker(worker.file, { folder: path('.tracking') }), 'INVALID_STATE', /not a tracking store/);
  });

  it('tells its state, and passes lines to the log', async () => {
    await (await openStore(path('.tracking'))).close();
    const engine = await openInWorker(worker.file, { folder: path('.tracking'), options: { readOnly: true } });
    assert.deepEqual([engine.info.location, engine.info.readOnly, engine.info.warnings], [path('.tracking'), true, []]);
    await engine.close();
    await refuses(engine.runs.get('x'), 'INVALID_STATE', /closed/);
    await engine.close();
  });

  it('hears of writes from outside', async () => {
    const engine = await openInWorker(worker.file, { folder: path('.tracking') });
    const other = await openStore(path('.tracking'));
    const told = new Promise<void>((resolve) => void engine.feed.watch(resolve));
    // The watch is set up in the thread before it answers what was asked after.
    await engine.feed.head();
    const { runId } = await other.runs.create({ experimentId: '0' });
    await told;
    assert.equal((await engine.runs.get(runId)).runId, runId);
    await other.close();
    await engine.close();
  });

  it('is made once when several threads open it for the first time', async () => {
    const engines = await Promise.all(Array.from({ length: 4 }, () => openInWorker(worker.file, { folder: path('.tracking') })));
    await Promise.all(engines.map((engine) => engine.runs.create({ experimentId: '0' })));
    assert.equal((await engines[0]!.runs.search({ experimentIds: ['0'] })).items.length, 4);
    assert.equal((await engines[0]!.experiments.search()).items.length, 1);
    for (const engine of engines) await engine.close();
  });

  it('rejects what waits and what comes after when the thread dies', async () => {
    writeFileSync(
      path('dying.mjs'),
      `import { parentPort } from 'node:worker_threads';
       parentPort.postMessage({ kind: 'opened', info: { location: '', artifactRoot: '', readOnly: false, warnings: [] } });
       parentPort.on('message', () => { throw new Error('out of memory'); });`,
    );
    const engine = await openInWorker(path('dying.mjs'), { folder: path('.tracking') });
    const waiting = [engine.runs.get('a'), engine.experiments.search()];
    for (const call of waiting) await refuses(call, 'INTERNAL_ERROR', /thread of the store has stopped \(out of memory\)/);
    await refuses(engine.runs.get('b'), 'INTERNAL_ERROR', /has stopped/);
    await engine.close();
  });

  it('says so when the thread dies before the store is open', async () => {
    writeFileSync(path('dead.mjs'), 'process.exit(3);');
    await refuses(openInWorker(path('dead.mjs'), { folder: path('.tracking') }), 'INTERNAL_ERROR', /has stopped \(exit code 3\)/);
  });

  it('refuses arguments that cannot cross', async () => {
    const engine = await openInWorker(worker.file, { folder: path('.tracking') });
    await refuses(engine.experiments.create('a', { f: (() => 1) as unknown as string }), 'INVALID_PARAMETER_VALUE', /can't take this/);
    await engine.close();
  });
});
