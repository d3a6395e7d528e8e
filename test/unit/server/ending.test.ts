import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Ending } from '../../../src/server/ending';
import { createServer } from '../../../src/server/server';
import { openStore } from '../../../src/store/sqlite/store';
import type { Engine } from '../../../src/store/engine';
import { temporaryFolder } from '../store/temporaryFolder';
import { connected, statuses } from './rawClient';

describe('A server that ends', function () {
  this.timeout(20_000);
  const path = temporaryFolder();
  let engine: Engine;
  let ending: Ending;
  let host: string;
  let put: string;
  let runId: string;
  beforeEach(async () => {
    engine = await openStore(path('.tracking'));
    ({ runId } = await engine.runs.create({ experimentId: '0' }));
    const app = createServer(engine, { host: '127.0.0.1' });
    ending = new Ending(app);
    await app.listen({ host: '127.0.0.1', port: 0 });
    host = `127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    put = `PUT /api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts/a.bin HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 8\r\nExpect: 100-continue\r\n\r\n`;
  });
  afterEach(() => engine.close());

  it('waits no longer for clients that have fallen silent', async () => {
    const [uploading, idle] = [await connected(host), await connected(host)];
    const closed = once(idle.resume(), 'close');
    uploading.write(put);
    // The server has begun to read when it asks for more.
    await once(uploading, 'data');
    uploading.write('half');
    const cut = once(uploading, 'close');
    await ending.close({ silence: 200 });
    await Promise.all([cut, closed]);
    assert.deepEqual(await engine.artifacts.list(runId), []);
  });

  it('waits for ever for nobody', async () => {
    const uploading = await connected(host);
    uploading.write(put.replace('Content-Length: 8', 'Content-Length: 1000000'));
    await once(uploading, 'data');
    const dripping = setInterval(() => uploading.write('x'), 20);
    const cut = once(uploading, 'close');
    await ending.close({ silence: 10_000, longest: 300 });
    await cut;
    clearInterval(dripping);
    assert.deepEqual(await engine.artifacts.list(runId), []);
  });

  it('finishes what still flows', async () => {
    const uploading = await connected(host);
    uploading.write(put);
    await once(uploading, 'data');
    const ended = ending.close({ silence: 5_000 });
    uploading.write('half');
    uploading.write('full');
    assert.deepEqual(statuses(await text(uploading)), [200]);
    await ended;
    assert.equal((await engine.artifacts.read(runId, 'a.bin')).length, 8);
  });
});
