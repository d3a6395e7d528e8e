import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import type { CodeStatus, Refs } from '../../../../src/code/repository';
import { CommandId } from '../../../../src/host/commandIds';
import { changeDecoration } from '../../../../src/views/code/codeDecoration';
import { codeRows, restrictedRows } from '../../../../src/views/code/codeNode';
import { visible } from '../../../../src/views/code/codeText';
import { untranslated, type TreeRow } from '../../../../src/views/treeRow';

const ROOT = resolve('/projects/digits');
const TIP = '0123456789abcdef0123456789abcdef01234567';

const clean: CodeStatus = {
  root: ROOT,
  gitDir: join(ROOT, '.git'),
  commonDir: join(ROOT, '.git'),
  head: { kind: 'branch', name: 'main', commit: TIP },
  upstream: { name: 'origin/main', gone: false, ahead: 0, behind: 0 },
  operation: undefined,
  staged: [],
  changed: [],
  untracked: [],
  conflicted: [],
};
const refs: Refs = {
  local: [
    { name: 'main', tip: TIP, upstream: { name: 'origin/main', gone: false, ahead: 1, behind: 2 }, subject: 'Train', current: true },
    { name: 'old', tip: TIP, upstream: { name: 'origin/old', gone: true, ahead: 0, behind: 0 }, subject: 'Old', current: false },
  ],
  remotes: new Map([
    ['origin', [{ name: 'main', remote: 'origin', tip: TIP, subject: 'Train' }]],
    ['empty', []],
  ]),
  tags: [{ name: 'v1', commit: TIP, subject: 'First', annotated: true }],
};

/** A tree as text, a line for each row. */
function drawn(rows: readonly TreeRow[], indent = ''): string {
  return rows
    .map(({ label, description, icon, children }) => {
      const line = `${indent}${icon ? `$(${icon.id}) ` : ''}${label}${description === undefined ? '' : ` — ${description}`}\n`;
      return line + drawn(children ?? [], `${indent}  `);
    })
    .join('');
}

const ids = (rows: readonly TreeRow[]): string[] => rows.flatMap((row) => [row.id, ...ids(row.children ?? [])]);

describe('rows of the Code view', () => {
  it('shows a clean repository', () => {
    assert.equal(
      drawn(codeRows([{ status: clean, refs }], untranslated)),
      [
        '$(git-branch) main — ⇄ origin/main',
        '$(request-changes) Changes — none',
        '$(git-branch) Local Branches — 2',
        '  $(check) main — ↑1 ↓2 01234567 [origin/main] Train',
        '  $(git-branch) old — origin/old is gone 01234567 Old',
        '$(cloud) Remote Branches — 2',
        '  $(cloud) origin — 1',
        '    $(git-branch) main — 01234567 Train',
        '  $(cloud) empty — 0',
        '$(tag) Tags — 1',
        '  $(tag) v1 — 01234567 First',
        '',
      ].join('\n'),
    );
  });

  const busy: CodeStatus = {
    ...clean,
    upstream: { name: 'origin/main', gone: false, ahead: 3, behind: 1 },
    operation: { kind: 'rebase', branch: 'main', progress: '2/5' },
    conflicted: [{ path: 'c.py', kind: 'both modified' }],
    staged: [{ path: 'src/new.py', kind: 'renamed', from: 'src/old.py', submodule: false }],
    changed: [
      { path: 'a/b.py', kind: 'modified', from: undefined, submodule: false },
      { path: 'gone.py', kind: 'deleted', from: undefined, submodule: false },
      {
        path: 'lib',
        kind: 'modified',
        from: undefined,
        submodule: true,
        within: { from: TIP, to: undefined, commits: true, modified: true, untracked: false },
      },
    ],
    untracked: ['notes\n.txt', 'out/', 'tools/other/'],
  };

  it('shows what changed and what is under way', () => {
    const [status, changes] = codeRows([{ status: busy, refs, files: { nested: new Set(['tools/other/']) } }], untranslated);
    assert.equal(
      drawn([status, changes].filter((row) => row !== undefined)),
      [
        '$(git-merge) main — ⇄ origin/main ↑3 ↓1 rebase in progress, 2/5',
        '$(request-changes) Changes — 8',
        '  $(warning) Conflicts — 1',
        '    c.py',
        '  $(pass) Staged — 1',
        '    new.py — src/old.py → src/new.py',
        '  $(edit) Changed — 3',
        '    b.py — a',
        '    gone.py',
        '    $(file-submodule) lib — new commits, modified content',
        '  $(question) Untracked — 3',
        '    notes␊.txt',
        '    out/',
        '    $(repo) other/ — tools · a repository of its own',
        '',
      ].join('\n'),
    );
    assert.equal(status?.spoken, 'main, origin/main, 3 ahead, 1 behind, rebase in progress, 2/5');
  });

  it('opens diffs of the right two sides, and files that have none', () => {
    const rows = codeRows([{ status: busy, refs }], untranslated)[1]?.children?.flatMap((group) => group.children ?? []) ?? [];
    const actionOf = (label: string): unknown => rows.find((row) => row.label === label)?.action;
    assert.deepEqual(actionOf('new.py'), {
      kind: 'diff',
      root: ROOT,
      path: 'src/new.py',
      from: 'src/old.py',
      staged: true,
      deleted: false,
    });
    assert.deepEqual(actionOf('gone.py'), {
      kind: 'diff',
      root: ROOT,
      path: 'gone.py',
      from: 'gone.py',
      staged: false,
      deleted: true,
    });
    assert.deepEqual(actionOf('c.py'), { kind: 'open', path: join(ROOT, 'c.py') });
    assert.deepEqual(actionOf('notes␊.txt'), { kind: 'open', path: join(ROOT, 'notes\n.txt') });
    assert.equal(actionOf('out/'), undefined);
    const about = { kind: 'submodule', root: ROOT, group: 'changed', path: 'lib', from: TIP, to: undefined };
    assert.deepEqual(actionOf('lib'), { kind: 'command', command: CommandId.openSubmodule, title: 'Open Changes', args: [{ about }] });
  });

  it('gives every row an id of its own, the same at each reading', () => {
    const both = { ...busy, staged: busy.changed };
    const read = (): string[] =>
      ids(
        codeRows(
          [
            { status: both, refs },
            { status: { ...both, root: `${ROOT}2` }, refs },
          ],
          untranslated,
        ),
      );
    assert.equal(new Set(read()).size, read().length);
    assert.deepEqual(read(), read());
  });

  it('says where HEAD stands without a branch', () => {
    const label = (status: Partial<CodeStatus>): string => {
      const [row] = codeRows([{ status: { ...clean, upstream: undefined, ...status }, refs }], untranslated);
      return `${row?.label} — ${row?.description}`;
    };
    assert.equal(label({ head: { kind: 'detached', commit: TIP } }), 'detached at 01234567 — undefined');
    assert.equal(label({ head: { kind: 'unborn', name: 'main' } }), 'main — no commit yet');
    assert.equal(label({}), 'main — no upstream');
  });

  it('shows branches and a way out where nothing may run', () => {
    const rows = restrictedRows([{ root: ROOT, head: clean.head, refs }], untranslated);
    assert.deepEqual(rows[0]?.action, { kind: 'manageTrust' });
    assert.deepEqual(
      rows.map(({ label }) => label),
      ['Restricted Mode', 'main', 'Local Branches', 'Remote Branches', 'Tags'],
    );
  });

  it('lists no more than a thousand files', () => {
    const untracked = Array.from({ length: 1_500 }, (_, i) => `f${i}`);
    const [group] = codeRows([{ status: { ...clean, untracked }, refs }], untranslated)[1]?.children ?? [];
    assert.equal(group?.children?.length, 1_001);
    assert.equal(group.children.at(-1)?.label, '500 more');
  });

  it('shows names that would deceive as what they are', () => {
    assert.equal(visible('a\nb\x1b[31m\u202egnp.exe\x7f'), 'a␊b␛[31m\ufffdgnp.exe\ufffd');
  });

  it('marks changes by a letter and a colour', () => {
    assert.deepEqual(changeDecoration('change=modified'), {
      badge: 'M',
      color: 'gitDecoration.modifiedResourceForeground',
      tooltip: 'modified',
    });
    assert.equal(changeDecoration('change=both added')?.badge, '!');
    assert.equal(changeDecoration(''), undefined);
  });
});
