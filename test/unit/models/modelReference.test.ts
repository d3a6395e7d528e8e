import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveModel } from '../../../src/models/modelReference';
import type { Engine } from '../../../src/store/engine';
import { openStore } from '../../../src/store/sqlite/store';

describe('Naming a model', () => {
  let folder: string;
  let engine: Engine;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'models-'));
    engine = await openStore(join(folder, '.tracking'));
  });
  afterEach(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds what an MLflow client has registered by its artifacts', async () => {
    const { runId } = await engine.runs.create({ experimentId: '0' });
    await engine.registry.createModel('digits');
    const source = `mlflow-artifacts:/0/${runId}/artifacts/models/best`;
    await engine.registry.createVersion({ name: 'digits', source, runId });
    await engine.registry.setAlias('digits', 'champion', 1);
    const place = { runId, path: 'models/best' };
    for (const uri of [
      'models:/digits/1',
      'models:/digits@champion',
      'models:/digits/latest',
      source,
      source.replace(':/0', '://host:8080/0'),
    ])
      assert.deepEqual(await resolveModel(engine, uri), place, uri);
    await assert.rejects(resolveModel(engine, `mlflow-artifacts:/0/${runId}/elsewhere`), /names no model/);
  });
});
