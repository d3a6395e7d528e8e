import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { SCHEMA_VERSION } from '../../../src/store/sqlite/migrations';
import { APPLICATION_ID, SCHEMA_1, SCHEMA_2 } from '../../../src/store/sqlite/schema';
import { openStore } from '../../../src/store/sqlite/store';
import { openInWorker } from '../../../src/store/worker/workerEngine';
import { bundle } from '../../contract/bundle';
import { refuses } from '../../contract/expectations';
import { temporaryFolder } from './temporaryFolder';

describe('Migrating a store', function () {
  this.timeout(30_000);
  const path = temporaryFolder();
  const folder = (): string => path('.tracking');
  const file = (): string => path('.tracking', 'tracking.db');

  /** A store as version 1 has left it: two runs, one of them deleted, with a param, a tag and a metric. */
  function makeVersion1(extra = ''): void {
    mkdirSync(folder());
    const database = new DatabaseSync(file());
    database.exec(`${SCHEMA_1}
      INSERT INTO experiment VALUES (0, 'Default', 'active', 1000, 1000);
      INSERT INTO run VALUES (1, 'a', 0, 'kept', 'ada', 'FINISHED', 2000, 3000, 'active');
      INSERT INTO run VALUES (2, 'b', 0, 'gone', 'ada', 'FAILED', 2001, 3001, 'deleted');
      INSERT INTO param VALUES (1, 'epochs', '3');
      INSERT INTO run_tag VALUES (1, 'mlflow.runName', 'kept');
      UPDATE sequence SET value = 5; INSERT INTO change VALUES ('run', 'a', '0', 5);
      PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 1; ${extra}`);
    database.close();
  }

  const inspect = <T>(place: string, sql: string): T => {
    const database = new DatabaseSync(place, { readOnly: true });
    try {
      return { ...database.prepare(sql).get() } as T;
    } finally {
      database.close();
    }
  };

  it('goes forward, and leaves a copy of how it was', async () => {
    makeVersion1();
    const engine = await openStore(folder());
    const backup = `${file()}.v1.bak`;
    assert.ok(engine.info.warnings.some((warning) => warning.includes(backup)));
    const run = await engine.runs.get('a');
    assert.deepEqual([run.runName, run.params, run.tags], ['kept', [{ key: 'epochs', value: '3' }], { 'mlflow.runName': 'kept' }]);
    assert.equal((await engine.runs.get('b')).lifecycleStage, 'deleted');
    assert.equal(await engine.feed.head(), 5);
    await engine.runs.logBatch('a', { metrics: [{ key: 'loss', value: 1, step: 0, timestamp: 0 }] });
    await engine.close();
    assert.deepEqual(inspect(file(), 'PRAGMA user_version'), { user_version: SCHEMA_VERSION });
    assert.deepEqual(inspect(backup, 'PRAGMA user_version'), { user_version: 1 });
    assert.deepEqual(inspect(backup, 'PRAGMA integrity_check'), { integrity_check: 'ok' });
    assert.deepEqual(inspect(backup, 'SELECT count(*) AS runs FROM run'), { runs: 2 });
    assert.deepEqual(inspect(file(), 'SELECT count(deleted_time) AS dated FROM run'), { dated: 1 });
    const again = await openStore(folder());
    assert.deepEqual(again.info.warnings, [], 'the second time there is nothing to do');
    await again.close();
    assert.deepEqual(
      readdirSync(folder()).filter((name) => name.endsWith('.bak')),
      ['tracking.db.v1.bak'],
    );
  });

  /** A store as version 2 has left it: a run with points, a logged model of it and a registered version. */
  function makeVersion2(): void {
    makeVersion1(`${SCHEMA_2}
      UPDATE run SET deleted_time = 4000 WHERE run_id = 'b';
      INSERT INTO logged_model VALUES (1, 'm-0123456789abcdef0123456789abcdef', 0, 'digits', 'keras', 'a', 'model', 'READY', 'active', 2500, 2600);
      INSERT INTO logged_model VALUES (2, 'm-1123456789abcdef0123456789abcdef', 0, 'alone', '', NULL, NULL, 'READY', 'active', 2501, 2601);
      INSERT INTO logged_model_param VALUES (1, 'epochs', '3');
      INSERT INTO registered_model VALUES (1, 'digits', '', 1, 2700, 2700);
      INSERT INTO model_version VALUES (1, 1, 1, '', 'ada', 'None', 'runs:/a/model', 'a', 'READY', 2700, 2700);
      PRAGMA user_version = 2;`);
  }

  for (const readOnly of [false, true])
    it(`finds everything of version 2${readOnly ? ', for reading only as well' : ''}`, async () => {
      makeVersion2();
      const engine = await openStore(folder(), { readOnly });
      const [model] = (await engine.loggedModels.search({ experimentIds: ['0'], filter: "name = 'digits'" })).items;
      assert.deepEqual([model?.status, model?.params, model?.metrics], ['READY', { epochs: '3' }, []]);
      const run = await engine.runs.get('a');
      assert.deepEqual([run.modelInputs, run.modelOutputs], [[], [{ modelId: model!.modelId, step: 0 }]]);
      assert.deepEqual((await engine.runs.get('b')).modelOutputs, []);
      const version = await engine.registry.getVersion('digits', 1);
      assert.deepEqual([version.source, version.runLink], ['runs:/a/model', '']);
      await engine.close();
      assert.deepEqual(inspect(file(), 'PRAGMA user_version'), { user_version: readOnly ? 2 : SCHEMA_VERSION });
    });

  it('changes nothing when a step fails, and keeps the copy of an earlier attempt', async () => {
    makeVersion1('ALTER TABLE run ADD COLUMN deleted_time INTEGER');
    for (const copies of [1, 2]) {
      await refuses(openStore(folder()), 'INTERNAL_ERROR', /tracking\.db failed: duplicate column name/);
      assert.deepEqual(inspect(file(), 'PRAGMA user_version'), { user_version: 1 });
      assert.equal(readdirSync(folder()).filter((name) => name.endsWith('.bak')).length, copies);
    }
    assert.ok(existsSync(`${file()}.v1.2.bak`));
  });

  it('is done once when several open the store at the same time', async function () {
    this.timeout(60_000);
    makeVersion1();
    const worker = await bundle('src/store/worker/worker.ts');
    const engines = await Promise.all(Array.from({ length: 4 }, () => openInWorker(worker.file, { folder: folder() })));
    for (const engine of engines) await engine.close();
    await worker.dispose();
    assert.equal(readdirSync(folder()).filter((name) => name.endsWith('.bak')).length, 1);
    assert.equal(engines.filter((engine) => engine.info.warnings.length > 0).length, 1);
  });

  it('reads an older store for reading only as it is', async () => {
    makeVersion1();
    const engine = await openStore(folder(), { readOnly: true });
    assert.equal((await engine.runs.get('a')).runName, 'kept');
    assert.deepEqual(inspect(file(), 'PRAGMA user_version'), { user_version: 1 });
    await engine.close();
  });
});
