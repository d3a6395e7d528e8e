import assert from 'node:assert/strict';
import { dataIndex, type IndexedOut } from '../../../../src/data/status/dataIndex';
import { byEntry, byHash, changesBelow, indexChanges, type IndexChange } from '../../../../src/data/status/indexChanges';

const options = { compare: byHash, granular: true, renames: true, unchanged: false };

function file(path: string, digest: string | undefined): IndexedOut {
  return { path, isFolder: false, isBroken: false, hash: digest === undefined ? undefined : { name: 'md5', digest }, members: undefined };
}

function folder(path: string, digest: string, members: Record<string, string> | undefined, folders?: string[]): IndexedOut {
  const files = members && Object.entries(members).map(([inner, each]) => ({ path: inner, digest: each }));
  return { path, isFolder: true, isBroken: false, hash: { name: 'md5', digest: `${digest}.dir` }, members: files && { files, folders } };
}

const told = (changes: readonly IndexChange[]): string[] =>
  changes.map(({ kind, old, new: now }) => `${kind} ${kind === 'renamed' ? `${old?.path} → ${now?.path}` : (now ?? old)?.path}`).sort();

describe('Changes between two states of data', () => {
  it('are by hash: what has none is not there', () => {
    const old = dataIndex([file('a', '1'), file('b', undefined), file('c', '3'), file('d', '4')]);
    const now = dataIndex([file('a', '2'), file('b', '5'), file('c', undefined), file('d', '4')]);
    assert.deepEqual(told(indexChanges(old, now, options)), ['added b', 'deleted c', 'modified a']);
    assert.deepEqual(told(indexChanges(old, now, { ...options, unchanged: true })), ['added b', 'deleted c', 'modified a', 'unchanged d']);
    assert.deepEqual(told(indexChanges(old, now, { ...options, compare: byEntry })), ['modified a', 'modified b', 'modified c']);
  });

  it('know an old hash from a new one of the same digest', () => {
    const legacy: IndexedOut = { ...file('a', '1'), hash: { name: 'md5-dos2unix', digest: '1' } };
    assert.deepEqual(told(indexChanges(dataIndex([legacy]), dataIndex([file('a', '1')]), options)), ['modified a']);
  });

  it('pair what went with what came in the order of names, folder by folder', () => {
    const old = dataIndex([file('b/x', '1'), file('b-/x', '1'), file('a', '2')]);
    const now = dataIndex([file('y', '1'), file('z', '1'), file('q', '3')]);
    // Python sorts ('b', 'x') before ('b-', 'x').
    assert.deepEqual(told(indexChanges(old, now, options)), ['added q', 'deleted a', 'renamed b-/x → z', 'renamed b/x → y']);
    assert.equal(told(indexChanges(old, now, { ...options, renames: false })).length, 6);
  });

  it('tell of files in folders only when asked', () => {
    const old = dataIndex([folder('d', '1', { a: '1', 'sub/b': '2' })]);
    const now = dataIndex([folder('d', '2', { a: '1', 'sub/b': '3', c: '4' }, ['sub'])]);
    assert.deepEqual(told(indexChanges(old, now, options)), ['added d/c', 'modified d', 'modified d/sub/b']);
    assert.deepEqual(told(indexChanges(old, now, { ...options, granular: false })), ['modified d']);
  });

  it('leave unknown what only an absent manifest could tell, inner folders too', () => {
    const old = dataIndex([folder('d', '1', undefined), file('other', '1')]);
    const now = dataIndex([folder('d', '2', { a: '1', 'sub/b': '2' }, ['sub', 'empty']), file('other', '2')]);
    assert.deepEqual(told(indexChanges(old, now, options)), [
      'modified d',
      'modified other',
      'unknown d/a',
      'unknown d/empty',
      'unknown d/sub',
      'unknown d/sub/b',
    ]);
    assert.deepEqual(told(indexChanges(now, old, options)).includes('unknown d/a'), true);
    assert.deepEqual(told(indexChanges(old, now, { ...options, granular: false })), ['modified d', 'modified other']);
  });

  it('see a folder that became files of their own, and the other way round', () => {
    const whole = dataIndex([folder('d', '1', { a: '1', b: '2' })]);
    const parts = dataIndex([file('d/a', '1'), file('d/b', '3')]);
    assert.deepEqual(told(indexChanges(whole, parts, options)), ['deleted d', 'modified d/b']);
    assert.deepEqual(told(indexChanges(parts, whole, options)), ['added d', 'modified d/b']);
    const twice = changesBelow(['d', 'd/a', 'd/b'], whole, parts, { ...options, compare: byEntry });
    assert.deepEqual(told(twice), ['modified d', 'modified d/b', 'modified d/b']);
  });
});
