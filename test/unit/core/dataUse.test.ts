import assert from 'node:assert/strict';
import { useWarnings, worstState, type DataUse } from '../../../src/core/dataUse';

describe('what is said of data that a commit does not bring back', () => {
  const use = (path: string, state: DataUse['state'], rest: Partial<DataUse> = {}): DataUse => {
    return { path, digest: 'd', recordedIn: `${path}.dvc`, ...(state && { state }), ...rest };
  };

  it('is one line for each thing to do', () => {
    assert.deepEqual(useWarnings([use('a', 'committed'), use('b', undefined)]), []);
    assert.deepEqual(useWarnings([use('a', 'modified'), use('b', 'uncommitted'), use('c', 'modified', { commitTarget: 'train' })]), [
      'a, c are not what DVC records, and the run keeps the hash of what is there. To keep this version: dvc commit a.dvc train',
      'b.dvc is not committed. To find this version of the data again: git add b.dvc && git commit',
    ]);
  });

  it('names files so that a shell takes them for names', () => {
    const recordedIn = '$(id) b.dvc';
    const [line = ''] = useWarnings([use('a', 'uncommitted', { recordedIn }), use('c', 'uncommitted', { recordedIn: '-c.dvc' })], 'linux');
    assert.match(line, /: git add '\$\(id\) b\.dvc' \.\/-c\.dvc && git commit$/);
    assert.match(useWarnings([use('a', 'modified', { recordedIn })], 'win32')[0] ?? '', /: dvc commit$/);
  });

  it('names a few of many', () => {
    const [line = ''] = useWarnings(['a', 'b', 'c', 'd', 'e'].map((path) => use(path, 'uncommitted', { recordedIn: 'dvc.lock' })));
    assert.match(line, /^dvc\.lock is not committed\. .*: git add dvc\.lock && git commit$/);
    const [modified = ''] = useWarnings(['a', 'b', 'c', 'd', 'e'].map((path) => use(path, 'modified')));
    assert.match(modified, /^a, b, c and 2 more are not what DVC records/);
  });

  it('is the worst of all', () => {
    assert.equal(worstState(['committed', undefined, 'uncommitted']), 'uncommitted');
    assert.equal(worstState(['modified', 'committed']), 'modified');
    assert.equal(worstState([undefined]), undefined);
  });
});
