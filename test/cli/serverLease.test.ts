import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readServerFile } from '../../src/store/serverFile';
import { startOurServer } from '../support/serverProcess';

describe('a server with a lease', () => {
  let store: string;
  beforeEach(async () => (store = await mkdtemp(join(tmpdir(), 'ml-lease-'))));
  afterEach(() => rm(store, { recursive: true, force: true, maxRetries: 5 }));

  it('ends when nobody comes, and takes its file along', async () => {
    const server = await startOurServer(store, '--lease', '1');
    assert.equal((await readServerFile(store))?.lease, 1);
    const [code] = (await once(server.process, 'exit')) as [number | null];
    assert.equal(code, 0, server.output());
    assert.ok(!existsSync(join(store, 'server.json')));
  });

  it('stays while a client is connected that says nothing, and ends after it', async () => {
    const server = await startOurServer(store, '--lease', '1');
    const exited = once(server.process, 'exit');
    const agent = new Agent({ keepAlive: true });
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${server.url}/health`, { agent }, resolve).on('error', reject);
    });
    const { socket } = response;
    response.resume();
    await once(response, 'end');
    // A second client comes and goes; after its going a lease that counted requests would run out.
    const other = await fetch(`${server.url}/version`, { headers: { Connection: 'close' } });
    await other.text();
    // What nobody is connected to ends meanwhile: it is the clock.
    const clock = await startOurServer(join(store, 'other'), '--lease', '1');
    await once(clock.process, 'exit');
    assert.equal(server.process.exitCode, null, server.output());
    assert.ok(!socket.destroyed);
    agent.destroy();
    assert.equal((await exited)[0], 0, server.output());
  });
});
