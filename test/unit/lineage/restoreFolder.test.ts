import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isInTree, restoreFolder } from '../../../src/lineage/restoreFolder';

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

  it('is told to be in the working tree, by way of a link, too', () => {
    const place = realpathSync(mkdtempSync(join(tmpdir(), 'ml-restore-')));
    try {
      const root = join(place, 'repository');
      mkdirSync(join(root, 'src'), { recursive: true });
      symlinkSync(join(root, 'src'), join(place, 'linked'), 'junction');
      const within = ['repository/new', 'repository/src/a/b', 'linked/new'];
      const beside = ['repository-two', 'new/deeper', 'repository/../new'];
      for (const path of within) assert.ok(isInTree(resolve(place, path), root), path);
      for (const path of beside) assert.ok(!isInTree(resolve(place, path), root), path);
    } finally {
      rmSync(place, { recursive: true });
    }
  });
});
