import assert from 'node:assert/strict';
import { join } from 'node:path';
import { loadSqlite } from '../../../src/store/sqliteModule';
import { findImports } from '../../../src/transfer/findImports';
import { Folders, experimentMeta, runId, runMeta, writeTree } from './folders';

describe('What can be imported', () => {
  const folders = new Folders();
  afterEach(() => folders.clear());

  it("is found two folders deep, with counts, and not in others' folders", async () => {
    const folder = await folders.make();
    const store = {
      '1/meta.yaml': experimentMeta('x'),
      [`1/${runId('a')}/meta.yaml`]: runMeta(runId('a')),
      'models/m/meta.yaml': 'name: m\n',
    };
    for (const place of ['mlruns', 'a/b/mlruns', 'a/b/c/mlruns', 'node_modules/x/mlruns', '.venv/mlruns'])
      await writeTree(join(folder, place), store);
    await writeTree(folder, { 'empty/mlruns/0/meta.yaml': experimentMeta('Default'), 'a/mlflow.db': 'no database' });
    const database = new (loadSqlite().DatabaseSync)(join(folder, 'mlflow.db'));
    database.exec('CREATE TABLE experiments (experiment_id); CREATE TABLE runs (run_uuid); INSERT INTO runs VALUES (1), (2)');
    database.close();
    const mlruns = { experiments: 1, runs: 1, registeredModels: 1, sampleRunIds: [runId('a')] };
    assert.deepEqual(await findImports(folder), [
      { path: join(folder, 'a', 'b', 'mlruns'), kind: 'mlruns', ...mlruns },
      { path: join(folder, 'mlflow.db'), kind: 'database', experiments: 0, runs: 2, registeredModels: 0, sampleRunIds: ['1', '2'] },
      { path: join(folder, 'mlruns'), kind: 'mlruns', ...mlruns },
    ]);
    assert.deepEqual(await findImports(join(folder, 'nothing')), []);
  });
});
