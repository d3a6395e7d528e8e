import assert from 'node:assert/strict';
import { isSupported, parseVersion } from '../../../../src/data/actions/dvcVersion';

describe('versions of dvc', () => {
  it('are read as they are printed', () => {
    assert.equal(parseVersion('3.67.1\n'), '3.67.1');
    assert.equal(parseVersion('warning: something is deprecated\r\n3.50.0\r\n'), '3.50.0');
    assert.equal(parseVersion('DVC version: 3.48.4\n'), '3.48.4');
    assert.equal(parseVersion('3.19.1.dev20+gbf2af8639.d20230915'), '3.19.1.dev20+gbf2af8639.d20230915');
    assert.equal(parseVersion('usage: dvc [-h]'), undefined);
    assert.equal(parseVersion(''), undefined);
  });

  it('are compared as versions, not as texts', () => {
    const supported = ['3.33.0', '3.33.1', '3.67.1', '3.100.0', '4.0.0a1', '10.0'];
    const tooOld = ['3.9.0', '3.32.9', '2.58.2', '3.33.0rc1', '0.94.1'];
    assert.deepEqual(supported.filter(isSupported), supported);
    assert.deepEqual(tooOld.filter(isSupported), []);
  });
});
