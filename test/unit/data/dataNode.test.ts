import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import type { DataStatus, OutStatus } from '../../../src/data/status';
import { dataDecorations } from '../../../src/views/dataDecoration';
import { dataRows, summaryText } from '../../../src/views/dataNode';
import { untranslated, type TreeRow } from '../../../src/views/treeRow';

const ROOT = resolve('/work/digits');

function out(path: string, more: Partial<OutStatus> = {}): OutStatus {
  return {
    target: join(ROOT, path),
    path,
    state: 'unchanged',
    workspace: 'unchanged',
    inCache: true,
    isFolder: false,
    digest: 'd41d8cd98f00b204e9800998ecf8427e',
    hashName: 'md5',
    size: 9_912_422,
    files: undefined,
    description: undefined,
    changes: undefined,
    recordedIn: join(ROOT, `${path}.dvc`),
    line: 2,
    stage: undefined,
    ...more,
  };
}

const status: DataStatus = {
  root: ROOT,
  outs: [
    out('data/processed/test.csv', { state: 'not in cache', workspace: 'deleted', inCache: false }),
    out('data/processed/train.csv', { state: 'modified', workspace: 'modified' }),
    out('data/raw/deep/only/images', {
      isFolder: true,
      files: 3,
      state: 'modified',
      workspace: 'modified',
      changes: { added: ['n.png'], modified: ['a b.png'], deleted: ['old.png'] },
    }),
    out('model.bin', { stage: 'train', recordedIn: join(ROOT, 'dvc.lock'), line: 12, size: undefined }),
  ],
  errors: [{ state: 'error', file: join(ROOT, 'bad.dvc'), path: 'bad.dvc', line: 3, message: 'an out has no “path”' }],
};

function drawn(rows: readonly TreeRow[], indent = ''): string {
  return rows
    .map(({ label, description, icon, children }) => {
      const line = `${indent}${icon ? `$(${icon.id}) ` : ''}${label}${description === undefined || description === '' ? '' : ` — ${description}`}\n`;
      return line + drawn(children ?? [], `${indent}  `);
    })
    .join('');
}

const ids = (rows: readonly TreeRow[]): string[] => rows.flatMap((row) => [row.id, ...ids(row.children ?? [])]);

describe('rows of the Data view', () => {
  it('shows what is tracked by folder, and how it stands', () => {
    assert.equal(
      drawn(dataRows([status], untranslated)),
      [
        '$(database) 4 tracked · 2 modified · 1 not in cache · 1 unreadable',
        '$(error) bad.dvc — bad.dvc:3 an out has no “path”',
        'data',
        '  processed',
        '    $(warning) test.csv — not in cache, deleted · 9.9 MB',
        '    $(diff-modified) train.csv — modified · 9.9 MB',
        '  raw/deep/only',
        '    $(diff-modified) images/ — modified · 9.9 MB · 3 files',
        '      a b.png — modified',
        '      n.png — added',
        '      old.png — deleted',
        '$(pass) model.bin',
        '',
      ].join('\n'),
    );
  });

  it('opens the file that records a row, at its line', () => {
    const rows = dataRows([status], untranslated);
    assert.deepEqual(rows.at(-1)?.action, { kind: 'open', path: join(ROOT, 'dvc.lock'), line: 12 });
    assert.deepEqual(rows[1]?.action, { kind: 'open', path: join(ROOT, 'bad.dvc'), line: 3 });
    assert.match(rows.at(-1)?.tooltip ?? '', /md5 d41d8cd98f00b204e9800998ecf8427e\ndvc\.lock, stage train$/);
  });

  it('has nothing to show for repositories without data, and a row for each of several', () => {
    assert.deepEqual(dataRows([{ ...status, outs: [], errors: [] }], untranslated), []);
    const two = dataRows([status, { ...status, root: `${ROOT}2` }], untranslated);
    assert.deepEqual(
      two.map(({ label, description }) => [label, description]),
      [
        ['digits', summaryText(status, untranslated)],
        ['digits2', summaryText(status, untranslated)],
      ],
    );
    assert.equal(new Set(ids(two)).size, ids(two).length);
  });

  it('marks the files that differ, also inside tracked folders', () => {
    const marks = dataDecorations([status], join);
    assert.deepEqual([...marks].map(([path, { badge }]) => [path.slice(ROOT.length + 1).replaceAll('\\', '/'), badge]).sort(), [
      ['data/processed/test.csv', '!'],
      ['data/processed/train.csv', 'M'],
      ['data/raw/deep/only/images', 'M'],
      ['data/raw/deep/only/images/a b.png', 'M'],
      ['data/raw/deep/only/images/n.png', 'A'],
      ['data/raw/deep/only/images/old.png', 'D'],
    ]);
  });
});
