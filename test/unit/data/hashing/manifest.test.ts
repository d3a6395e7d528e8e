import assert from 'node:assert/strict';
import { formatManifest, manifestDigest, parseManifest } from '../../../../src/data/hashing/manifest';

/** Digests that dvc 3.67 gave the same folders. */
describe('manifests of tracked folders', () => {
  const one = 'b026324c6904b2a9cb4b88d6d61c81d1';

  it('hashes hard names as DVC does, in its order', () => {
    const names = ['\ufffd', '😀', 'é', '"q"', 'back\\slash', '\x7f', 'a b/c', 'line\nbreak', '\u2028', '-dash', 'tab\there', 'z'];
    const entries = names.map((path) => ({ digest: one, path }));
    assert.equal(manifestDigest(entries), '5379fa9384f4de61557cba33185b9f22.dir');
    assert.equal(manifestDigest(entries.reverse()), '5379fa9384f4de61557cba33185b9f22.dir');
  });

  it('hashes an empty folder and a lone empty file', () => {
    assert.equal(manifestDigest([]), 'd751713988987e9331980363e24189ce.dir');
    assert.equal(
      manifestDigest([{ digest: 'd41d8cd98f00b204e9800998ecf8427e', path: '.gitkeep' }]),
      '6ffbaaad7b4ac6e1afabed19a80b2560.dir',
    );
  });

  it('reads back what it writes', () => {
    const entries = [
      { digest: one, path: 'a\u2028\x7f' },
      { digest: one, path: 'b/"c"' },
    ];
    assert.deepEqual(parseManifest(formatManifest(entries)), entries);
  });

  it('refuses what is no manifest', () => {
    for (const text of ['{}', '[1]', '[{"md5": 3}]', '[null]', 'x']) assert.throws(() => parseManifest(text));
  });
});
