import assert from 'node:assert/strict';
import { Guard } from '../../../src/server/guard';
import { Served } from './served';

const SEARCH = '/api/2.0/mlflow/experiments/search';

describe('The server from a web page', () => {
  const served = new Served();
  const statusOf = async (headers: Record<string, string>, method = 'GET'): Promise<number> =>
    (await served.ask(method, SEARCH, { headers, ...(method === 'POST' ? { body: {} } : {}) })).status;

  it('is not reached by a name that was pointed at this machine', async () => {
    for (const host of [
      'evil.example',
      'evil.example:8080',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      'a@127.0.0.1',
      '192.168.1.2',
    ])
      assert.equal(await statusOf({ host }), 403, host);
    for (const host of [served.host, 'localhost', 'LOCALHOST:5000', '127.0.0.1', '[::1]:8080'])
      assert.equal(await statusOf({ host }), 200, host);
  });

  it('takes nothing that a page of another site sends', async () => {
    for (const origin of ['http://evil.example', 'null', `https://${served.host}`, 'http://127.0.0.1:1', 'vscode-webview://abc'])
      for (const method of ['GET', 'POST']) assert.equal(await statusOf({ origin }, method), 403, `${method} ${origin}`);
    assert.equal(await statusOf({ 'sec-fetch-site': 'cross-site' }), 403);
    assert.equal(await statusOf({ 'sec-fetch-site': 'same-site' }), 403);
    assert.equal(await statusOf({ origin: `http://${served.host}`, 'sec-fetch-site': 'same-origin' }, 'POST'), 200);
    const simple = await served.ask('POST', '/api/2.0/mlflow/experiments/create', { body: '{"name":"forged"}' });
    assert.deepEqual([simple.status, simple.text.includes('Content-Type')], [400, true]);
    assert.equal(await served.engine.experiments.getByName('forged'), undefined);
  });

  it('lets no page read its answers', async () => {
    const { headers } = await served.ask('GET', SEARCH);
    assert.equal(headers['access-control-allow-origin'], undefined);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    const preflight = await served.ask('OPTIONS', SEARCH, { headers: { origin: 'http://evil.example' } });
    assert.deepEqual([preflight.status, preflight.headers['access-control-allow-origin']], [403, undefined]);
  });
});

describe('A server with a token', () => {
  const served = new Served({ token: 's3cret:with colon' });
  const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
  const statusOf = async (authorization: string | undefined, path = SEARCH): Promise<number> =>
    (await served.ask('GET', path, { headers: authorization === undefined ? {} : { authorization } })).status;

  it('asks for it everywhere', async () => {
    for (const path of [
      SEARCH,
      '/health',
      '/version',
      '/ajax-api/2.0/mlflow/experiments/search',
      '/nowhere',
      '/api/2.0/mlflow-artifacts/artifacts',
    ])
      assert.equal(await statusOf(undefined, path), 401, path);
    const { headers, text } = await served.ask('GET', SEARCH);
    assert.match(String(headers['www-authenticate']), /^Basic/);
    assert.deepEqual((JSON.parse(text) as { error_code: string }).error_code, 'UNAUTHENTICATED');
  });

  it('takes it as a password of anybody', async () => {
    assert.equal(await statusOf(basic('ann:s3cret:with colon')), 200);
    assert.equal(await statusOf(basic(':s3cret:with colon')), 200);
    for (const wrong of [basic('ann:s3cret'), basic('s3cret:with colon'), basic(''), 'Basic !!', 'Bearer', 'Bearer s3cret', 'Digest x', ''])
      assert.equal(await statusOf(wrong), 401, wrong);
  });
});

describe('The guard', () => {
  const passes = (guard: Guard, headers: Record<string, string>): boolean => {
    try {
      guard.check(headers);
      return true;
    } catch {
      return false;
    }
  };

  it('takes a token as a bearer', () => {
    const guard = new Guard({ host: '127.0.0.1', token: 'abc' });
    assert.ok(passes(guard, { host: '127.0.0.1', authorization: 'Bearer abc' }));
    assert.ok(passes(guard, { host: '127.0.0.1', authorization: 'bearer abc' }));
    for (const authorization of ['Bearer abcd', 'Bearer ab', 'Bearer ABC']) assert.ok(!passes(guard, { host: '127.0.0.1', authorization }));
  });

  it('lets addresses through where it listens to others, and only the names that were allowed', () => {
    const guard = new Guard({ host: '0.0.0.0', allowedHosts: ['Lab.example'] });
    for (const host of ['10.1.2.3:8080', '[fe80::1]', 'localhost', 'lab.example:80']) assert.ok(passes(guard, { host }), host);
    for (const host of ['evil.example', 'lab.example.evil.example']) assert.ok(!passes(guard, { host }), host);
    assert.ok(!passes(guard, {}));
  });
});
