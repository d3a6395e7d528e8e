import assert from 'node:assert/strict';
import { withoutSecrets } from '../../../src/code/remoteUrl';

describe('remote URLs', () => {
  for (const [given, kept] of [
    ['https://ada:s3cret@example.org/r.git', 'https://example.org/r.git'],
    ['https://ghp_token@example.org/r.git', 'https://example.org/r.git'],
    ['https://ada:p@ss@example.org/r.git', 'https://example.org/r.git'],
    ['HTTPS://a:b@example.org/a@b', 'HTTPS://example.org/a@b'],
    ['ssh://git:pw@example.org:22/r.git', 'ssh://git@example.org:22/r.git'],
    ['ssh://git@example.org/r.git', 'ssh://git@example.org/r.git'],
    ['git@example.org:r.git', 'git@example.org:r.git'],
    ['/home/ada/r@x.git', '/home/ada/r@x.git'],
    ['https://example.org/r.git', 'https://example.org/r.git'],
    ['C:\\repos\\r', 'C:\\repos\\r'],
  ] as const) {
    it(`keeps ${kept}`, () => assert.equal(withoutSecrets(given), kept));
  }
});
