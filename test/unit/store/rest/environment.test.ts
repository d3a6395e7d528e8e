import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { iniSection, remoteFromEnvironment } from '../../../../src/store/rest/environment';

describe("a remote server's options", () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'home-'));
  });
  afterEach(() => rm(home, { recursive: true }));
  const options = (env: NodeJS.ProcessEnv) => remoteFromEnvironment('http://host', { HOME: home, USERPROFILE: home, ...env });

  it("come from MLflow's variables", () => {
    assert.deepEqual(options({}), { uri: 'http://host' });
    assert.deepEqual(
      options({
        MLFLOW_TRACKING_TOKEN: 't',
        MLFLOW_TRACKING_USERNAME: 'ada',
        MLFLOW_TRACKING_PASSWORD: 'p',
        MLFLOW_TRACKING_INSECURE_TLS: 'True',
        MLFLOW_TRACKING_SERVER_CERT_PATH: '/ca.pem',
        MLFLOW_TRACKING_CLIENT_CERT_PATH: '/me.pem',
        MLFLOW_WORKSPACE: 'team',
        MLFLOW_HTTP_REQUEST_TIMEOUT: '30',
        MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0',
      }),
      {
        uri: 'http://host',
        token: 't',
        username: 'ada',
        password: 'p',
        insecureTls: true,
        serverCertificate: '/ca.pem',
        clientCertificate: '/me.pem',
        workspace: 'team',
        timeout: 30_000,
        retries: 0,
      },
    );
    assert.deepEqual(options({ MLFLOW_TRACKING_INSECURE_TLS: 'false', MLFLOW_HTTP_REQUEST_TIMEOUT: 'soon' }), { uri: 'http://host' });
  });

  it("come from MLflow's file, which the variables go before", async () => {
    await mkdir(join(home, '.mlflow'));
    await writeFile(join(home, '.mlflow', 'credentials'), '[mlflow]\nmlflow_tracking_username = ada\nmlflow_tracking_password = a = b\n');
    assert.deepEqual(options({}), { uri: 'http://host', username: 'ada', password: 'a = b' });
    assert.equal(options({ MLFLOW_TRACKING_USERNAME: 'eve' }).username, 'eve');
  });

  it("keep the token of this machine's server from other machines", () => {
    const env = { MLFLOW_TRACKING_URI: 'http://127.0.0.1:8080', MLFLOW_TRACKING_TOKEN: 't', HOME: home, USERPROFILE: home };
    const told: string[] = [];
    const tokenFor = (uri: string, more: NodeJS.ProcessEnv = {}) =>
      remoteFromEnvironment(uri, { ...env, ...more }, (line) => told.push(line)).token;
    assert.equal(tokenFor('http://127.0.0.1:8080'), 't');
    assert.equal(tokenFor('http://localhost:5000'), 't');
    assert.equal(tokenFor('http://host', { MLFLOW_TRACKING_URI: 'http://host' }), 't');
    assert.equal(tokenFor('http://host', { MLFLOW_TRACKING_URI: 'sqlite:///mlflow.db' }), 't');
    assert.deepEqual(told, []);
    assert.equal(tokenFor('http://me:pw@host'), undefined);
    assert.match(told.join(), /belongs to http:\/\/127\.0\.0\.1:8080 .* for a token of http:\/\/host set MLFLOW_TRACKING_URI/);
  });

  it('are read from one section', () => {
    const text = '; note\n[other]\na = 1\n[mlflow]\r\n# note\nA: 2\nb=\nc\n[last]\na = 3';
    assert.deepEqual(iniSection(text, 'mlflow'), { a: '2', b: '' });
  });
});
