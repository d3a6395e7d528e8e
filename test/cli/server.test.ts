import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/store/sqlite/store';
import { type ServerProcess, startOurServer } from '../support/serverProcess';

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
      assert.match(error.message, new RegExp(`ml-tracking: port ${port} of 127\\.0\\.0\\.1 is taken by another program: .* --port`));
      assert.doesNotMatch(error.message, /at .*\(/);
      return true;
    });
    other.close();
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
