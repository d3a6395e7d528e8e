import assert from 'node:assert/strict';
import { Served } from './served';

describe('Files beside the API', () => {
  const served = new Served();

  it("are a run's, a version's and a logged model's, and nothing else", async () => {
    const { runId } = await served.engine.runs.create({ experimentId: '0' });
    await served.engine.artifacts.write(runId, 'model/MLmodel', 'flavors: {}');
    await served.engine.registry.createModel('digits');
    await served.engine.registry.createVersion({ name: 'digits', source: `runs:/${runId}/model`, runId });
    const { modelId } = await served.engine.loggedModels.create({ experimentId: '0', name: 'm', sourceRunId: runId, runPath: 'model' });
    const places = [
      (path: string) => `/get-artifact?run_id=${runId}&path=${path.replace('FILE', 'model/MLmodel')}`,
      (path: string) => `/model-versions/get-artifact?name=digits&version=1&path=${path.replace('FILE', 'MLmodel')}`,
      (path: string) =>
        `/ajax-api/2.0/mlflow/logged-models/${modelId}/artifacts/files?artifact_file_path=${path.replace('FILE', 'MLmodel')}`,
    ];
    for (const place of places) {
      const { status, text, headers } = await served.ask('GET', place('FILE'));
      assert.deepEqual([status, text], [200, 'flavors: {}'], place('FILE'));
      assert.match(String(headers['content-disposition']), /^attachment/);
      for (const path of ['../../../tracking.db', '%2Fetc%2Fpasswd', '..%5Cx', '%252e%252e/x', 'a/../MLmodel'])
        assert.equal((await served.ask('GET', place(path))).status, 400, place(path));
      assert.equal((await served.ask('GET', place('none'))).status, 404);
    }
  });
});
