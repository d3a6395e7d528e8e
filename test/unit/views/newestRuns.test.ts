import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, RunQuery } from '../../../src/store/engine';
import { openStore } from '../../../src/store/sqlite/store';
import { newestRuns } from '../../../src/views/runs/newestRuns';

describe('the newest runs of experiments', () => {
  let folder: string;
  let engine: Engine;
  const questions: RunQuery[] = [];
  const counted = (): Pick<Engine, 'runs'> => ({
    runs: {
      ...engine.runs,
      search: (query) => {
        questions.push(query);
        return engine.runs.search(query);
      },
    },
  });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'newest-'));
    engine = await openStore(join(folder, '.tracking'));
  });
  after(async () => {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => questions.splice(0));

  it('are learnt with one question where there are few', async () => {
    const [used, unused] = [await engine.experiments.create('used'), await engine.experiments.create('unused')];
    await engine.runs.create({ experimentId: used, startTime: 1, name: 'older' });
    await engine.runs.create({ experimentId: used, startTime: 2, name: 'newer' });
    const newest = await newestRuns(counted(), [used, unused], 'ACTIVE_ONLY');
    assert.equal(questions.length, 1);
    assert.equal(newest.get(used)?.runName, 'newer');
    assert.ok(newest.has(unused));
    assert.equal(newest.get(unused), undefined);
    assert.deepEqual([...(await newestRuns(counted(), [], 'ALL'))], []);
  });

  it('are asked for one by one beyond that, but not for ever', async () => {
    const busy = await engine.experiments.create('busy');
    for (let index = 0; index < 101; index++) await engine.runs.create({ experimentId: busy, startTime: 1000 + index });
    const quiet: string[] = [];
    for (let index = 0; index < 45; index++) {
      const experimentId = await engine.experiments.create(`quiet ${index}`);
      await engine.runs.create({ experimentId, startTime: 10 });
      quiet.push(experimentId);
    }
    const newest = await newestRuns(counted(), [busy, ...quiet], 'ACTIVE_ONLY');
    assert.equal(newest.get(busy)?.startTime, 1100);
    assert.equal(newest.get(quiet[0]!)?.startTime, 10);
    assert.equal(newest.has(quiet[44]!), false, 'that one was not asked after');
    assert.equal(questions.length, 41);
  });
});
