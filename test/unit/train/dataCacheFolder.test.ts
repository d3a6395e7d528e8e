import assert from 'node:assert/strict';
import { userCacheFolder } from '../../../src/train/data/cacheFolder';

describe('The cache folder', () => {
  it('follows XDG on Linux, which wants absolute paths', () => {
    assert.equal(userCacheFolder('linux', {}, '/home/ada'), '/home/ada/.cache/ml-tracking');
    assert.equal(userCacheFolder('linux', { XDG_CACHE_HOME: '/var/c' }, '/home/ada'), '/var/c/ml-tracking');
    assert.equal(userCacheFolder('linux', { XDG_CACHE_HOME: 'c' }, '/home/ada'), '/home/ada/.cache/ml-tracking');
  });
  it('is in Library on macOS', () => {
    assert.equal(userCacheFolder('darwin', { XDG_CACHE_HOME: '/x' }, '/Users/ada'), '/Users/ada/Library/Caches/ml-tracking');
  });
  it('is in the local application data on Windows', () => {
    const local = 'C:\\Users\\ada\\AppData\\Local';
    assert.equal(userCacheFolder('win32', { LOCALAPPDATA: 'D:\\L' }, 'C:\\Users\\ada'), 'D:\\L\\ml-tracking\\Cache');
    assert.equal(userCacheFolder('win32', {}, 'C:\\Users\\ada'), `${local}\\ml-tracking\\Cache`);
  });
});
