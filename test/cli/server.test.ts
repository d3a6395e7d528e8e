import assert from 'node:assert/strict';
import { once } from 'node:events';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer, readServerFile } from '../../src/store/serverFile';
import { openStore } from '../../src/store/sqlite/store';
import { type ServerProcess, ourServerCommand, startOurServer } from '../support/serverProcess';

describe('ml-tracking server', function () {
  this.timeout(60_000);
  let folder: string;
  const servers: ServerProcess[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ml-server-'));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.end('SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const start = async (...more: string[]): Promise<ServerProcess> => {
    const server = await startOurServer(join(folder, '.tracking'), ...more);
    servers.push(server);
    return server;
  };
  /** The line of JSON that a server prints, which is ended then if it runs. */
  const firstLine = async (...more: string[]): Promise<Record<string, unknown>> => {
    const [command, args, options] = ourServerCommand(join(folder, '.tracking'), ...more);
    const child = execFile(command, args, { ...options, timeout: 30_000 }, () => undefined);
    const exited = once(child, 'exit');
    const [text] = (await once(child.stdout!, 'data')) as [string];
    child.kill('SIGKILL');
    await exited;
    assert.equal(text.trim().split('\n').length, 1, text);
    return JSON.parse(text) as Record<string, unknown>;
  };
  const post = async (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });

  it('makes a store, says where it listens, and ends at a signal', async () => {
    const server = await start();
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    assert.equal(await (await fetch(`${server.url}/health`)).text(), 'OK');
    assert.equal((await post(`${server.url}/api/2.0/mlflow/experiments/create`, { name: 'kept' })).status, 200);
    if (process.platform === 'win32') return;
    assert.equal(await server.end('SIGTERM'), 0);
    const engine = await openStore(join(folder, '.tracking'));
    assert.equal((await engine.experiments.getByName('kept'))?.name, 'kept');
    await engine.close();
  });

  it('finishes what is under way', async function () {
    if (process.platform === 'win32') return this.skip();
    const server = await start();
    const created = (await (await post(`${server.url}/api/2.0/mlflow/runs/create`, { experiment_id: '0' })).json()) as {
      run: { info: { run_id: string } };
    };
    const runId = created.run.info.run_id;
    const path = `/api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts/large.bin`;
    const upload: ClientRequest = request(server.url + path, {
      method: 'PUT',
      headers: { 'Content-Length': 200_000, Expect: '100-continue' },
    });
    upload.flushHeaders();
    // The server has begun to read when it asks for more.
    await once(upload, 'continue');
    upload.write(Buffer.alloc(100_000, 1));
    const exited = once(server.process, 'exit');
    server.process.kill('SIGTERM');
    await refusedSoon(server.url);
    upload.end(Buffer.alloc(100_000, 2));
    const [response] = (await once(upload, 'response')) as [IncomingMessage];
    response.resume();
    assert.equal(response.statusCode, 200);
    assert.deepEqual(await exited, [0, null]);
    const engine = await openStore(join(folder, '.tracking'));
    assert.equal((await engine.artifacts.read(runId, 'large.bin')).length, 200_000);
    await engine.close();
  });

  it('says that a port is taken, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await assert.rejects(start('--port', String(port)), (error: Error) => {
      // Where it can be seen who has it, this very process is named.
      const who = process.platform === 'linux' ? `node \\S+ \\(process ${process.pid}\\)` : '.+';
      assert.match(
        error.message,
        new RegExp(`ml-tracking: port ${port} of 127\\.0\\.0\\.1 is taken by ${who}: end it, or use --port \\d+`),
      );
      assert.doesNotMatch(error.message, /at .*\(/);
      return true;
    });
    other.close();
  });

  it('tells programs, too, that a port is taken, and who serves a store', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const said = await firstLine('--json', '--port', String(port));
    assert.deepEqual([said['error'], said['port'], typeof said['suggestion']], ['port-taken', port, 'number']);
    if (process.platform === 'linux') assert.equal((said['owner'] as { pid: number }).pid, process.pid);
    other.close();
    const { url, process: child } = await start();
    assert.deepEqual(await firstLine('--json'), { error: 'already-served', url, pid: child.pid });
  });

  it('says in one line of JSON where it listens', async () => {
    const said = await firstLine('--json', '--token', 'secret');
    assert.deepEqual(Object.keys(said), ['url', 'pid', 'port', 'store']);
    assert.equal(said['url'], `http://127.0.0.1:${String(said['port'])}`);
  });

  it('leaves word of itself beside the store for as long as it serves, and nothing of its token', async () => {
    const { url, process: child } = await start('--token', 'hidden-token');
    const store = join(folder, '.tracking');
    const found = await findServer(store);
    assert.deepEqual([found?.url, found?.pid, found?.host, `http://127.0.0.1:${found?.port}`], [url, child.pid, '127.0.0.1', url]);
    const file = join(store, 'server.json');
    assert.ok(!(await readFile(file, 'utf8')).includes('hidden-token'));
    if (process.platform === 'win32') return;
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal(await servers[0]!.end('SIGTERM'), 0);
    assert.equal(await readServerFile(store), undefined);
  });

  it('serves a store once, and takes over from a server that died', async () => {
    const first = await start();
    await assert.rejects(start(), (error: Error) => {
      assert.ok(error.message.includes(`this store is served already at ${first.url}`), error.message);
      return true;
    });
    await first.end('SIGKILL');
    const store = join(folder, '.tracking');
    assert.equal((await readServerFile(store))?.url, first.url, 'it had no time to take its file along');
    assert.equal(await findServer(store), undefined);
    const { url } = await start();
    assert.equal((await findServer(store))?.url, url);
  });

  it('does not let everybody in without being told to', async () => {
    await assert.rejects(start('--host', '0.0.0.0'), /other machines can reach 0\.0\.0\.0: protect the store with --token/);
    await assert.rejects(start('--token', ''), /an empty token protects nothing/);
    await assert.rejects(start('--token', 'two words'), /a token must be of visible ASCII characters/);
    const open = await start('--host', '0.0.0.0', '--no-token');
    assert.match(open.output(), /everybody who can reach 0\.0\.0\.0 may read and change this store/);
    assert.equal((await fetch(`${open.url}/health`)).status, 200);
  });

  it('keeps artifacts in another folder if asked to', async () => {
    const artifacts = join(folder, 'elsewhere');
    const { url } = await start('--artifacts', artifacts);
    const created = (await (await post(`${url}/api/2.0/mlflow/runs/create`, { experiment_id: '0' })).json()) as {
      run: { info: { run_id: string } };
    };
    const place = `0/${created.run.info.run_id}/artifacts/a.txt`;
    const file = `${url}/api/2.0/mlflow-artifacts/artifacts/${place}`;
    assert.equal((await fetch(file, { method: 'PUT', body: 'hello' })).status, 200);
    assert.equal(await (await fetch(file)).text(), 'hello');
    assert.equal(await readFile(join(artifacts, place), 'utf8'), 'hello');
    assert.deepEqual(await readdir(join(folder, '.tracking')).then((names) => names.includes('artifacts')), false);
  });

  it('takes a token, and refuses who does not have it', async () => {
    const { url } = await start('--token', 'abc');
    const search = `${url}/api/2.0/mlflow/experiments/search`;
    assert.equal((await fetch(search)).status, 401);
    assert.equal((await fetch(search, { headers: { Authorization: 'Bearer abc' } })).status, 200);
  });

  /** Until the server takes no new connections. */
  async function refusedSoon(url: string): Promise<void> {
    for (;;) {
      const refused = await fetch(`${url}/health`).then(
        (response) => response.status === 503,
        () => true,
      );
      if (refused) return;
    }
  }
});
