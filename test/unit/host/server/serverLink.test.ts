import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServerLink, TokenRefused } from '../../../../src/host/server/serverLink';

describe("a window's connection to a server", () => {
  let server: Server;
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const never = () => assert.fail('it broke');
  beforeEach(async () => {
    server = createServer(({ headers, url: path }, response) => {
      const status = path !== '/health' ? 404 : headers.authorization === 'Bearer right' ? 200 : 401;
      response.writeHead(status, { 'Content-Length': 2 }).end('OK');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('tells when it breaks', async () => {
    let broke: () => void = () => undefined;
    const broken = new Promise<void>((resolve) => (broke = resolve));
    await ServerLink.open(url(), 'right', broke, never);
    server.closeAllConnections();
    await broken;
  });

  it('says nothing when it is let go', async () => {
    const link = await ServerLink.open(url(), 'right', never, never);
    const closed = new Promise<void>((resolve) =>
      server.getConnections((_, count) => (count === 1 ? resolve() : assert.fail(String(count)))),
    );
    await closed;
    link.dispose();
    server.close();
    await once(server, 'close');
  });

  it('does not listen for ever to what is no tracking server', async () => {
    const odd = createServer((_request, response) => {
      const talk = (): void => void (response.write('x'.repeat(16_384)) && setImmediate(talk));
      response.on('drain', talk);
      talk();
    }).listen(0, '127.0.0.1');
    await once(odd, 'listening');
    await assert.rejects(
      ServerLink.open(`http://127.0.0.1:${(odd.address() as AddressInfo).port}`, undefined, never, never),
      /answers with something else/,
    );
    odd.closeAllConnections();
    odd.close();
  });

  it('tells a wrong token from a server that is not there', async () => {
    await assert.rejects(ServerLink.open(url(), undefined, never, never), TokenRefused);
    await assert.rejects(ServerLink.open(url(), 'wrong', never, never), TokenRefused);
    const gone = url();
    server.close();
    await once(server, 'close');
    await assert.rejects(ServerLink.open(gone, 'right', never, never), /does not answer/);
  });
});
