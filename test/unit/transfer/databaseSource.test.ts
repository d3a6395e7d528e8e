import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import type { Engine } from '../../../src/store/engine';
import { loadSqlite } from '../../../src/store/sqliteModule';
import { Folders, runId, writeTree } from './folders';

/** Tables as MLflow 1.0 made them: no steps, no marks of NaN, no tags of experiments, nothing of models. */
const FIRST_TABLES = `
  CREATE TABLE experiments (experiment_id INTEGER PRIMARY KEY, name VARCHAR(256) UNIQUE, artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32));
  CREATE TABLE runs (run_uuid VARCHAR(32) PRIMARY KEY, name VARCHAR(250), source_type VARCHAR(20), source_name VARCHAR(500), entry_point_name VARCHAR(50),
    user_id VARCHAR(256), status VARCHAR(20), start_time BIGINT, end_time BIGINT, source_version VARCHAR(50), lifecycle_stage VARCHAR(20),
    artifact_uri VARCHAR(200), experiment_id INTEGER);
  CREATE TABLE metrics (key VARCHAR(250), value FLOAT, timestamp BIGINT, run_uuid VARCHAR(32), PRIMARY KEY (key, timestamp, run_uuid, value));
  CREATE TABLE params (key VARCHAR(250), value VARCHAR(250), run_uuid VARCHAR(32));
  CREATE TABLE tags (key VARCHAR(250), value VARCHAR(250), run_uuid VARCHAR(32));`;

describe('Import of an MLflow database', () => {
  const folders = new Folders();
  let folder: string;
  let file: string;
  let engine: Engine;
  let database: DatabaseSync;
  const a = runId('a');

  beforeEach(async () => {
    folder = await folders.make();
    file = join(folder, 'mlflow.db');
    engine = await folders.store();
    database = new (loadSqlite().DatabaseSync)(file);
    database.exec(FIRST_TABLES);
    database.exec(`INSERT INTO experiments VALUES (1, 'first', './mlruns/1', 'active')`);
  });
  afterEach(async () => {
    if (database.isOpen) database.close();
    await folders.clear();
  });

  const addRun = (id: string, artifactUri: string): unknown =>
    database
      .prepare(`INSERT INTO runs VALUES (?, '', 'LOCAL', 'train.py', '', 'ana', 'FINISHED', 1000, 2000, 'abc', 'active', ?, 1)`)
      .run(id, artifactUri);
  const hash = async (): Promise<string> =>
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex');

  it('takes one of the first version, whose tables lack what came later', async () => {
    addRun(a, `./mlruns/1/${a}/artifacts`);
    database.exec(`INSERT INTO metrics VALUES ('loss', 0.5, 10, '${a}'), ('loss', 0.25, 11, '${a}'), ('loss', NULL, 12, '${a}')`);
    database.exec(`INSERT INTO params VALUES ('lr', '0.1', '${a}'); INSERT INTO tags VALUES ('mlflow.runName', 'named', '${a}')`);
    await writeTree(folder, { [`mlruns/1/${a}/artifacts/x.txt`]: 'x' });
    const before = await hash();
    database.close();
    const report = await folders.import(file, engine);
    assert.deepEqual(report.problems, []);
    const run = await engine.runs.get(a);
    assert.deepEqual([run.runName, run.status, run.startTime, run.endTime, run.userId], ['named', 'FINISHED', 1000, 2000, 'ana']);
    assert.deepEqual(run.params, [{ key: 'lr', value: '0.1' }]);
    assert.equal(run.tags['mlflow.source.name'], 'train.py');
    const history = (await engine.metrics.history(a, 'loss')).items;
    assert.deepEqual(
      history.map(({ step, timestamp, value }) => [step, timestamp, value]),
      [
        [0, 10, 0.5],
        [0, 11, 0.25],
        [0, 12, NaN],
      ],
    );
    assert.deepEqual(
      (await engine.artifacts.list(a)).map(({ path }) => path),
      ['x.txt'],
    );
    assert.equal(await hash(), before);
    assert.deepEqual((await readdir(folder)).sort(), ['mlflow.db', 'mlruns']);
    assert.deepEqual((await folders.import(file, engine)).unchanged, 1);
  });

  it('sees what is still in the log of a server that has it open, and holds nobody up', async () => {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
    addRun(a, '');
    const report = await folders.import(file, engine);
    assert.equal(report.created, 1);
    database.exec(`INSERT INTO params VALUES ('late', '1', '${a}')`);
    assert.equal((await folders.import(file, engine)).resumed, 1);
    assert.deepEqual((await engine.runs.get(a)).params, [{ key: 'late', value: '1' }]);
  });

  it('reads a log that nobody has open from a copy, and leaves both files as they are', async () => {
    const copy = join(await folders.make(), 'mlflow.db');
    database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
    addRun(a, '');
    await writeTree(join(copy, '..'), { 'mlflow.db': await readFile(file), 'mlflow.db-wal': await readFile(`${file}-wal`) });
    assert.equal((await folders.import(copy, engine)).created, 1);
    assert.deepEqual((await readdir(join(copy, '..'))).sort(), ['mlflow.db', 'mlflow.db-wal']);
    assert.deepEqual(await readFile(`${copy}-wal`), await readFile(`${file}-wal`));
  });

  it('finds the files of databases that were moved, or served; tells of those that are elsewhere, and takes none from where none belong', async () => {
    const [b, c, d] = [runId('b'), runId('c'), runId('d')];
    addRun(a, `/old/place/mlruns/1/${a}/artifacts`);
    addRun(b, `mlflow-artifacts:/1/${b}/artifacts`);
    addRun(c, `s3://bucket/1/${c}/artifacts`);
    addRun(d, process.platform === 'win32' ? 'C:\\Windows' : '/etc');
    await writeTree(folder, { [`mlruns/1/${a}/artifacts/a.txt`]: 'a', [`mlartifacts/1/${b}/artifacts/b.txt`]: 'b' });
    const report = await folders.import(file, engine);
    const paths = async (id: string): Promise<string[]> => (await engine.artifacts.list(id)).map(({ path }) => path);
    assert.deepEqual([await paths(a), await paths(b), await paths(c), await paths(d)], [['a.txt'], ['b.txt'], [], []]);
    assert.deepEqual(report.problems.map(({ item }) => item).sort(), [`the run ${c}`, `the run ${d}`]);
    assert.match(report.problems.map(({ message }) => message).join('\n'), /s3:\/\/bucket.* not on this machine/);
  });

  it('reads no cell that would fill the memory', async () => {
    const b = runId('b');
    addRun(a, '');
    addRun(b, '');
    database.exec(`INSERT INTO params VALUES ('huge', CAST(zeroblob(70000000) AS TEXT), '${a}'), ('lr', '0.1', '${b}')`);
    const report = await folders.import(file, engine);
    assert.deepEqual(
      report.problems.map(({ item, message }) => [item, /too big/.test(message)]),
      [[`the run ${a}`, true]],
    );
    assert.equal((await engine.runs.get(b)).params.length, 1);
  });

  it('takes no view for a table, and names what is no database of MLflow', async () => {
    database.exec(`DROP TABLE params; CREATE VIEW params AS SELECT 'stolen' AS key, 'x' AS value, '${a}' AS run_uuid`);
    addRun(a, '');
    await folders.import(file, engine);
    assert.deepEqual((await engine.runs.get(a)).params, []);
    database.exec('DROP TABLE runs');
    await assert.rejects(folders.import(file, engine), /no database of MLflow's/);
  });
});
