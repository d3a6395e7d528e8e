import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { identifyProcess, livenessOf } from '../../../src/store/processIdentity';
import type { RunProcess } from '../../../src/core/progress';
import type { Run } from '../../../src/core/run';
import type { EndableRun } from '../../../src/host/training/trainingEnd';
import { TrainingEnd } from '../../../src/host/training/trainingEnd';
import type { Engine } from '../../../src/store/engine';
import { openStore } from '../../../src/store/sqlite/store';

/** Says when it stands, and what it does when it is asked to go. */
const STUBBORN = "process.on('SIGTERM', () => console.log('no')); setInterval(() => {}, 1e6); console.log('here')";
const POLITE =
  "process.on('SIGTERM', () => { console.log('asked'); }); process.stdin.on('end', () => process.exit(0)).resume(); console.log('here')";

describe('ending a training', () => {
  let folder: string;
  let engine: Engine;
  let experimentId: string;
  const children: ChildProcess[] = [];
  const end = new TrainingEnd(livenessOf, { info: () => undefined, warn: () => undefined });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ml-end-'));
    engine = await openStore(join(folder, '.tracking'));
    experimentId = await engine.experiments.create('cancelled');
  });

  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(script: string): Promise<ChildProcess & { readonly pid: number }> {
    const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    assert.ok(child.stdout);
    await once(child.stdout, 'data');
    return child as ChildProcess & { readonly pid: number };
  }

  async function runOf(writer: RunProcess | undefined): Promise<EndableRun & { readonly run: Run }> {
    const run = await engine.runs.create({ experimentId, tags: writer ? { 'mlTracking.process': JSON.stringify(writer) } : {} });
    await engine.runs.logBatch(run.runId, {
      tags: { 'mlTracking.progress': '{}' },
      metrics: [{ key: 'loss', value: 1, step: 0, timestamp: 1 }],
    });
    return {
      run,
      store: {
        create: () => Promise.resolve(engine),
        onDidChange: (listener) => engine.feed.watch(() => void listener([{ kind: 'run', runId: run.runId, experimentId }])),
      },
    };
  }

  const statusOf = async ({ run }: EndableRun): Promise<Run> => engine.runs.get(run.runId);

  it('lets it close its run itself', async function () {
    if (process.platform === 'win32') this.skip();
    const child = await start(POLITE);
    const running = await runOf(await identifyProcess(child.pid));
    // What the training does when it is asked to go: it says how it ended, then it goes.
    child.stdout?.once(
      'data',
      () => void engine.runs.update(running.run.runId, { status: 'KILLED', endTime: 4711 }).then(() => child.stdin?.end()),
    );
    const gone = once(child, 'exit');
    await end.cancel(running);
    assert.deepEqual(await gone, [0, null]);
    const after = await statusOf(running);
    assert.deepEqual([after.status, after.endTime], ['KILLED', 4711]);
  });

  it('ends one that does not listen by force, and keeps what it logged', async () => {
    const child = await start(STUBBORN);
    const gone = once(child, 'exit');
    const running = await runOf(await identifyProcess(child.pid));
    await end.cancel(running);
    const [, signal] = (await gone) as [number | null, string | null];
    if (process.platform !== 'win32') assert.equal(signal, 'SIGKILL');
    const after = await statusOf(running);
    assert.equal(after.status, 'KILLED');
    assert.ok(after.endTime);
    assert.equal(after.tags['mlTracking.progress'], undefined);
    assert.deepEqual(
      after.metrics.map(({ key, last }) => [key, last.value]),
      [['loss', 1]],
    );
  });

  it('sees one off that has closed its run but does not go', async function () {
    if (process.platform === 'win32') this.skip();
    const child = await start(STUBBORN);
    const gone = once(child, 'exit');
    const running = await runOf(await identifyProcess(child.pid));
    child.stdout?.once('data', () => void engine.runs.update(running.run.runId, { status: 'KILLED', endTime: 4711 }));
    await end.cancel(running);
    assert.deepEqual(await gone, [null, 'SIGKILL']);
    assert.equal((await statusOf(running)).endTime, 4711);
  });

  it('marks a run whose process is gone, or that names none', async () => {
    const child = await start(STUBBORN);
    const writer = await identifyProcess(child.pid);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    for (const running of [await runOf(writer), await runOf(undefined)]) {
      await end.cancel(running);
      assert.equal((await statusOf(running)).status, 'KILLED');
    }
  });

  it('leaves a training on another machine alone, and says so', async () => {
    const running = await runOf({ host: 'gpu-7.example.org', pid: process.pid, startedAt: 'x' });
    await assert.rejects(end.cancel(running), /gpu-7\.example\.org, out of reach/);
    assert.equal((await statusOf(running)).status, 'RUNNING');
  });

  it('signals no process group that a store names', async () => {
    const signals: unknown[][] = [];
    const kill = process.kill.bind(process);
    process.kill = (...args) => (signals.push(args), true);
    try {
      for (const pid of [-1, 0]) {
        const running = await runOf({ host: hostname(), pid, startedAt: '' });
        await end.cancel(running);
        assert.equal((await engine.runs.get(running.run.runId)).status, 'KILLED');
      }
    } finally {
      process.kill = kill;
    }
    assert.deepEqual(signals, []);
  });
});
