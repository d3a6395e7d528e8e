// The classes of attacks that were published against MLflow's own server up to November 2026, each tried on ours as it runs.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { REQUESTS } from '../../peers/mlflowRequests';
import { Served } from './served';

const API = '/api/2.0/mlflow';
const PROXY = '/api/2.0/mlflow-artifacts/artifacts';
const PAGE = '<script>alert(1)</script>';

describe('Attacks that were published against MLflow', () => {
  const served = new Served();
  let runId: string;
  let folder: string;
  beforeEach(async () => {
    ({ runId } = await served.engine.runs.create({ experimentId: '0' }));
    await served.engine.registry.createModel('digits');
    folder = served.path('secrets');
    mkdirSync(folder);
    writeFileSync(served.path('secrets', 'MLmodel'), 'top secret');
  });
  /** Whatever was asked, nothing of the secret comes back, nothing fails on our side, and the secret stays as it is. */
  const asked = async (method: string, path: string, question: Parameters<Served['ask']>[2] = {}) => {
    const answer = await served.ask(method, path, question);
    assert.ok(answer.status < 500, `${method} ${path}: ${answer.status} ${answer.text}`);
    assert.ok(!answer.text.includes('top secret'), `${method} ${path}`);
    assert.equal(readFileSync(served.path('secrets', 'MLmodel'), 'utf8'), 'top secret');
    return answer;
  };

  // Local files read through the source of a model version: CVE-2023-1177, -2356, -2780, -6909, -6977, CVE-2024-1558, -3573,
  // and past the checks that came after: fragments (CVE-2024-1483, -2928, -3848), parameters (-1593), prompts' tags (CVE-2026-2614, -116690).
  it('read no file through a model version, whatever its source and tags', async () => {
    const url = pathToFileURL(folder).href;
    const up = '../'.repeat(12);
    const sources = [
      folder,
      url,
      `file:${folder}`,
      `//proc/self/root${folder}`,
      `..${folder}`,
      `${up}${folder}`,
      `http:///#/${up}${folder}`,
      `http://host/?x=/${up}${folder}`,
      `http://host/;/${up}${folder}`,
      `http:///${up.replaceAll('.', '%2e')}${folder}`,
      `mlflow-artifacts:/0/${runId}/artifacts/#/${up}${folder}`,
      `mlflow-artifacts:/%2e%2e/%2e%2e${folder}`,
      `runs:/${runId}/${up}${folder}`,
      `runs:/${up}${folder}`,
      `models:/${up}${folder}`,
      'models:/digits/1',
      'models:/digits@x',
    ];
    const tags = [{ key: 'mlflow.prompt.is_prompt', value: 'true' }];
    for (const source of sources)
      for (const more of [{}, { run_id: runId }, { tags }, { tags, run_id: runId }])
        await asked('POST', `${API}/model-versions/create`, { body: { name: 'digits', source, ...more } });
    for (const { version } of (await served.engine.registry.searchVersions()).items)
      for (const path of ['MLmodel', '../MLmodel', `${up}${folder}/MLmodel`]) {
        await asked('GET', `${API}/model-versions/get-download-uri?name=digits&version=${version}`);
        const { status } = await asked(
          'GET',
          `/model-versions/get-artifact?name=digits&version=${version}&path=${encodeURIComponent(path)}`,
        );
        assert.ok(status >= 400, path);
      }
  });

  // A client's own artifact_location as the root of what is read and written: CVE-2023-6018, -6975, -6976, CVE-2024-1594, -8859, CVE-2025-11201.
  it('choose no place for artifacts', async () => {
    for (const location of [
      folder,
      pathToFileURL(folder).href,
      'file:///etc',
      '../..',
      'dbfs:/',
      'http:///#/../../etc/',
      's3://bucket/%2e%2e',
      '\\\\host\\share',
    ]) {
      const name = `at ${location}`;
      const created = await asked('POST', `${API}/experiments/create`, { body: { name, artifact_location: location } });
      const { experiment_id: id } = JSON.parse(created.text) as { experiment_id: string };
      const shown = await asked('GET', `${API}/experiments/get?experiment_id=${id}`);
      assert.equal(
        (JSON.parse(shown.text) as { experiment: { artifact_location: string } }).experiment.artifact_location,
        `mlflow-artifacts:/${id}`,
      );
      const run = await asked('POST', `${API}/runs/create`, { body: { experiment_id: id } });
      const { run_id: own } = (JSON.parse(run.text) as { run: { info: { run_id: string } } }).run.info;
      for (const path of ['MLmodel', 'a?/../MLmodel', 'a%3F/MLmodel']) {
        await asked('GET', `/get-artifact?run_uuid=${own}&path=${path}`);
        await asked('POST', `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${own}&path=${path}`, { body: 'overwritten' });
      }
    }
    assert.equal(existsSync(served.path('MLmodel')), false);
  });

  // Files listed, read, written and removed by paths that leave the root: CVE-2023-3765, -6015, -6753, -6831, CVE-2024-1560, CVE-2026-2033.
  it('leave the artifacts by no path', async () => {
    const absolute = `${folder.replaceAll('\\', '/')}/MLmodel`;
    for (const path of [
      `../../../../secrets/MLmodel`,
      '%2e%2e%2f%2e%2e%2f%2e%2e%2fsecrets/MLmodel',
      '%252e%252e%252f%252e%252e%252fsecrets%252fMLmodel',
      '%25252e%25252e/secrets',
      '..%5c..%5csecrets',
      'C:/',
      'c%3A%5C',
      '%5C%5Chost%5Cshare',
      encodeURIComponent(absolute),
      `file:${encodeURIComponent(absolute)}`,
      '.uploads',
      '.uploads/x',
    ]) {
      for (const method of ['GET', 'HEAD', 'PUT', 'DELETE'])
        for (const root of [PROXY, `${PROXY}/0/${runId}/artifacts`, PROXY.replace('/api/', '/ajax-api/')]) {
          const { status } = await asked(method, `${root}/${path}`, method === 'PUT' ? { body: 'overwritten' } : {});
          // Below a run's folder these are names as any others, and lead nowhere else.
          const inside = root.includes(runId) && (path.startsWith('.uploads') || path === encodeURIComponent(absolute));
          assert.ok(status >= 400 || inside, `${method} ${root}/${path}: ${status}`);
        }
      const listed = await asked('GET', `${PROXY}?path=${path}`);
      assert.ok(listed.status >= 400 || listed.text === '{}', path);
    }
  });

  // Pages of other sites that use a browser to reach the server: DNS rebinding (CVE-2025-14279), forged requests (CVE-2025-1473 and the REST API's).
  it('come from no page of another site', async () => {
    const create = `${API}/experiments/create`;
    const body = '{"name":"forged"}';
    const rebound = await asked('POST', create, {
      body,
      headers: { host: `rebound.example:${served.host.split(':')[1]}`, 'content-type': 'application/json' },
    });
    assert.equal(rebound.status, 403);
    const page = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      for (const headers of [page, { origin: page.origin }, { 'sec-fetch-site': 'cross-site' }, { origin: 'null' }]) {
        const { status, headers: answered } = await asked('POST', create, { body, headers: { ...headers, 'content-type': type } });
        assert.deepEqual([status, answered['access-control-allow-origin']], [403, undefined], type);
      }
    // What needs no preflight is refused even where a browser is too old to say whence it comes.
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      assert.equal((await asked('POST', create, { body, headers: { 'content-type': type } })).status, 400, type);
    const upload = `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${runId}&path=forged.txt`;
    assert.equal((await asked('POST', upload, { body, headers: page })).status, 403);
    assert.equal((await asked('GET', `${API}/experiments/search`, { headers: page })).status, 403);
    assert.equal(await served.engine.experiments.getByName('forged'), undefined);
    assert.deepEqual(await served.engine.artifacts.list(runId), []);
  });

  // Script that comes back as a page: the Content-Type in an error (CVE-2023-6568), stored files and names (CVE-2024-27132, -27133).
  it('have no script executed', async () => {
    for (const [method, path, question] of [
      ['POST', `${API}/experiments/create`, { body: '{}', headers: { 'content-type': PAGE } }],
      ['GET', `/${encodeURIComponent(PAGE)}`, {}],
      ['GET', `${API}/runs/get?run_id=${encodeURIComponent(PAGE)}`, {}],
      ['GET', `${API}/experiments/get-by-name?experiment_name=${encodeURIComponent(PAGE)}`, {}],
    ] as const) {
      const { headers, status } = await asked(method, path, question);
      assert.ok(status >= 400);
      assert.deepEqual(
        [headers['x-content-type-options'], /^application\/json/.test(String(headers['content-type']))],
        ['nosniff', true],
        path,
      );
    }
    const { experiment_id: id } = JSON.parse((await asked('POST', `${API}/experiments/create`, { body: { name: PAGE } })).text) as {
      experiment_id: string;
    };
    const shown = await asked('GET', `${API}/experiments/get?experiment_id=${id}`);
    assert.match(String(shown.headers['content-type']), /^application\/json/);
    for (const name of ['x.html', 'x.svg', 'x.xml']) {
      await served.engine.artifacts.write(runId, name, PAGE);
      const { headers } = await asked('GET', `/get-artifact?run_id=${runId}&path=${name}`);
      assert.match(String(headers['content-disposition']), /^attachment/);
      assert.match(String(headers['content-type']), /^(application\/octet-stream|text\/plain)/);
    }
  });

  // What the server would fetch or run for somebody: gateway proxies, webhooks, jobs, GraphQL, data sets and recipes
  // (CVE-2023-4033, -6940, -6974, CVE-2024-0520, CVE-2025-0453, -52967, CVE-2026-0545, -2393, -64849).
  it('find nothing here that fetches an address or runs a program', async () => {
    for (const [method, path] of [
      ['POST', '/ajax-api/2.0/mlflow/gateway-proxy'],
      ['GET', '/ajax-api/2.0/mlflow/gateway-proxy?gateway_path=http://127.0.0.1'],
      ['POST', '/api/2.0/mlflow/webhooks'],
      ['POST', '/ajax-api/3.0/jobs'],
      ['POST', '/graphql'],
      ['POST', '/v1/traces'],
      ['POST', '/invocations'],
      ['POST', '/api/2.0/mlflow/users/create'],
      ['POST', '/signup'],
      ['POST', '/ajax-api/2.0/mlflow/assistant/message'],
    ] as const) {
      const { status, text } = await asked(method, path, method === 'POST' ? { body: { url: 'http://127.0.0.1' } } : {});
      assert.deepEqual([status, (JSON.parse(text) as { error_code: string }).error_code], [404, 'ENDPOINT_NOT_FOUND'], path);
    }
    const source = { name: 'd', digest: '1', source_type: 'http', source: '{"url": "http://127.0.0.1:1/../../tmp/x"}' };
    const logged = await asked('POST', `${API}/runs/log-inputs`, { body: { run_id: runId, datasets: [{ dataset: source }] } });
    assert.equal(logged.status, 200, 'the address of a data set is a text to the server');
  });
});

describe('Attacks on who may ask', () => {
  const served = new Served({ token: 'right' });

  // Routes that were forgotten when the others were protected: CVE-2023-6014, CVE-2024-4263, CVE-2025-15381, CVE-2026-0545, -2651, -2652.
  it('find no route without its token', async () => {
    const { runId } = await served.engine.runs.create({ experimentId: '0' });
    const others = [
      ['GET', '/health'],
      ['GET', '/version'],
      ['GET', '/api/3.0/mlflow/server-info'],
      ['GET', `/get-artifact?run_id=${runId}&path=x`],
      ['GET', '/model-versions/get-artifact?name=a&version=1&path=x'],
      ['POST', `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${runId}&path=x`],
      ...['create', 'complete', 'abort'].map((step) => ['POST', `/api/2.0/mlflow-artifacts/mpu/${step}/0/${runId}/artifacts`]),
      ['PUT', `/api/2.0/mlflow-artifacts/mpu/parts/${'0'.repeat(32)}/1`],
      ['PUT', `${PROXY}/0/${runId}/artifacts/x`],
      ['GET', `/api/2.0/mlflow-artifacts/presigned/0/${runId}/artifacts/x`],
      ['GET', '/no/such/route'],
      ['GET', '/'],
      ['OPTIONS', `${API}/runs/create`],
    ] as const;
    for (const [method, path] of [...others, ...REQUESTS.map((request) => [request.method, request.path] as const)])
      for (const variant of [path, path.replace('/api/', '/ajax-api/')])
        for (const authorization of variant === path ? [undefined, 'Bearer wrong'] : [undefined]) {
          const address = variant?.replace(/\{\w+\}/g, 'x') ?? '/';
          const { status } = await served.ask(method ?? 'GET', address, { headers: authorization === undefined ? {} : { authorization } });
          assert.equal(status, 401, `${method} ${address} with ${authorization}`);
        }
    for (const authorization of ['Bearer', 'Basic cmlnaHQ=', 'right', 'Bearer right right', 'Bearer  ', 'Token right'])
      assert.equal((await served.ask('GET', '/health', { headers: { authorization } })).status, 401, authorization);
    assert.deepEqual(await served.engine.artifacts.list(runId), []);
  });

  it('learn nothing of the token from its beginning or its length', async () => {
    for (const token of ['r', 'righ', 'rightt', 'RIGHT', 'right\u00a0', '', 'x'.repeat(8_000)]) {
      const { status, text } = await served.ask('GET', `${API}/experiments/search`, {
        headers: { authorization: `Basic ${Buffer.from(`a:${token}`).toString('base64')}` },
      });
      assert.equal(status, 401, token.slice(0, 20));
      assert.ok(!text.includes('right'));
    }
  });
});
