import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { DataStatus, StageStatus } from '../../../../src/data/status/status';
import { DATA_SCHEME, fileDecorations, markDecoration } from '../../../../src/views/data/dataDecoration';
import { dataRows, summaryText } from '../../../../src/views/data/dataNode';
import { untranslated, type TreeRow } from '../../../../src/views/treeRow';
import { ROOT, out } from './outStatus';

const NONE: DataStatus = {
  root: ROOT,
  outs: [],
  errors: [],
  stages: [],
  removed: [],
  remotes: [],
  cacheFolder: join(ROOT, '.dvc', 'cache'),
  head: undefined,
};

const status: DataStatus = {
  ...NONE,
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

const rowsOf = (...statuses: DataStatus[]): TreeRow[] =>
  dataRows(statuses, () => Promise.resolve({ bytes: 1_200, files: 2 }), untranslated);

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
      drawn(rowsOf(status)),
      [
        '$(database) 4 tracked · 2 modified · 1 not in cache · 1 unreadable',
        '$(error) bad.dvc — line 3 · an out has no “path”',
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
        '$(cloud) Remotes and Cache — no remote',
        '',
      ].join('\n'),
    );
  });

  it('opens the file that records a row, at its line', () => {
    const rows = rowsOf(status);
    assert.deepEqual(rows.at(-2)?.action, { kind: 'open', path: join(ROOT, 'dvc.lock'), line: 12 });
    assert.deepEqual(rows[1]?.action, { kind: 'open', path: join(ROOT, 'bad.dvc'), line: 3 });
    assert.match(rows.at(-2)?.tooltip ?? '', /md5 d41d8cd98f00b204e9800998ecf8427e\ndvc\.lock, stage train$/);
  });

  it('has nothing to show for repositories without data, and a row for each of several', () => {
    assert.deepEqual(rowsOf(NONE), []);
    const two = rowsOf(status, { ...status, root: `${ROOT}2` });
    assert.deepEqual(
      two.map(({ label, description }) => [label, description]),
      [
        ['digits', summaryText(status, untranslated)],
        ['digits2', summaryText(status, untranslated)],
      ],
    );
    assert.equal(new Set(ids(two)).size, ids(two).length);
  });

  it('marks a row by its state, and never by the path of a file', () => {
    const all = (rows: readonly TreeRow[]): TreeRow[] => rows.flatMap((row) => [row, ...all(row.children ?? [])]);
    const marked = all(rowsOf(status)).flatMap(({ label, resource }) => (resource ? [{ label, resource }] : []));
    assert.ok(marked.every(({ resource }) => resource.scheme === DATA_SCHEME && !resource.path.startsWith('/projects')));
    assert.deepEqual(
      marked.map(({ label, resource }) => [label, resource.path, markDecoration(resource.query ?? '')?.badge]),
      [
        ['data', '/data', undefined],
        ['processed', '/processed', undefined],
        ['test.csv', '/test.csv', '!'],
        ['train.csv', '/train.csv', 'M'],
        ['raw/deep/only', '/only', undefined],
        ['images/', '/images', 'M'],
        ['a b.png', '/a b.png', 'M'],
        ['n.png', '/n.png', 'A'],
        ['old.png', '/old.png', 'D'],
        ['model.bin', '/model.bin', undefined],
      ],
    );
  });

  it('lists very many by the page, the changed ones first', () => {
    const outs = Array.from({ length: 1_300 }, (_, index) => out(`data/f${String(index).padStart(4, '0')}`));
    outs[1_200] = { ...outs[1_200]!, state: 'deleted', workspace: 'deleted' };
    const rows = rowsOf({ ...NONE, outs });
    const [, data] = rows;
    assert.deepEqual([data?.label, data?.description, data?.expanded], ['data', '1 deleted', false]);
    const first = data?.children ?? [];
    const second = first.at(-1)?.children ?? [];
    const third = second.at(-1)?.children ?? [];
    assert.deepEqual([first.length, second.length, third.length], [501, 501, 300]);
    assert.deepEqual([first[0]?.label, first[1]?.label, first.at(-1)?.label], ['f1200', 'f0000', '800 more']);
    assert.deepEqual([second.at(-1)?.label, third.at(-1)?.label], ['300 more', 'f1299']);
    assert.equal(new Set(ids(rows)).size, ids(rows).length);
  });

  it('counts what was too much to be listed', () => {
    const changes = { added: ['n'], modified: [], deleted: [], omitted: 7 };
    const [, images] = rowsOf({ ...NONE, outs: [out('images', { isFolder: true, changes })] });
    assert.deepEqual(
      images?.children?.map(({ label }) => label),
      ['n', '7 more, not listed'],
    );
  });

  it('shows what of each stage has changed, and opens where it stands', () => {
    const stage: StageStatus = {
      address: 'train',
      file: join(ROOT, 'dvc.yaml'),
      line: 7,
      name: 'train',
      description: 'Trains the model',
      command: 'python train.py',
      frozen: false,
      isLocked: true,
      differences: ['command', 'code', 'data', 'parameters'],
      deps: [
        { path: 'train.py', target: join(ROOT, 'train.py'), kind: 'code', state: 'modified', source: undefined },
        { path: 'data/train.csv', target: join(ROOT, 'data/train.csv'), kind: 'data', state: 'deleted', source: undefined },
        { path: 'same.csv', target: join(ROOT, 'same.csv'), kind: 'data', state: 'unchanged', source: undefined },
      ],
      params: [
        {
          path: 'params.yaml',
          target: join(ROOT, 'params.yaml'),
          keys: { lr: 'modified', seed: 'unchanged', new: 'new' },
          state: 'modified',
        },
        { path: 'other.yaml', target: join(ROOT, 'other.yaml'), keys: {}, state: 'deleted' },
      ],
      outs: ['model.bin'],
    };
    const quiet = { ...stage, address: 'evaluate', name: 'evaluate', differences: [], deps: [], params: [] };
    const source = { ...quiet, address: 'data.dvc', name: undefined, command: undefined };
    const stages = [stage, quiet, { ...quiet, address: 'never', isLocked: false }, { ...quiet, address: 'still', frozen: true }, source];
    const [summary, pipeline] = rowsOf({ ...NONE, outs: [], stages });
    assert.equal(summary?.label, '0 tracked · 2 stages changed');
    assert.equal(
      drawn(pipeline ? [pipeline] : []),
      [
        '$(type-hierarchy) Pipeline — 2 of 4 changed',
        '  $(diff-modified) train — command, code, data, parameters changed',
        '    $(terminal) Command — python train.py',
        '    $(file-code) train.py — code modified',
        '    $(database) data/train.csv — data deleted',
        '    $(symbol-parameter) lr — params.yaml · modified',
        '    $(symbol-parameter) new — params.yaml · new',
        '    $(symbol-parameter) other.yaml — parameters deleted',
        '  $(pass) evaluate',
        '  $(diff-modified) never — never run',
        '  $(lock) still — frozen',
        '',
      ].join('\n'),
    );
    assert.deepEqual(pipeline?.children?.[0]?.action, { kind: 'open', path: join(ROOT, 'dvc.yaml'), line: 7 });
  });

  it('shows remotes and the cache, and no password', async () => {
    const remotes = [
      { name: 'store', url: '/mnt/store', isDefault: true, isLocal: true },
      { name: 'cloud', url: 'https://ada:secret@example.org/data', isDefault: false, isLocal: false },
    ];
    const section = rowsOf({ ...NONE, outs: [out('x', { inRemote: false })], remotes }).at(-1);
    assert.equal(`${section?.label} ${section?.description}`, 'Remotes and Cache store · 1 not in remote');
    assert.equal(
      drawn((await section?.load?.()) ?? []),
      [
        '$(folder) store — default · /mnt/store',
        '$(cloud) cloud — https://example.org/data',
        '$(archive) Cache — 1.2 kB · 2 objects',
        '',
      ].join('\n'),
    );
  });

  it('tells what git and the remote lack of data that is as recorded', () => {
    const outs = [
      out('a', { committed: 'added' }),
      out('b', { committed: 'modified' }),
      out('c', { inRemote: false }),
      out('d', { committed: 'added', state: 'modified', workspace: 'modified' }),
    ];
    const removed = [{ path: 'gone', target: join(ROOT, 'gone'), digest: undefined, isFolder: true }];
    assert.equal(
      drawn(rowsOf({ ...NONE, outs, removed })),
      [
        '$(database) 4 tracked · 1 modified · 1 not in remote',
        '$(diff-added) a — new · 9.9 MB',
        '$(git-commit) b — new version · 9.9 MB',
        '$(cloud-upload) c — not in remote · 9.9 MB',
        '$(diff-modified) d — modified · 9.9 MB',
        '$(diff-removed) gone/ — no longer tracked',
        '$(cloud) Remotes and Cache — no remote · 1 not in remote',
        '',
      ].join('\n'),
    );
    assert.deepEqual(
      [...fileDecorations([{ ...NONE, outs }], join).values()].map(({ badge }) => badge),
      ['A', 'C', '↑', 'M'],
    );
  });

  it('marks the files that differ, also inside tracked folders', () => {
    const marks = fileDecorations([status], join);
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
