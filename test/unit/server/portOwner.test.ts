import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { findPortOwner, listeningInodes, listeningPid, programName, suggestPort } from '../../../src/server/portOwner';

describe('Who has a port', () => {
  it('is found where the system tells', async function () {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const [owner, suggestion] = [await findPortOwner(port), await suggestPort('127.0.0.1', port)];
    server.close();
    assert.ok(suggestion === 0 || (suggestion > port && suggestion <= port + 20));
    // macOS may come without lsof.
    if (process.platform === 'darwin' && owner === undefined) return this.skip();
    assert.equal(owner?.pid, process.pid);
    assert.match(owner?.name ?? '', /^node/);
    await once(server, 'close').catch(() => undefined);
  });

  it('is nobody where nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    assert.equal(await findPortOwner(port), undefined);
  });

  it("stands in Linux's table by its socket, listeners only", () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 51234 1 0 100 0 0 10 0',
      '   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 51999 1 0 20 4 30 10 -1',
      '   2: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  0 0 6 1',
      '   3: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 7 1 0 100 0 0 10 0',
    ].join('\n');
    assert.deepEqual(listeningInodes(table, 8080), ['51234', '6']);
    assert.deepEqual(listeningInodes(table, 80), []);
  });

  it("stands in Windows' table, whatever its language", () => {
    const table = [
      'Aktive Verbindungen',
      '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
      '  TCP    127.0.0.1:8080         127.0.0.1:50000        HERGESTELLT      11',
      '  TCP    0.0.0.0:18080          0.0.0.0:0              ABHÖREN          12',
      '  TCP    0.0.0.0:8080           0.0.0.0:0              ABHÖREN          4321',
    ].join('\r\n');
    assert.equal(listeningPid(table, 8080), 4321);
    assert.equal(listeningPid(table, 9), undefined);
  });

  it('is named by its program, never by its options', () => {
    const named: readonly (readonly [string, readonly string[]])[] = [
      ['nginx', ['/usr/sbin/nginx', '-g', 'daemon off;']],
      ['node server.js', ['node', '--import', 'tsx', '/srv/server.js', '--token', 'secret']],
      ['python3 mlflow', ['/usr/bin/python3', '/usr/bin/mlflow', 'server', '--password=secret']],
      ['python3.11 http.server', ['python3.11', '-m', 'http.server', '8080']],
      ['node', ['node', '--token', 'secret']],
      ['Code', ['C:\\Programs\\Code.exe', '--x']],
      ['', ['']],
    ];
    for (const [name, words] of named) assert.equal(programName(words), name);
  });
});
