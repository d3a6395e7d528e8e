// Input that is made to break parsers, queries and memory, rather than to get at something.
import assert from 'node:assert/strict';
import { Served } from './served';

const API = '/api/2.0/mlflow';

describe('Hostile input', function () {
  this.timeout(30_000);
  const served = new Served();
  let runId: string;
  beforeEach(async () => {
    ({ runId } = await served.engine.runs.create({ experimentId: '0' }));
  });
  const post = async (path: string, body: unknown) => {
    const headers = { 'Content-Type': 'application/json' };
    const { status, text } = await served.ask('POST', `${API}/${path}`, { body, headers });
    return { status, body: JSON.parse(text) as Record<string, unknown> };
  };

  it('runs no SQL, wherever it stands', async () => {
    const evil = `x'; DROP TABLE run; -- " \` %27 \u0000`.replace('\u0000', '');
    const { body } = await post('experiments/create', { name: evil });
    assert.equal((await served.engine.experiments.get(String(body['experiment_id']))).name, evil);
    assert.equal((await post('runs/set-tag', { run_id: runId, key: 'note', value: evil })).status, 200);
    assert.equal((await post('runs/log-parameter', { run_id: runId, key: 'a', value: evil })).status, 200);
    for (const key of ["a'; DROP TABLE run; --", 'a" OR 1=1', 'a`b', 'a)'])
      assert.equal((await post('runs/set-tag', { run_id: runId, key, value: '' })).status, 400, key);
    const search = async (more: object) => post('runs/search', { experiment_ids: ['0'], ...more });
    for (const filter of [
      `tags.note = '${evil.replaceAll("'", "''")}'`,
      `params."a" = 'x' AND 1 = 1`,
      `params.a = 'x' OR 1 = 1`,
      `params.a = 'x'; DROP TABLE run`,
      `params.a = 'x' UNION SELECT * FROM run`,
      "metrics.`a' OR 1=1 --` > 0",
      `attributes.status = 'x' /* */`,
      `attributes."run_id; DROP TABLE run" = 'x'`,
    ])
      assert.ok((await search({ filter })).status < 500, filter);
    for (const order of [
      'start_time; DROP TABLE run',
      'metrics.`a" DESC, (SELECT 1)`',
      'params.a DESC, 1',
      '(SELECT 1)',
      'start_time DESC --',
    ])
      assert.ok((await search({ order_by: [order] })).status < 500, order);
    for (const token of [evil, '1 OR 1=1', Buffer.from('{"__proto__":1}').toString('base64'), '-1', 'e30='])
      assert.ok((await search({ page_token: token })).status < 500, token);
    assert.equal((await search({})).status, 200);
    assert.deepEqual(served.lines, []);
  });

  it('changes no prototype', async () => {
    for (const body of [
      '{"__proto__": {"polluted": 1}, "name": "a"}',
      '{"constructor": {"prototype": {"polluted": 1}}, "name": "b"}',
      '{"name": "c", "tags": [{"key": "__proto__", "value": "x"}, {"key": "constructor", "value": "y"}, {"key": "toString", "value": "z"}]}',
    ])
      assert.equal((await post('experiments/create', body)).status, 200, body);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    const { tags } = (await served.engine.experiments.getByName('c'))!;
    assert.equal(Object.getPrototypeOf({}), Object.prototype);
    assert.equal(Object.entries(tags).find(([key]) => key === 'toString')?.[1], 'z');
    for (const key of ['__proto__', 'constructor', 'hasOwnProperty', 'valueOf']) {
      assert.equal((await post('runs/log-metric', { run_id: runId, key, value: 1, timestamp: 1 })).status, 200, key);
      assert.equal((await post('runs/log-parameter', { run_id: runId, key, value: 'v' })).status, 200, key);
      assert.equal((await post('runs/set-tag', { run_id: runId, key, value: 'v' })).status, 200, key);
    }
    const { status, text } = await served.ask('GET', `${API}/runs/get?run_id=${runId}`);
    assert.equal(status, 200);
    const { data } = (JSON.parse(text) as { run: { data: { params: { key: string }[] } } }).run;
    assert.deepEqual(data.params.map(({ key }) => key).sort(), ['__proto__', 'constructor', 'hasOwnProperty', 'valueOf']);
    for (const path of ['__proto__', 'constructor', 'toString'])
      for (const prefix of [`${API}/`, `${API}/logged-models/`, '/api/2.0/mlflow-artifacts/artifacts/'])
        assert.ok((await served.ask('GET', prefix + path)).status < 500, prefix + path);
  });

  it('is not followed into the depth', async () => {
    const deep = 200_000;
    for (const body of [
      '['.repeat(deep),
      '['.repeat(deep) + ']'.repeat(deep),
      `{"name": ${'['.repeat(deep)}null${']'.repeat(deep)}}`,
      `${'{"a":'.repeat(deep)}null${'}'.repeat(deep)}`,
      JSON.stringify(JSON.stringify(JSON.stringify('x'))),
      `{"name": "a", "tags": ${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}}`,
    ]) {
      const { status } = await post('experiments/create', body);
      assert.ok(status === 400, `${body.slice(0, 30)}: ${status}`);
    }
    assert.deepEqual(served.lines, []);
  });

  it('costs no more than its length', async () => {
    await served.engine.runs.logBatch(runId, { params: [{ key: 'a', value: 'a'.repeat(6_000) }] });
    for (const filter of [
      `params.a LIKE '${'%a'.repeat(4_000)}%b'`,
      `params.a ILIKE '${'%_a'.repeat(3_000)}%b'`,
      `params.a LIKE '${'%'.repeat(60_000)}'`,
      `params.a = '${'x'.repeat(2_000_000)}'`,
      '('.repeat(900_000),
      '`'.repeat(900_000),
      `params.a = ${"''".repeat(400_000)}`,
      `params.a =${' '.repeat(900_000)}'x'`,
      Array.from({ length: 20_000 }, () => "params.a = 'x'").join(' AND '),
      `attributes.run_id IN (${Array.from({ length: 50_000 }, (_, index) => `'${index}'`).join(',')})`,
    ])
      assert.ok((await post('runs/search', { experiment_ids: ['0'], filter })).status < 500, filter.slice(0, 60));
    const orders = Array.from({ length: 1_000 }, (_, index) => `params.k${index}`);
    assert.equal((await post('runs/search', { experiment_ids: ['0'], order_by: orders })).status, 400);
    const ids = Array.from({ length: 100_000 }, (_, index) => String(index));
    assert.ok((await post('runs/search', { experiment_ids: ids })).status < 500);
    assert.deepEqual(served.lines, []);
    assert.equal((await served.ask('GET', '/health')).text, 'OK');
  });
});
