import assert from 'node:assert/strict';
import { CodeReader } from '../../../src/code/reader';
import { isNewer } from '../../../src/code/revisionAge';
import { CodeRepository } from './codeRepository';

describe('which revision is newer', () => {
  const reader = new CodeReader(() => undefined);
  let repository: CodeRepository;

  beforeEach(() => {
    repository = new CodeRepository();
    repository.write('a', '1');
    repository.git('add', 'a');
  });
  afterEach(() => repository.dispose());
  after(() => reader.dispose());

  /** A commit without a branch, made at a second since the epoch. */
  function commitAt(second: number, ...parents: readonly string[]): string {
    const date = `${second} +0000`;
    process.env['GIT_COMMITTER_DATE'] = date;
    try {
      const above = parents.flatMap((parent) => ['-p', parent]);
      return repository.git('commit-tree', repository.git('write-tree'), ...above, '-m', date);
    } finally {
      delete process.env['GIT_COMMITTER_DATE'];
    }
  }
  const newer = (one: string, other: string): Promise<boolean> => isNewer(reader, repository.root, one, other);

  it('is the one that comes from the other, whatever the clock said', async () => {
    const first = commitAt(1_700_000_500);
    const child = commitAt(1_700_000_100, first);
    assert.deepEqual([await newer(child, first), await newer(first, child)], [true, false]);
    repository.git('update-ref', 'refs/heads/main', child);
    repository.git('tag', '-a', 'v1', first, '-m', 'A tag of its own');
    assert.deepEqual([await newer('refs/heads/main', 'refs/tags/v1'), await newer('refs/tags/v1', 'refs/heads/main')], [true, false]);
    assert.equal(await newer('refs/heads/main', child), false);
  });

  it('is the later one where neither comes from the other', async () => {
    const base = commitAt(1_700_000_000);
    const [early, late] = [commitAt(1_700_000_100, base), commitAt(1_700_000_200, base)];
    assert.deepEqual([await newer(late, early), await newer(early, late)], [true, false]);
    const stranger = commitAt(1_700_000_300);
    assert.deepEqual([await newer(stranger, late), await newer(late, stranger)], [true, false]);
  });
});
