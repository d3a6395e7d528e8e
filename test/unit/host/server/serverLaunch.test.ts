import assert from 'node:assert/strict';
import { isOlder, LEASE, serverArguments, serverEnvironment } from '../../../../src/host/server/serverLaunch';
import { pythonSnippet } from '../../../../src/host/server/pythonSnippet';
import { combinedState } from '../../../../src/host/server/serverState';
import { ServerPorts } from '../../../../src/host/server/serverPorts';

describe('the launch of a server', () => {
  it('keeps the token out of the arguments', () => {
    const launch = { port: 8080, token: 'secret' };
    assert.ok(!serverArguments('/a store', launch).join(' ').includes('secret'));
    assert.ok(serverArguments('-odd', launch).includes('--store=-odd'));
    assert.equal(serverEnvironment({}, launch)['ML_TRACKING_TOKEN'], 'secret');
  });

  it('takes nothing along that speaks of other stores, servers or windows', () => {
    const outer = { PATH: '/bin', ML_TRACKING_TOKEN: 'old', ML_TRACKING_STORE: '/other', MLFLOW_TRACKING_URI: 'http://x', VSCODE_PID: '1' };
    assert.deepEqual(serverEnvironment(outer, { port: 0 }), { PATH: '/bin', ELECTRON_RUN_AS_NODE: '1' });
  });

  it('takes the place of older versions only, so that two windows do not go on replacing what the other has started', () => {
    for (const [version, than, older] of [
      ['0.0.1', '0.3.0', true],
      ['0.9.0', '0.10.0', true],
      ['1.0.0', '0.10.9', false],
      ['0.3.0', '0.3.0', false],
      ['0.3.0-next', '0.3.0', false],
      ['odd', '0.3.0', true],
    ] as const)
      assert.equal(isOlder(version, than), older, `${version} ${than}`);
  });

  it('leaves the server time over a reload', () => assert.ok(LEASE >= 120));
});

describe('a Python snippet', () => {
  it('sets what MLflow reads', () => {
    assert.equal(
      pythonSnippet({ url: 'http://127.0.0.1:8080' }),
      'import os\n\nos.environ["MLFLOW_TRACKING_URI"] = "http://127.0.0.1:8080"\n',
    );
    assert.match(pythonSnippet({ url: 'http://127.0.0.1:8080', token: 'a-b_c' }), /^os\.environ\["MLFLOW_TRACKING_TOKEN"\] = "a-b_c"$/m);
  });
});

describe('the state of several servers', () => {
  it('is what menus can ask for', () => {
    assert.equal(combinedState([]), 'off');
    assert.equal(combinedState(['on']), 'on');
    assert.equal(combinedState(['on', 'off']), 'some');
    assert.equal(combinedState(['off', 'stopping']), 'starting');
    assert.equal(combinedState(['off', 'failed']), 'failed');
  });
});

describe('the port of a server', () => {
  it('is the one that was chosen, until the setting changes', async () => {
    const kept = new Map<string, unknown>();
    const ports = new ServerPorts({
      get: <T>(key: string): T | undefined => kept.get(key) as T | undefined,
      update: async (key: string, value: unknown) => void kept.set(key, value),
    });
    assert.equal(ports.of('/a', 8080), 8080);
    await ports.choose('/a', 8080, 8081);
    assert.equal(ports.of('/a', 8080), 8081);
    assert.equal(ports.of('/b', 8080), 8080);
    assert.equal(ports.of('/a', 9000), 9000);
  });
});
