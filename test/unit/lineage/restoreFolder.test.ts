import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { restoreFolder } from '../../../src/lineage/restoreFolder';

describe('the folder named for a run’s code', () => {
  const [folder, home] = [resolve('/work'), resolve('/home/ada')];
  const named = (text: string): string => restoreFolder(text, folder, () => home);

  it('is at home, in the folder given, or where it says', () => {
    assert.equal(named(' ~/restored-b '), resolve(home, 'restored-b'));
    assert.equal(named('~'), home);
    assert.equal(named('restored-a'), resolve(folder, 'restored-a'));
    assert.equal(named('../elsewhere'), resolve('/elsewhere'));
    assert.equal(named(resolve('/srv/x')), resolve('/srv/x'));
    assert.equal(named('~old'), resolve(folder, '~old'), 'a name that only begins so');
  });
});
