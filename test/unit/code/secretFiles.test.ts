import assert from 'node:assert/strict';
import { mayHoldSecret } from '../../../src/code/secretFiles';

describe('files that may hold a secret', () => {
  it('are told by their names, in any folder and any case', () => {
    const names = `.env .envrc .env.local .env.production .netrc _netrc .npmrc .pypirc .pgpass .my.cnf .git-credentials kaggle.json
      rclone.conf my-service-account.json id_rsa id_ed25519.old server.pem TLS.KEY store.p12 pass.kdbx credentials credentials.json
      .credentials secrets.toml secret.yaml kubeconfig prod.kubeconfig terraform.tfstate prod.tfvars`.split(/\s+/);
    for (const name of names) for (const path of [name, `a/b c/${name}`, name.toUpperCase()]) assert.equal(mayHoldSecret(path), true, path);
  });

  it('are told by their folders', () => {
    for (const path of [
      '.dvc/config.local',
      'sub/.dvc/config.local',
      '.docker/config.json',
      '.kube/config',
      '.aws/x',
      'x/.ssh/known_hosts',
    ])
      assert.equal(mayHoldSecret(path), true, path);
  });

  it('are not what only sounds like them', () => {
    const names = `.env.example .env.template environment.yml train.py .dvc/config config.local docker/config.json config.json keys.py key
      tokenizer.json secretary.py credentials_test_helper.py monkey keyboard.csv id_rsa_report/x.txt .envelope kube/config npmrc`.split(
      /\s+/,
    );
    for (const path of names) assert.equal(mayHoldSecret(path), false, path);
  });
});
