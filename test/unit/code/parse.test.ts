import assert from 'node:assert/strict';
import { parseLog, parseRefs, parseStatus } from '../../../src/code/parse';

const records = (...lines: string[]): string => lines.map((line) => `${line}\0`).join('');
const HASHES = '100644 100644 100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';
const HARD = [
  'two words',
  ' leading',
  'trailing ',
  '"quoted"',
  'line\nbreak',
  'tab\there',
  'é',
  '😀',
  '-dash',
  '--',
  'a -> b',
  '1 .M x',
  '# no header',
  '? x',
  '\u202egnp.exe',
  '\x1b[31mred',
];

describe('git status', () => {
  it('keeps hard names as they are, in every list', () => {
    for (const name of HARD) {
      const status = parseStatus(
        records(
          `1 M. N... ${HASHES} ${name}`,
          `1 .D N... ${HASHES} ${name}`,
          `2 R. N... ${HASHES} R100 ${name}`,
          `old ${name}`,
          `u UU N... 100644 100644 100644 100644 a b c ${name}`,
          `? ${name}`,
        ),
      );
      assert.deepEqual(status.staged, [
        { path: name, kind: 'modified', from: undefined, submodule: false },
        { path: name, kind: 'renamed', from: `old ${name}`, submodule: false },
      ]);
      assert.deepEqual(status.changed, [{ path: name, kind: 'deleted', from: undefined, submodule: false }]);
      assert.deepEqual(status.conflicted, [{ path: name, kind: 'both modified' }]);
      assert.deepEqual(status.untracked, [name]);
    }
  });

  it('lists a file that is staged and changed again in both places, a rename only where it happened', () => {
    const { staged, changed } = parseStatus(
      records(`1 AM N... ${HASHES} a`, `2 RM N... ${HASHES} R90 new`, 'old', `1 .M SCMU ${HASHES} sub`),
    );
    assert.deepEqual(
      staged.map(({ path, kind, from }) => [path, kind, from]),
      [
        ['a', 'added', undefined],
        ['new', 'renamed', 'old'],
      ],
    );
    assert.deepEqual(
      changed.map(({ path, kind, from, submodule }) => [path, kind, from, submodule]),
      [
        ['a', 'modified', undefined, false],
        ['new', 'modified', undefined, false],
        ['sub', 'modified', undefined, true],
      ],
    );
  });

  it('tells where HEAD stands and what its upstream is', () => {
    const oid = 'a'.repeat(40);
    assert.deepEqual(parseStatus(records('# branch.oid (initial)', '# branch.head main')).head, { kind: 'unborn', name: 'main' });
    assert.deepEqual(parseStatus(records(`# branch.oid ${oid}`, '# branch.head (detached)')).head, { kind: 'detached', commit: oid });
    const tracking = parseStatus(
      records(`# branch.oid ${oid}`, '# branch.head a/b', '# branch.upstream my/remote/a/b', '# branch.ab +3 -12'),
    );
    assert.deepEqual(tracking.head, { kind: 'branch', name: 'a/b', commit: oid });
    assert.deepEqual(tracking.upstream, { name: 'my/remote/a/b', gone: false, ahead: 3, behind: 12 });
    assert.equal(parseStatus(records(`# branch.oid ${oid}`, '# branch.head a', '# branch.upstream o/a')).upstream?.gone, true);
  });

  it('reads 10,000 files', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `folder ${i % 100}/file\n${i}`);
    const { changed } = parseStatus(records(...names.map((name) => `1 .M N... ${HASHES} ${name}`)));
    assert.deepEqual(
      changed.map(({ path }) => path),
      names,
    );
  });

  it('tells what is different about a submodule, and between which commits', () => {
    const [one, other] = ['1', '2'].map((digit) => digit.repeat(40));
    const { staged, changed } = parseStatus(`1 MM SCMU 160000 160000 160000 ${one} ${other} libs/inner lib\0`);
    assert.deepEqual(staged[0]?.within, { from: one, to: other, commits: true, modified: false, untracked: false });
    assert.deepEqual(changed[0]?.within, { from: other, to: undefined, commits: true, modified: true, untracked: true });
    const added = parseStatus(`1 A. S... 000000 160000 160000 ${'0'.repeat(40)} ${other} lib\0`);
    assert.deepEqual(added.staged[0]?.within, { from: undefined, to: other, commits: true, modified: false, untracked: false });
  });

  it('reads nothing from nothing', () => {
    assert.deepEqual(parseStatus('').changed, []);
  });
});

describe('git refs and log', () => {
  const ref = (...fields: string[]): string => `${fields.map((field) => `${field}\0`).join('')}\n`;

  it('sorts branches by remote, also with slashes in names, and leaves out what points elsewhere', () => {
    const output =
      ref('refs/heads/main', 'c1', '', 'refs/remotes/my/fork/main', '[ahead 1, behind 22]', '*', '', 'Subject, with "marks"') +
      ref('refs/heads/gone', 'c1', '', 'refs/remotes/my/x', '[gone]', ' ', '', '') +
      ref('refs/remotes/my/HEAD', 'c1', '', '', '', ' ', 'refs/remotes/my/main', 's') +
      ref('refs/remotes/my/fork/main', 'c2', '', '', '', ' ', '', 's') +
      ref('refs/remotes/my/a/b', 'c2', '', '', '', ' ', '', 's') +
      ref('refs/remotes/removed/c', 'c2', '', '', '', ' ', '', 's') +
      ref('refs/tags/v1', 't1', 'c1', '', '', ' ', '', 'First') +
      ref('refs/tags/light', 'c2', '', '', '', ' ', '', 's');
    const { local, remotes, tags } = parseRefs(output, ['my', 'my/fork', 'empty']);
    assert.deepEqual(local, [
      { name: 'gone', tip: 'c1', upstream: { name: 'my/x', gone: true, ahead: 0, behind: 0 }, subject: '', current: false },
      {
        name: 'main',
        tip: 'c1',
        upstream: { name: 'my/fork/main', gone: false, ahead: 1, behind: 22 },
        subject: 'Subject, with "marks"',
        current: true,
      },
    ]);
    assert.deepEqual(
      [...remotes].map(([remote, branches]) => [remote, branches.map(({ name }) => name)]),
      [
        ['my', ['a/b']],
        ['my/fork', ['main']],
        ['empty', []],
        ['removed', ['c']],
      ],
    );
    assert.deepEqual(tags, [
      { name: 'v1', commit: 'c1', subject: 'First', annotated: true },
      { name: 'light', commit: 'c2', subject: 's', annotated: false },
    ]);
  });

  it('reads commits with their refs and parents', () => {
    const output = `${['h1', 'p1 p2', 'Ada, "A"', '1700000000', 'HEAD -> refs/heads/main, tag: refs/tags/v1', 'Merge'].join('\0')}\0\n${['p1', '', 'B', '1', '', ''].join('\0')}\0\n`;
    assert.deepEqual(parseLog(output), [
      {
        hash: 'h1',
        parents: ['p1', 'p2'],
        author: 'Ada, "A"',
        time: 1_700_000_000_000,
        refs: ['refs/heads/main', 'refs/tags/v1'],
        subject: 'Merge',
      },
      { hash: 'p1', parents: [], author: 'B', time: 1000, refs: [], subject: '' },
    ]);
    assert.deepEqual(parseLog(''), []);
  });
});
