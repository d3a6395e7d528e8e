import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorCode } from '../../../../src/core/errors';
import { TrackingError } from '../../../../src/core/errors';
import type { Engine } from '../../../../src/store/engine';
import { withoutCredentials } from '../../../../src/store/rest/address';
import { openRemote } from '../../../../src/store/rest/engine';
import { HttpClient } from '../../../../src/store/rest/http';
import type { RemoteOptions } from '../../../../src/store/rest/options';
import { filePayload } from '../../../../src/store/rest/spool';
import { freePort } from '../../../support/serverProcess';
import { type Answering, answering, json, likeMlflow } from './answering';

async function refuses(action: Promise<unknown>, code: ErrorCode, message: RegExp): Promise<TrackingError> {
  let thrown: unknown;
  await assert.rejects(action, (error) => ((thrown = error), true));
  assert.ok(thrown instanceof TrackingError, String(thrown));
  assert.equal(thrown.code, code, thrown.message);
  assert.match(thrown.message, message);
  assert.doesNotMatch(thrown.message, /\n|s3cret/);
  return thrown;
}

describe('reaching a remote server', function () {
  this.timeout(30_000);
  const servers: Answering[] = [];
  const engines: Engine[] = [];
  const logged: string[] = [];
  const serve = async (...args: Parameters<typeof answering>): Promise<Answering> => {
    const server = await answering(...args);
    servers.push(server);
    return server;
  };
  const open = async (options: RemoteOptions): Promise<Engine> => {
    const engine = await openRemote({ log: (line) => logged.push(line), ...options });
    engines.push(engine);
    return engine;
  };
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.close();
    for (const server of servers.splice(0)) await server.close();
    for (const line of logged.splice(0)) assert.doesNotMatch(line, /s3cret/);
  });

  it('says that nobody is there, that a name is unknown, that an address is none', async () => {
    const uri = `http://127.0.0.1:${await freePort()}`;
    await refuses(open({ uri, retries: 0 }), 'TEMPORARILY_UNAVAILABLE', /can't be reached \(nobody listens there\)/);
    for (const bad of [
      'somewhere',
      'ftp://host',
      'http://',
      'postgres://me:s3cret@host/db',
      'http://me:a/s3cret@host',
      'me:s3cret@host:80',
    ])
      await refuses(open({ uri: bad }), 'INVALID_PARAMETER_VALUE', /is no address of an MLflow server/);
  });

  it('shows addresses without what is secret in them', () => {
    for (const [uri, shown] of [
      ['http://me:s3cret@host:5000', 'http://host:5000'],
      ['https://me:s3@cret@host/a@b', 'https://host/a@b'],
      ['https://s3cret@host/', 'https://host'],
      ['http://host/a@b', 'http://host/a@b'],
      ['dbfs:/Users/me@host/x', 'dbfs:/Users/me@host/x'],
    ] as const)
      assert.equal(withoutCredentials(uri), shown);
  });

  it('says that a server is none of MLflow', async () => {
    const page = await serve((_seen, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Hello</html>'));
    await refuses(open({ uri: page.url }), 'INVALID_STATE', /is no MLflow server/);
    const empty = await serve((_seen, response) => response.writeHead(404).end('nothing here'));
    await refuses(open({ uri: empty.url }), 'INVALID_STATE', /is no MLflow server/);
  });

  it('shows who asks, and says what to do when that is not taken', async () => {
    const guarded = await serve(
      likeMlflow((seen, response) => json(response, { run: { info: { run_id: 'r', run_name: seen.headers.authorization } } })),
    );
    const nameOf = async (options: Partial<RemoteOptions>): Promise<string> =>
      (await (await open({ uri: guarded.url, ...options })).runs.get('r')).runName;
    assert.equal(await nameOf({ token: 's3cret' }), 'Bearer s3cret');
    const basic = `Basic ${Buffer.from('ada:s3cret').toString('base64')}`;
    assert.equal(await nameOf({ username: 'ada', password: 's3cret' }), basic);
    assert.equal(await nameOf({ username: 'ada', password: 's3cret', token: 't' }), basic, 'as in MLflow');
    assert.equal(await nameOf({ uri: guarded.url.replace('//', '//ada:s3cret@') }), basic);
    const engine = await open({ uri: guarded.url.replace('//', '//ada:s3cret@') });
    assert.equal(engine.info.location, guarded.url);
    const closed = await serve((_seen, response) => json(response, {}, 401));
    await refuses(open({ uri: closed.url, token: 's3cret' }), 'PERMISSION_DENIED', /does not know who asks: give it a token/);
  });

  it('follows redirects within the server, and takes credentials to no other', async () => {
    const other = await serve(likeMlflow());
    const server = await serve(
      likeMlflow((seen, response) => {
        if (seen.path.startsWith('/api/2.0/mlflow/runs/get')) response.writeHead(302, { location: '/moved?run_id=r' }).end();
        else if (seen.path.startsWith('/moved')) json(response, { run: { info: { run_id: 'r', run_name: 'moved' } } });
        else response.writeHead(307, { location: `${other.url}${seen.path}` }).end();
      }),
    );
    const engine = await open({ uri: server.url, token: 's3cret' });
    assert.equal((await engine.runs.get('r')).runName, 'moved');
    await refuses(engine.registry.getModel('m'), 'PERMISSION_DENIED', new RegExp(`sends requests on to ${other.url}`));
    await refuses(engine.runs.logBatch('r', {}), 'PERMISSION_DENIED', /sends requests on to/);
    assert.deepEqual(other.seen, []);
  });

  it('asks again what can be asked again, as often as it may', async () => {
    let failures = 2;
    const server = await serve(
      likeMlflow((_seen, response) => {
        if (failures-- > 0) json(response, {}, 503, { 'retry-after': '0' });
        else json(response, { run: { info: { run_id: 'r', run_name: 'there' } } });
      }),
    );
    const engine = await open({ uri: server.url, retries: 2 });
    assert.equal((await engine.runs.get('r')).runName, 'there');
    failures = 1;
    assert.equal((await engine.runs.create({ experimentId: '0' })).runName, 'there', 'a 503 says that nothing was made');
    failures = 9;
    await refuses(engine.runs.get('r'), 'TEMPORARILY_UNAVAILABLE', /answered GET \/api\/2.0\/mlflow\/runs\/get with status 503/);
    assert.equal(failures, 6);
  });

  it('blames no server for a file that fails while it is uploaded', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'upload-'));
    const place = join(folder, 'weights.bin');
    const sent = filePayload(place, 100_000);
    const server = await serve(likeMlflow());
    const http = new HttpClient({ uri: server.url, log: (line) => logged.push(line) });
    const upload = (): Promise<string> =>
      http.text({
        method: 'PUT',
        path: '/upload',
        body: () => sent.read(),
        headers: { 'content-length': String(sent.size) },
        repeatable: 'any',
      });
    try {
      await refuses(upload(), 'INVALID_STATE', /weights\.bin can't be read, so it is not uploaded: ENOENT/);
      await writeFile(place, 'short');
      await refuses(upload(), 'INVALID_STATE', /weights\.bin became shorter while it was uploaded/);
      assert.deepEqual(logged, [], 'nothing was tried again');
      await writeFile(place, Buffer.alloc(200_000, 'x'));
      await upload();
      assert.equal(server.seen.find(({ path }) => path === '/upload')?.body.length, 100_000);
    } finally {
      await http.close();
      await rm(folder, { recursive: true });
    }
  });

  it('never makes a thing twice', async () => {
    const server = await serve(likeMlflow((_seen, response) => void response.socket?.destroy()));
    const engine = await open({ uri: server.url, retries: 3 });
    const asked = (): number => server.seen.filter(({ path }) => path.includes('create')).length;
    await refuses(engine.runs.create({ experimentId: '0' }), 'TEMPORARILY_UNAVAILABLE', /it cut the connection/);
    assert.equal(asked(), 1, 'nobody knows whether the run was made');
    await refuses(engine.experiments.create('e'), 'TEMPORARILY_UNAVAILABLE', /it cut the connection/);
    assert.equal(asked(), 2);
  });

  it('gives up a request that is not answered in time, and all of them when it is closed', async () => {
    const server = await serve(likeMlflow((seen, response) => void (seen.path.includes('registered') || json(response, {}))));
    const hasty = await open({ uri: server.url, timeout: 100, retries: 0 });
    await refuses(hasty.registry.getModel('m'), 'TEMPORARILY_UNAVAILABLE', /takes too long to answer/);
    const patient = await open({ uri: server.url });
    const waiting = refuses(patient.registry.getModel('m'), 'TEMPORARILY_UNAVAILABLE', /is closed/);
    await patient.close();
    await waiting;
    await refuses(patient.runs.get('r'), 'TEMPORARILY_UNAVAILABLE', /is closed/);
  });

  it('goes through the proxy of the environment, but not to this machine', async () => {
    const before = { http_proxy: process.env['http_proxy'], no_proxy: process.env['no_proxy'] };
    // A proxy is asked with the whole address.
    const proxy = await serve((seen, response) => {
      if (seen.path === 'http://mlflow.invalid/team/version') response.end('3.17.2');
      else json(response, seen.path === 'http://mlflow.invalid/team/api/2.0/mlflow/experiments/search' ? {} : { error: seen.path });
    });
    try {
      process.env['http_proxy'] = proxy.url;
      process.env['no_proxy'] = '';
      await open({ uri: 'http://mlflow.invalid/team/', retries: 0 });
      assert.equal(proxy.seen.length, 2);
      const near = await serve(likeMlflow());
      await open({ uri: near.url });
      assert.equal(proxy.seen.length, 2);
    } finally {
      for (const [name, value] of Object.entries(before))
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    }
  });

  describe('by TLS', () => {
    let folder: string;
    const at = (name: string): string => join(folder, name);
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tls-'));
      const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe', timeout: 20_000 });
      const key = ['-newkey', 'rsa:2048', '-nodes', '-days', '2'];
      openssl(
        'req',
        '-x509',
        ...key,
        '-keyout',
        'server.key',
        '-out',
        'server.pem',
        '-subj',
        '/CN=test',
        '-addext',
        'subjectAltName=IP:127.0.0.1',
      );
      openssl('req', '-x509', ...key, '-keyout', 'client.key', '-out', 'client.pem', '-subj', '/CN=ada');
    });
    after(() => rm(folder, { recursive: true }));
    const secure = async (asks = false): Promise<Answering> => {
      const [key, cert, ca] = await Promise.all(['server.key', 'server.pem', 'client.pem'].map((name) => readFile(at(name))));
      const options = { key, cert, ...(asks ? { ca, requestCert: true, rejectUnauthorized: true } : {}) };
      return serve(likeMlflow(), createTlsServer(options), 'https');
    };

    it('trusts the authority that is named, any certificate when told so, and else none', async () => {
      const { url } = await secure();
      await refuses(open({ uri: url }), 'PERMISSION_DENIED', /certificate .* can't be trusted \(it is signed by itself\)/);
      await open({ uri: url, serverCertificate: at('server.pem') });
      await open({ uri: url, insecureTls: true });
      await refuses(open({ uri: url, serverCertificate: at('none.pem') }), 'INVALID_PARAMETER_VALUE', /can't be read/);
      await refuses(
        open({ uri: url, serverCertificate: at('server.key').replace('server.key', '.') }),
        'INVALID_PARAMETER_VALUE',
        /can't be read/,
      );
      await refuses(
        open({ uri: url.replace('https', 'http'), retries: 0 }),
        'TEMPORARILY_UNAVAILABLE',
        /it cut the connection|can't be reached/,
      );
    });

    it("shows this client's own certificate", async () => {
      const { url } = await secure(true);
      const both = at('both.pem');
      const [key, cert] = await Promise.all([readFile(at('client.key'), 'utf8'), readFile(at('client.pem'), 'utf8')]);
      await writeFile(both, cert + key);
      await open({ uri: url, serverCertificate: at('server.pem'), clientCertificate: both });
      await assert.rejects(open({ uri: url, serverCertificate: at('server.pem'), retries: 0 }), TrackingError);
    });

    it('says that a server does not speak https', async () => {
      const plain = await serve(likeMlflow());
      await refuses(open({ uri: plain.url.replace('http', 'https') }), 'PERMISSION_DENIED', /does not speak https: try http/);
    });
  });
});
