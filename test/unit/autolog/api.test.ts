import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { activeRun, logParams, withRun } from '../../../src/api';
import { pidExists } from '../../../src/core/pidExists';
import { TagName } from '../../../src/core/tagNames';
import type { Run } from '../../../src/core/run';
import type { Engine } from '../../../src/store/engine';
import { openStore } from '../../../src/store/sqlite/store';
import { until } from '../../support/until';
import { Child } from './childProcess';
import { TemporaryFolder } from './temporaryFolder';

describe('withRun', () => {
  let folder: TemporaryFolder;
  let engine: Engine;

  beforeEach(async () => {
    folder = new TemporaryFolder();
    engine = await openStore(folder.at('.tracking'));
  });
  afterEach(async () => {
    await engine.close();
    folder.remove();
  });

  const quiet = { systemMetrics: false } as const;

  it('finishes the run when the work returns, and gives back what it returned', async () => {
    const runId = await withRun(
      { ...quiet, folder: folder.path, experiment: 'e', name: 'n', params: { a: 1 }, tags: { t: 'x' } },
      async (run) => {
        await Promise.resolve();
        assert.equal(activeRun(), run);
        logParams({ b: 2 });
        return run.runId;
      },
    );
    assert.equal(activeRun(), undefined);
    const run = await engine.runs.get(runId);
    assert.deepEqual([run.status, run.runName, run.tags['t'], run.params.length], ['FINISHED', 'n', 'x', 2]);
    assert.equal((await engine.experiments.get(run.experimentId)).name, 'e');
  });

  it('keeps runs that go on at once apart, and makes an inner one the child of its outer', async () => {
    const options = { ...quiet, folder: folder.path };
    const inner = (value: number) =>
      withRun(options, async (run) => {
        await Promise.resolve();
        logParams({ value });
        return run.runId;
      });
    const [outer, children] = await withRun(options, async (run) => [run.runId, await Promise.all([inner(1), inner(2)])] as const);
    for (const [index, runId] of children.entries()) {
      const run = await engine.runs.get(runId);
      assert.equal(run.tags[TagName.parentRunId], outer);
      assert.deepEqual(run.params, [{ key: 'value', value: String(index + 1) }]);
    }
    assert.deepEqual((await engine.runs.get(outer)).params, []);
  });

  it('finds the store above, and makes one where there is none', async () => {
    mkdirSync(folder.at('a/b'), { recursive: true });
    const runId = await withRun({ ...quiet, folder: folder.at('a/b') }, (run) => run.runId);
    assert.equal((await engine.runs.get(runId)).status, 'FINISHED');
    const other = new TemporaryFolder();
    try {
      await withRun({ ...quiet, folder: other.path }, () => undefined);
      assert.ok(existsSync(other.at('.tracking', 'tracking.db')));
    } finally {
      other.remove();
    }
  });

  it('keeps a tag whatever its name', async () => {
    const tags = JSON.parse('{"__proto__":"a","constructor":"b"}') as Record<string, string>;
    const runId = await withRun({ ...quiet, folder: folder.path }, (run) => {
      run.setTags(tags);
      return run.runId;
    });
    const kept = (await engine.runs.get(runId)).tags;
    assert.deepEqual(
      Object.keys(tags).map((key) => Object.getOwnPropertyDescriptor(kept, key)?.value as unknown),
      ['a', 'b'],
    );
  });

  it('says where to log when no run is active', () => {
    assert.throws(() => logParams({ a: 1 }), /No run is active: call logParams inside withRun/);
  });

  it('leaves no listeners behind', async () => {
    const count = () =>
      process.listenerCount('SIGTERM') + process.listenerCount('unhandledRejection') + process.listenerCount('beforeExit');
    const before = count();
    await withRun({ ...quiet, folder: folder.path }, () => assert.ok(count() > before));
    assert.equal(count(), before);
  });

  describe('in a process that ends', () => {
    const end = async (manner: string, signal?: NodeJS.Signals) => {
      const child = Child.start('scriptedRun.ts', [manner], { ML_TRACKING_STORE: folder.at('.tracking') });
      const runId = await child.runId();
      if (signal) child.kill(signal);
      const { code, output } = await child.ended();
      return { code, output, run: await engine.runs.get(runId) };
    };
    const lastLoss = (run: Run) => run.metrics.find(({ key }) => key === 'loss')?.last.value;

    it('finishes', async () => {
      const { code, output, run } = await end('return');
      assert.deepEqual([code, run.status, lastLoss(run)], [0, 'FINISHED', 0.25]);
      assert.equal(output, '');
    });

    for (const [signal, expected] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const)
      it(`is KILLED by ${signal}, keeps what was logged and exits with ${expected}`, async function () {
        if (process.platform === 'win32') this.skip();
        const { code, run } = await end('wait', signal);
        assert.deepEqual([code, run.status, lastLoss(run)], [expected, 'KILLED', 0.25]);
        assert.ok(run.endTime !== undefined);
      });

    it('is KILLED while it still reads where it comes from, and takes git along', async function () {
      if (process.platform === 'win32') this.skip();
      mkdirSync(folder.at('bin'));
      // exec, so that the number is that of what lasts.
      writeFileSync(folder.at('bin/git'), `#!/bin/sh\necho $$ >> '${folder.at('git.pid')}'\nexec sleep 600\n`, { mode: 0o755 });
      const env = { ML_TRACKING_STORE: folder.at('.tracking'), PATH: `${folder.at('bin')}:${process.env['PATH']}` };
      const child = Child.start('scriptedRun.ts', ['return'], env);
      const pid = await until(
        'git runs',
        () => existsSync(folder.at('git.pid')) && Number(readFileSync(folder.at('git.pid'), 'utf8').split('\n')[0]),
      );
      child.kill('SIGTERM');
      assert.equal((await child.ended()).code, 143);
      const [experiment] = (await engine.experiments.search({ filter: "name = 'children'" })).items;
      const runs = await engine.runs.search({ experimentIds: [experiment?.experimentId ?? ''] });
      assert.deepEqual(
        runs.items.map(({ status }) => status),
        ['KILLED'],
      );
      await until('git is gone', () => !pidExists(pid));
    });

    it('is KILLED when nobody reads its output any more', async function () {
      if (process.platform === 'win32') this.skip();
      const child = Child.start('scriptedRun.ts', ['print'], { ML_TRACKING_STORE: folder.at('.tracking') });
      const runId = await child.runId();
      child.stopReading();
      const { code } = await child.ended();
      const run = await engine.runs.get(runId);
      assert.deepEqual([code, run.status, lastLoss(run)], [129, 'KILLED', 0.25]);
    });

    it('outlives its terminal where it was started for that, as with nohup', async function () {
      if (process.platform === 'win32') this.skip();
      const child = Child.start('scriptedRun.ts', ['wait'], { ML_TRACKING_STORE: folder.at('.tracking') }, folder.at('out.log'));
      const runId = await child.runId();
      const hungUp = child.runId();
      child.kill('SIGHUP');
      assert.equal(await hungUp, 'hung up');
      assert.equal((await engine.runs.get(runId)).status, 'RUNNING');
      child.kill('SIGTERM');
      assert.equal((await child.ended()).code, 143);
      assert.equal((await engine.runs.get(runId)).status, 'KILLED');
    });

    for (const [manner, message] of [
      ['throw', 'TypeError: thrown'],
      ['uncaught', 'TypeError: nobody caught it'],
      ['rejection', 'nobody awaited it'],
      ['forget', 'The process ran out of work before the run ended: something it waits for never happens.'],
    ] as const)
      it(`is FAILED by ${manner}, with the error and its stack`, async () => {
        const { code, output, run } = await end(manner);
        assert.deepEqual([code, run.status, lastLoss(run)], [1, 'FAILED', 0.25]);
        assert.equal(run.tags[TagName.error], message);
        assert.match(Buffer.from(await engine.artifacts.read(run.runId, 'error.txt')).toString(), /\n\s+at /);
        assert.match(output, new RegExp(message.replace(/^\w+: /, '').slice(0, 20)));
      });
  });
});
