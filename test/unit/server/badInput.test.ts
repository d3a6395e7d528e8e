import assert from 'node:assert/strict';
import { REQUESTS } from '../../peers/mlflowRequests';
import { Served } from './served';

const SEED = Number(process.env['SERVER_SEED'] ?? 11);

describe('Bad input', function () {
  this.timeout(60_000);
  const served = new Served();
  let state = SEED;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % below;
  };
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;

  const WORDS = [
    '',
    'a',
    '0',
    '-1',
    'NaN',
    'null',
    '__proto__',
    'constructor',
    "'; DROP TABLE run; --",
    '\0',
    '\ud800',
    '../..',
    'x'.repeat(9_000),
    '${1}',
    '%s',
    '😀',
    'metrics.`',
    '1e999',
    'true',
    'runs:/x',
  ];
  const NUMBERS = [0, -1, 1.5, 1e300, -1e300, 2 ** 53 + 2, 2 ** 63, 2 ** 31, 50_001];
  const junk = (depth = 0): unknown => {
    switch (random(depth > 3 ? 4 : 6)) {
      case 0:
        return pick(WORDS);
      case 1:
        return pick(NUMBERS);
      case 2:
        return pick([true, false]);
      case 3:
        return null;
      case 4:
        return Array.from({ length: random(4) }, () => junk(depth + 1));
      default:
        return Object.fromEntries(Array.from({ length: random(4) }, () => [pick([...FIELDS, ...WORDS]), junk(depth + 1)]));
    }
  };
  const bodies = REQUESTS.map(({ body }) => body).filter(
    (body): body is Record<string, unknown> => typeof body === 'object' && body !== null,
  );
  const FIELDS = [...new Set(bodies.flatMap((body) => Object.keys(body)))];
  const routes = [...new Map(REQUESTS.map((request) => [`${request.method} ${request.path.replace(/\?.*/, '')}`, request])).values()];

  const refusedOrTaken = async (method: string, path: string, body: unknown, what: string): Promise<void> => {
    const { status, text } = await served.ask(method, path, { body });
    assert.ok(status < 500, `${what}: ${status} ${text.slice(0, 300)} ${served.lines.join('\n')}`);
    if (status < 400) return;
    const answer = JSON.parse(text) as { error_code?: string; message?: string };
    assert.equal(typeof answer.error_code, 'string', what);
    assert.ok(answer.message && !/\bat \S+ \(|node_modules|\.ts:/.test(answer.message), `${what}: ${answer.message}`);
  };

  it(`is refused with a reason on every route (seed ${SEED})`, async () => {
    for (const { method, path, body } of routes)
      for (let round = 0; round < 12; round++) {
        const plain = path
          .replace(/\?.*/, '')
          .replace(/\{\w+\}/g, () => encodeURIComponent(pick(['0', 'a', '\0', '__proto__', 'm-0', '..'])));
        if (method === 'GET') {
          const query = Array.from(
            { length: random(5) },
            () =>
              `${pick(FIELDS)}=${encodeURIComponent(String(pick([...WORDS.filter((word) => word !== '\ud800' && word.length < 100), ...NUMBERS])))}`,
          );
          await refusedOrTaken(method, `${plain}?${query.join('&')}`, undefined, `${method} ${plain}?${query.join('&')}`);
        } else {
          const own = typeof body === 'object' && body !== null ? Object.keys(body) : [];
          // Now and then all that is sent is nonsense, else one field of a request that is right.
          const sent = random(3) === 0 ? junk() : { ...(body as object), ...(own.length > 0 ? { [pick(own)]: junk() } : {}) };
          if (!path.startsWith('/api/2.0/mlflow-artifacts'))
            await refusedOrTaken(method, plain, sent ?? {}, `${method} ${plain} ${JSON.stringify(sent)?.slice(0, 300)}`);
        }
      }
    assert.equal((await served.engine.experiments.get('0')).name.length > 0, true);
  });

  it('is refused where a filter or an order is nonsense', async () => {
    const parts = [
      'metrics.loss',
      'params.`a b`',
      "'text'",
      '"q"',
      '=',
      '!=',
      '<',
      'LIKE',
      'ILIKE',
      'IN',
      '(',
      ')',
      ',',
      'AND',
      'OR',
      'NOT',
      'IS',
      'NULL',
      '3',
      '-1e5',
      'tags.',
      '`',
      "'",
      'run_id',
      'datasets.name',
      '--',
      ';',
      '%',
    ];
    for (let round = 0; round < 300; round++) {
      const filter = Array.from({ length: random(8) }, () => pick(parts)).join(pick([' ', '']));
      const asked = {
        experiment_ids: ['0'],
        filter,
        order_by: random(2) ? [Array.from({ length: random(4) }, () => pick(parts)).join(' ')] : [],
      };
      await refusedOrTaken('POST', '/api/2.0/mlflow/runs/search', asked, JSON.stringify(asked));
    }
  });

  it('is refused where it is no JSON', async () => {
    const create = '/api/2.0/mlflow/experiments/create';
    for (const body of ['{', '{"name":', '[]', '"x"', '1', 'null', 'NaN', '\u0000', '"{\\"name\\": 3}"', '['.repeat(50_000)]) {
      const { status, text } = await served.ask('POST', create, { body, headers: { 'Content-Type': 'application/json' } });
      assert.equal(status, 400, body.slice(0, 20));
      assert.ok('error_code' in (JSON.parse(text) as object));
    }
    assert.equal(
      (await served.ask('POST', create, { body: 'name=x', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })).status,
      400,
    );
  });

  it('is refused where it is too much', async () => {
    const large = await served
      .ask('POST', '/api/2.0/mlflow/experiments/create', { body: { name: 'x'.repeat(17 * 1024 * 1024) } })
      .catch((error: unknown) => error);
    if (!(large instanceof Error)) assert.equal((large as { status: number }).status, 413);
    assert.equal((await served.engine.experiments.search()).items.length, 1);
    const headers = await served.ask('GET', '/health', { headers: { 'x-long': 'x'.repeat(40_000) } });
    assert.equal(headers.status, 431);
    const metrics = Array.from({ length: 1_001 }, (_, step) => ({ key: 'a', value: 1, timestamp: 1, step }));
    const { runId } = await served.engine.runs.create({ experimentId: '0' });
    assert.equal((await served.api('POST', 'runs/log-batch', { run_id: runId, metrics })).status, 400);
    assert.equal((await served.ask('GET', `/api/2.0/mlflow/runs/get?run_id=${'a'.repeat(20_000)}`)).status, 404);
  });

  it('of a route that is not there is told as MLflow tells it', async () => {
    for (const [method, path] of [
      ['GET', '/api/2.0/mlflow/traces'],
      ['POST', '/api/3.0/mlflow/traces/search'],
      ['PUT', '/api/2.0/mlflow/runs/create'],
      ['GET', '/api/2.0/gateway/endpoints'],
      ['GET', '/index.html'],
      ['GET', '/%00'],
      ['GET', '/%zz'],
    ] as const) {
      const { status, text } = await served.ask(method, path);
      const { error_code: code } = JSON.parse(text) as { error_code: string };
      assert.ok(status === 404 ? code === 'ENDPOINT_NOT_FOUND' : status === 400 && path === '/%zz', `${method} ${path}: ${status} ${text}`);
    }
  });
});
