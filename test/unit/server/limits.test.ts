import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { until } from '../../support/until';
import { connected, exchanged, statuses, trickled } from './rawClient';
import { Served } from './served';

const CREATE = '/api/2.0/mlflow/experiments/create';

describe('Limits', function () {
  this.timeout(20_000);
  const served = new Served({
    limits: { bodyTime: 300, headerTime: 300, silence: 5_000, connections: 20, pace: { bytes: 10_000, span: 300 } },
  });
  const head = (method: string, path: string, more: string): string => `${method} ${path} HTTP/1.1\r\nHost: ${served.host}\r\n${more}\r\n`;
  const json = 'Content-Type: application/json\r\nContent-Length: 1000\r\n';

  it('end a request whose body never ends, however it drips', async () => {
    assert.deepEqual(statuses(await trickled(served.host, head('POST', CREATE, json), 20)), [408]);
    const chunked = 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n';
    const [status] = statuses(await trickled(served.host, `${head('POST', CREATE, chunked)}3e8\r\n`, 20));
    assert.equal(status, 408);
  });

  it('end a request whose headers never end', async () => {
    const [status] = statuses(await trickled(served.host, `GET /health HTTP/1.1\r\nHost: ${served.host}\r\nX-Long: `, 20));
    assert.equal(status, 408);
  });

  it('end an upload that only trickles, and keep nothing of it', async () => {
    const { runId } = await served.engine.runs.create({ experimentId: '0' });
    const put = head('PUT', `/api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts/a.bin`, 'Content-Length: 100000\r\n');
    assert.deepEqual(statuses(await trickled(served.host, put, 20)), [408]);
    assert.deepEqual(await served.engine.artifacts.list(runId), []);
    await until(
      'nothing half-sent is left',
      () => readdirSync(served.path('.tracking', 'artifacts', '0', runId, 'artifacts')).length === 0,
    );
  });

  it('leave an upload alone that keeps up, however long it takes', async () => {
    const { runId } = await served.engine.runs.create({ experimentId: '0' });
    const part = 'x'.repeat(10_000);
    const path = `/api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts/a.bin`;
    const socket = await connected(served.host);
    socket.write(head('PUT', path, `Content-Length: ${part.length * 8}\r\nConnection: close\r\n`));
    // Ten parts within a span each; all together take longer than one.
    for (let sent = 0; sent < 8; sent++) {
      socket.write(part);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    let answer = '';
    for await (const data of socket) answer += String(data);
    assert.deepEqual(statuses(answer), [200]);
    assert.equal((await served.engine.artifacts.read(runId, 'a.bin')).length, part.length * 8);
  });

  it('refuse too many headers, too large ones, and an address without end', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `X-${index}: 1\r\n`).join('');
    assert.deepEqual(statuses(await exchanged(served.host, head('GET', '/health', `${many}Connection: close\r\n`))), [431]);
    assert.deepEqual(statuses(await exchanged(served.host, head('GET', '/health', `X: ${'x'.repeat(40_000)}\r\n`))), [431]);
    assert.deepEqual(statuses(await exchanged(served.host, head('GET', `/health?${'x'.repeat(100_000)}`, ''))), [431]);
    assert.equal((await served.ask('GET', '/health')).status, 200);
  });

  it('refuse a body that is too large before it is read', async () => {
    const large = 'Content-Type: application/json\r\nContent-Length: 1000000000000\r\nConnection: close\r\n';
    assert.deepEqual(statuses(await exchanged(served.host, head('POST', CREATE, large))), [413]);
    for (const length of ['-1', '1e3', '99999999999999999999999', 'abc', '5, 6'])
      assert.deepEqual(statuses(await exchanged(served.host, head('POST', CREATE, `Content-Length: ${length}\r\n`))), [400], length);
  });

  it('take so many connections and no more, and go on when they end', async () => {
    const held: Socket[] = [];
    for (let index = 0; index < 20; index++) held.push(await connected(served.host));
    // The system takes the connection before the server turns it down.
    const one = await connected(served.host).catch(() => undefined);
    if (one && !one.destroyed) {
      one.resume();
      await once(one, 'close');
    }
    for (const socket of held) socket.destroy();
    await until('the server takes connections again', async () =>
      served.ask('GET', '/health').then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
  });
});

describe('Requests that are not what they seem', () => {
  const served = new Served();

  it('are not read as two by us and as one by somebody before us', async () => {
    const inner = `GET /version HTTP/1.1\r\nHost: ${served.host}\r\n\r\n`;
    const attempts: Record<string, string> = {
      'both lengths': `Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
      'two lengths': `Content-Length: 2\r\nContent-Length: ${inner.length}\r\n\r\n{}${inner}`,
      'an odd encoding': `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${inner}`,
      'an encoding behind a space': `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${inner}`,
      'a folded header': `X: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
      'a bare line feed': `X: a\nTransfer-Encoding: chunked\n\n0\n\n${inner}`,
      'an odd chunk': `Transfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n${inner}`,
    };
    for (const [what, rest] of Object.entries(attempts)) {
      const answers = await exchanged(
        served.host,
        `POST ${CREATE} HTTP/1.1\r\nHost: ${served.host}\r\nContent-Type: application/json\r\nConnection: close\r\n${rest}`,
      );
      assert.ok(!/^HTTP\/1\.1 200/m.test(answers), `${what}: ${answers}`);
      assert.ok(statuses(answers).length <= 1, `${what}: ${answers}`);
    }
  });

  it('name one host, and no other by the way', async () => {
    const ask = async (lines: string) => statuses(await exchanged(served.host, `${lines}Connection: close\r\n\r\n`))[0];
    assert.equal(await ask(`GET /health HTTP/1.1\r\nHost: ${served.host}\r\n`), 200);
    assert.equal(await ask('GET /health HTTP/1.1\r\n'), 400);
    assert.equal(await ask(`GET /health HTTP/1.1\r\nHost: ${served.host}\r\nHost: evil.example\r\n`), 400);
    assert.equal(await ask(`GET /health HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: ${served.host}\r\n`), 403);
    assert.ok([400, 403, 404].includes((await ask(`GET http://evil.example/health HTTP/1.1\r\nHost: ${served.host}\r\n`)) ?? 0));
    assert.notEqual(await ask(`CONNECT evil.example:80 HTTP/1.1\r\nHost: ${served.host}\r\n`), 200);
  });
});
