import assert from 'node:assert/strict';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import { LivenessWatcher, findDeadRuns } from '../../../src/autolog/liveness';
import { identifyProcess, livenessOf } from '../../../src/store/processIdentity';
import { TagName } from '../../../src/core/tagNames';
import type { Engine } from '../../../src/store/engine';
import { openStore } from '../../../src/store/sqlite/store';
import { Child } from './childProcess';
import { RecordingLog } from './recordingLog';
import { TemporaryFolder } from './temporaryFolder';

describe('the liveness of processes', () => {
  it('tells a living one, one that ended, and one that took over a number', async () => {
    const own = await identifyProcess();
    assert.equal(own.host, hostname());
    assert.notEqual(own.startedAt, '');
    assert.equal(await livenessOf(own), 'alive');
    assert.equal(
      await livenessOf({ ...own, startedAt: own.startedAt.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10)) }),
      'dead',
    );
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const identity = await identifyProcess(child.pid);
    assert.equal(await livenessOf(identity), 'alive');
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    assert.equal(await livenessOf(identity), 'dead');
  });

  it('does not judge what it cannot see', async () => {
    const own = await identifyProcess();
    assert.equal(await livenessOf({ ...own, host: 'elsewhere' }), 'unknown');
    if (process.platform === 'linux') assert.equal(await livenessOf({ ...own, startedAt: 'another machine/1/2' }), 'unknown');
  });
});

describe('runs whose process died without a word', () => {
  const folder = new TemporaryFolder();
  let engine: Engine;

  before(async () => {
    engine = await openStore(folder.at('.tracking'));
  });
  after(async () => {
    await engine.close();
    folder.remove();
  });

  const startChild = () => Child.start('scriptedRun.ts', ['wait'], { ML_TRACKING_STORE: folder.at('.tracking') });
  const running = async (tags: Readonly<Record<string, string>>) =>
    (await engine.runs.create({ experimentId: '0', startTime: 500, tags })).runId;

  it('are marked FAILED, ended when they were last heard of', async () => {
    const child = startChild();
    const runId = await child.runId();
    assert.deepEqual(await findDeadRuns(engine), []);
    child.kill('SIGKILL');
    await child.ended();
    assert.deepEqual(await findDeadRuns(engine), [runId]);
    const run = await engine.runs.get(runId);
    assert.equal(run.status, 'FAILED');
    assert.match(run.tags[TagName.error] ?? '', new RegExp(`^The process ended without a word \\(pid ${child.pid}\\)`));
    assert.ok(run.endTime !== undefined && run.endTime >= run.startTime && run.endTime <= Date.now());
    assert.deepEqual(await findDeadRuns(engine), []);
  });

  it('end no earlier than their last metric', async () => {
    const own = await identifyProcess();
    const runId = await running({ [TagName.process]: JSON.stringify({ ...own, pid: 2 ** 30 }), [TagName.progress]: '{}' });
    await engine.runs.logBatch(runId, { metrics: [{ key: 'loss', value: 1, timestamp: 9000, step: 0 }] });
    assert.deepEqual(await findDeadRuns(engine), [runId]);
    const run = await engine.runs.get(runId);
    assert.deepEqual([run.endTime, run.tags[TagName.progress]], [9000, undefined]);
  });

  it('are told from those of other machines, of other clients, and of the living', async () => {
    const own = await identifyProcess();
    const others = [
      await running({}),
      await running({ [TagName.process]: 'nonsense' }),
      await running({ [TagName.process]: JSON.stringify({ ...own, host: 'elsewhere', pid: 2 ** 30 }) }),
      await running({ [TagName.process]: JSON.stringify(own) }),
    ];
    assert.deepEqual(await findDeadRuns(engine), []);
    for (const runId of others) assert.equal((await engine.runs.get(runId)).status, 'RUNNING');
  });

  it('are found by a watcher, also when they began after it', async () => {
    const log = new RecordingLog();
    let found: (runId: string) => void = () => undefined;
    const death = new Promise<string>((resolve) => (found = resolve));
    const watcher = new LivenessWatcher(engine, log, { intervalMs: 20, onDead: (runId) => found(runId) });
    try {
      await watcher.start();
      const child = startChild();
      const runId = await child.runId();
      child.kill('SIGKILL');
      assert.equal(await death, runId);
      assert.equal((await engine.runs.get(runId)).status, 'FAILED');
      assert.match(log.warnings.join(), new RegExp(runId));
    } finally {
      watcher.dispose();
    }
  });
});
