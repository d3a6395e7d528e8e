import assert from 'node:assert/strict';
import { homeFolder } from '../../../src/core/homeFolder';

describe('the home folder', () => {
  it('is the root where the system knows none', () => {
    assert.equal(
      homeFolder(() => '/home/ada'),
      '/home/ada',
    );
    const unknown = (): string => {
      throw new Error('uv_os_homedir returned ENOENT');
    };
    assert.equal(homeFolder(unknown), '/');
  });
});
