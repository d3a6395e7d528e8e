import assert from 'node:assert/strict';
import type { SecretStorage } from 'vscode';
import { CredentialStore } from '../../../src/host/remotes/credentialStore';
import { localName } from '../../../src/host/remotes/localName';
import {
  configuredRemotes,
  isOpenToEavesdroppers,
  namesServer,
  originOf,
  parseRemoteUri,
  placeOf,
  remoteEnvironment,
  type RemoteSettings,
} from '../../../src/host/remotes/remote';
import { remoteProblem } from '../../../src/host/remotes/remoteProblem';
import { remoteFromEnvironment } from '../../../src/store/rest/environment';
import { refusal, unreachable } from '../../../src/store/rest/failures';

describe('the address of a remote', () => {
  it('is kept in one spelling, its credentials apart', () => {
    assert.deepEqual(parseRemoteUri(' HTTPS://Mlflow.Example.org:443/ '), { uri: 'https://mlflow.example.org' });
    assert.deepEqual(parseRemoteUri('http://h:5000/mlflow//'), { uri: 'http://h:5000/mlflow' });
    assert.deepEqual(parseRemoteUri('https://ada:p%40ss@h/?x=1#y'), {
      uri: 'https://h',
      credentials: { username: 'ada', password: 'p@ss' },
    });
    assert.deepEqual(parseRemoteUri('https://ada:100%@h'), { uri: 'https://h', credentials: { username: 'ada', password: '100%' } });
  });

  for (const text of [
    '',
    'mlflow.example.org',
    'mlflow.example.org:5000',
    'file:///mlruns',
    'databricks',
    'sqlite:///x.db',
    'http://',
    '/tmp',
  ])
    it(`is not ${JSON.stringify(text)}`, () => assert.throws(() => parseRemoteUri(text), /begins with http:\/\/ or https:\/\//));

  it('is found in settings, however it is spelled there', () => {
    for (const text of ['HTTPS://H:443/mlflow/', ' https://h/mlflow', 'https://ada:p@h/mlflow'])
      assert.ok(namesServer(text, 'https://h/mlflow'), text);
    for (const text of ['https://h', 'http://h/mlflow', '', undefined, 5]) assert.ok(!namesServer(text, 'https://h/mlflow'), String(text));
  });

  it('names who gets its secrets by scheme, host and port', () => {
    assert.equal(originOf('https://h/mlflow'), originOf('https://h:443'));
    assert.notEqual(originOf('https://h'), originOf('http://h'));
    assert.notEqual(originOf('http://h:5000'), originOf('http://h:5001'));
  });

  it('tells whether others can read along', () => {
    assert.deepEqual(
      ['http://h', 'https://h', 'http://localhost:5000', 'http://127.0.0.1', 'http://[::1]:1', 'http://127.0.0.1.example.org'].map(
        isOpenToEavesdroppers,
      ),
      [true, false, false, false, false, true],
    );
  });
});

describe('the configured remotes', () => {
  const none: RemoteSettings = { servers: [], uri: '', uriFromWorkspace: false, environmentUri: undefined };
  const list = (settings: Partial<RemoteSettings>, complaints: string[] = []) =>
    configuredRemotes({ ...none, ...settings }, (line) => complaints.push(line));

  it('are those of the list, of the setting and of the environment, each once', () => {
    const found = list({
      servers: [{ name: ' team ', uri: 'https://h/' }, { uri: 'http://other:5000' }],
      uri: 'https://h',
      uriFromWorkspace: true,
      environmentUri: 'http://env:1',
    });
    assert.deepEqual(
      found.map(({ name, uri, from }) => [name, uri, from]),
      [
        ['team', 'https://h', 'user'],
        ['other:5000', 'http://other:5000', 'user'],
        ['env:1', 'http://env:1', 'environment'],
      ],
    );
  });

  it('have their certificates checked as the person says, whatever else names them', () => {
    const [remote] = list({ servers: [{ uri: 'https://h', serverCertificate: '/ca.pem', insecureTls: 'yes' }], uri: 'https://h' });
    assert.deepEqual(remote, { name: 'h', uri: 'https://h', from: 'user', serverCertificate: '/ca.pem' });
  });

  it('leave out, and name, what is wrong', () => {
    const complaints: string[] = [];
    assert.deepEqual(list({ servers: [{ name: 'x' }, { uri: 5 }], uri: 'nonsense', environmentUri: 'file:///mlruns' }, complaints), []);
    assert.deepEqual(
      complaints.map((line) => line.split(' ')[0]),
      ['mlTracking.remote.servers[0]', 'mlTracking.remote.servers[1]', 'mlTracking.remote.uri'],
    );
  });
});

describe('the credentials of a remote', () => {
  const environment = { MLFLOW_TRACKING_URI: 'https://env.example', MLFLOW_TRACKING_TOKEN: 'of the environment' };
  let kept: Map<string, string>;
  let credentials: CredentialStore;

  beforeEach(() => {
    kept = new Map();
    const secrets: Pick<SecretStorage, 'get' | 'store' | 'delete'> = {
      get: (key) => Promise.resolve(kept.get(key)),
      store: (key, value) => Promise.resolve(void kept.set(key, value)),
      delete: (key) => Promise.resolve(void kept.delete(key)),
    };
    credentials = new CredentialStore(secrets as SecretStorage, environment);
  });

  it('go to the server that they were typed in for, and to no other', async () => {
    await credentials.set('https://h/mlflow', { token: 's' });
    assert.deepEqual(await credentials.of({ uri: 'https://h' }), { token: 's' });
    for (const uri of ['http://h', 'https://h:8443', 'https://h.evil.example', 'https://evil.example/h'])
      assert.equal(await credentials.of({ uri }), undefined, uri);
  });

  it('of the environment go to the server that it names', async () => {
    assert.deepEqual(await credentials.of({ uri: 'https://env.example/x' }), { token: 'of the environment' });
    assert.equal(await credentials.of({ uri: 'https://other.example' }), undefined);
  });

  it('are forgotten', async () => {
    await credentials.set('https://h', { username: 'ada', password: 'p' });
    assert.equal(await credentials.forget('https://h'), true);
    assert.equal(await credentials.forget('https://h'), false);
    assert.deepEqual([...kept], []);
  });

  it('reach a child process for this server alone, whatever the terminal says of another', () => {
    const remote = { name: 'team', uri: 'https://h', from: 'user', insecureTls: true } as const;
    const told = { ...environment, ...remoteEnvironment(placeOf(remote, { username: 'ada', password: 'p' })) };
    assert.deepEqual(remoteFromEnvironment('https://h', told), { uri: 'https://h', username: 'ada', password: 'p', insecureTls: true });
    assert.equal(remoteFromEnvironment('https://other', told).password, undefined);
    assert.equal(remoteFromEnvironment('https://h', { ML_TRACKING_REMOTE: '{' }).token, undefined);
  });
});

describe('the name of a file that is brought here', () => {
  it('is its own, in what every system takes', () => {
    const names = {
      'model/MLmodel': 'MLmodel',
      'a/b:c?.txt': 'b_c_.txt',
      'x/..': '_',
      'x\\y': 'x_y',
      'a/CON.txt': '_CON.txt',
      'a/nul': '_nul',
      'a/tab\t': 'tab_',
      'a/b. ': 'b_',
      '': 'artifact',
    };
    for (const [path, name] of Object.entries(names)) assert.equal(localName(path), name, JSON.stringify(path));
  });

  it('is no longer than a file may be called, and keeps its kind', () => {
    const name = localName(`a/${'混同行列😀'.repeat(60)}.png`);
    assert.ok(Buffer.byteLength(name) <= 180, String(Buffer.byteLength(name)));
    assert.match(name, /列😀\.png$/u);
    assert.doesNotMatch(name, /^\p{Surrogate}/u);
  });
});

describe('what is wrong with a remote', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  const untrusted = Object.assign(new Error('self-signed'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });

  it('is told by what can be done about it', () => {
    assert.deepEqual(remoteProblem(unreachable('http://h', refused)), { kind: 'unreachable', reason: 'nobody listens there' });
    assert.deepEqual(remoteProblem(unreachable('https://h', untrusted)), { kind: 'certificate', reason: 'it is signed by itself' });
    assert.deepEqual(remoteProblem(refusal('http://h', 'POST x', 401, '')), { kind: 'signIn' });
    assert.equal(remoteProblem(refusal('http://h', 'POST x', 403, '')).kind, 'other');
    assert.equal(remoteProblem(refusal('http://h', 'POST x', 503, '')).kind, 'unreachable');
    assert.deepEqual(remoteProblem(new Error('odd')), { kind: 'other', reason: 'odd' });
  });
});
