import assert from 'node:assert/strict';
import { CodeReader } from '../../../../src/code/reader';
import { revision } from '../../../../src/code/side';
import type { Run } from '../../../../src/core/run';
import { TagName } from '../../../../src/core/tagNames';
import { codeRows } from '../../../../src/views/code/codeNode';
import { CodeSections, nestedRepositories, type Repository, type RunsSource } from '../../../../src/views/code/codeSections';
import { RunOrder } from '../../../../src/views/code/repositoryRuns';
import { untranslated, type TreeRow } from '../../../../src/views/treeRow';
import { CodeRepository } from '../../code/codeRepository';

describe('sections of a real repository', () => {
  const git: string[] = [];
  const reader = new CodeReader((line) => git.push(line));
  const order = new RunOrder();
  let runs: readonly Run[] = [];
  const source: RunsSource = {
    of: (from, root, refs, head) =>
      order.of(from, { root, refs, head }, { version: runs.length, runs: runs.map((run) => ['/store', run]) }, undefined),
  };
  let repository: CodeRepository;
  let sections: CodeSections;

  beforeEach(() => {
    runs = [];
    repository = new CodeRepository();
    sections = new CodeSections(reader, source, (text) => assert.fail(text), untranslated);
  });

  afterEach(() => repository.dispose());
  after(() => reader.dispose());

  async function read(root = repository.root): Promise<Repository> {
    const [status, refs] = await Promise.all([reader.status(root), reader.branches(root)]);
    return { status, refs, nested: await nestedRepositories(status) };
  }

  /** All rows, each opened, a line for each. */
  async function drawn(rows: readonly TreeRow[], indent = ''): Promise<string[]> {
    const lines: string[] = [];
    for (const row of rows) {
      lines.push(`${indent}${row.label}${row.description ? ` | ${row.description}` : ''}`);
      lines.push(...(await drawn((await row.load?.()) ?? row.children ?? [], `${indent}  `)));
    }
    return lines;
  }

  async function section(label: string): Promise<TreeRow> {
    const rows = codeRows([await sections.state(await read())], untranslated);
    return rows.find((row) => row.label.startsWith(label)) ?? assert.fail(`no row ${label}`);
  }

  function run(runId: string, commit: string, accuracy: number): Run {
    const last = { value: accuracy, step: 0, timestamp: 0 };
    return {
      ...{ runId, runName: `run-${runId}`, experimentId: '1', userId: '', status: 'FINISHED', lifecycleStage: 'active', artifactUri: '' },
      ...{ startTime: 1, endTime: 2, params: [], inputs: [], modelInputs: [], modelOutputs: [] },
      metrics: [{ key: 'val_accuracy', last, min: last, max: last, count: 1 }],
      tags: { [TagName.gitCommit]: commit },
    };
  }

  it('turns History to the commits of one file, through its renames, with their runs, page by page, and back', async () => {
    const first = repository.commit('old name.py', 'layers = 1\nwidth = 1\nheight = 1\n', 'Begin');
    repository.commit('other.py', '1\n', 'Another file');
    repository.git('mv', 'old name.py', 'train.py');
    repository.git('commit', '--quiet', '-m', 'Rename it');
    for (let i = 2; i <= 55; i++) repository.commit('train.py', `layers = ${i}\nwidth = 1\nheight = 1\n`, `Layers ${i}`);
    runs = [run('a', repository.git('rev-parse', 'HEAD'), 0.9), run('b', first, 0.8)];

    assert.equal((await (await section('History')).load?.())?.length, 51, 'all commits, a page of them');
    sections.showHistoryOf(repository.root, 'train.py');
    assert.ok(sections.ofFiles);
    const row = await section('History');
    assert.deepEqual([row.label, row.description, row.context], ['History of train.py', undefined, 'codeSection history ofFile']);
    const page = (await row.load?.()) ?? [];
    assert.equal(page[0]?.label, 'Layers 55');
    assert.match(page[0]?.children?.[0]?.description ?? '', /^0\.9 ▲ \+0\.1 · val_accuracy · better than at/);
    assert.equal(page.length, 51);
    const more = page.at(-1)?.action;
    assert.ok(more?.kind === 'command');
    sections.loadMore(String(more.args[0]));
    const all = (await (await section('History')).load?.()) ?? [];
    assert.deepEqual(
      all.slice(-2).map(({ label }) => label),
      ['Rename it', 'Begin'],
      'followed through the rename, without what others changed',
    );
    assert.equal(all.length, 56);
    assert.equal(all.at(-1)?.children?.[0]?.runId, 'b');
    const about = all[0]?.about;
    assert.ok(about?.kind === 'commit' && about.path === 'train.py', 'a click opens that file');

    sections.showHistoryOf(repository.root, undefined);
    assert.equal((await section('History')).label, 'History');
    assert.ok(!sections.ofFiles);
  });

  it('says so where no commit has a file', async () => {
    repository.commit('a.py', '1\n');
    sections.showHistoryOf(repository.root, 'src/new.py');
    assert.deepEqual(await drawn([await section('History')]), ['History of new.py | src', '  No commit has it yet']);
  });

  it('tells which packages moved since the last commit, and since a run', async () => {
    const first = repository.commit('requirements.txt', 'torch==2.1.0\nnumpy==1.26.0\nscipy==1.0\n');
    repository.commit('requirements.txt', 'torch==2.2.0\nnumpy==1.26.0\nscipy==1.0\n');
    repository.write('requirements.txt', 'torch==2.3.0\nnumpy==1.25.0\ntqdm==4.0\n');
    assert.deepEqual(await drawn([await section('Dependencies')]), [
      'Dependencies',
      '  requirements.txt | 1 up, 1 down, 1 added, 1 removed · changed since the last commit',
      '    numpy | 1.26.0 → 1.25.0',
      '    scipy | removed 1.0',
      '    torch | 2.2.0 → 2.3.0',
      '    tqdm | added 4.0',
      '  Since a run… | choose the run to compare with',
    ]);
    sections.compareWith(repository.root, { runId: 'a', runName: 'calm-heron-2', side: revision(first), incomplete: false });
    const lines = await drawn([await section('Dependencies')]);
    assert.deepEqual(lines.slice(6), [
      '  Since calm-heron-2 | 1 up, 1 down, 1 added, 1 removed',
      '    requirements.txt | 1 up, 1 down, 1 added, 1 removed',
      '      numpy | 1.26.0 → 1.25.0',
      '      scipy | removed 1.0',
      '      torch | 2.1.0 → 2.3.0',
      '      tqdm | added 4.0',
    ]);
    repository.write('requirements.txt', 'torch==2.1.0\nnumpy==1.26.0\nscipy==1.0\n');
    assert.equal((await drawn([await section('Dependencies')])).at(-1), '  Since calm-heron-2 | nothing changed');
    sections.compareWith(repository.root, undefined);
    assert.match((await drawn([await section('Dependencies')])).at(-1) ?? '', /Since a run…/);
  });

  it('asks git for nothing that has not moved, and for everything that has', async () => {
    repository.commit('requirements.txt', 'torch==2.1.0\n');
    repository.write('requirements.txt', 'torch==2.3.0\n');
    repository.write('notes.txt', '1\n');
    runs = [run('a', repository.git('rev-parse', 'HEAD'), 0.9)];
    const base = { runId: 'a', runName: 'run-a', side: revision(repository.git('rev-parse', 'HEAD')), incomplete: false };
    sections.compareWith(repository.root, base);
    const openAll = async (): Promise<readonly string[]> => {
      const state = await sections.state(await read());
      git.length = 0;
      const lines = await drawn(codeRows([state], untranslated));
      return [...lines, ...git.map((line) => `GIT ${line}`)];
    };
    const before = await openAll();
    assert.ok(before.some((line) => line.startsWith('GIT ')));
    assert.deepEqual(
      await openAll(),
      before.filter((line) => !line.startsWith('GIT ')),
    );
    repository.write('requirements.txt', 'torch==2.4.0 # later\n');
    assert.ok((await openAll()).includes('    torch | 2.1.0 → 2.4.0'), 'a file that was changed again is read again');
    repository.git('tag', 'v1');
    assert.ok((await openAll()).some((line) => /\(main, v1\)/.test(line)));
    repository.commit('requirements.txt', 'torch==2.5.0\n', 'Take the newest');
    const now = await openAll();
    assert.ok(now.some((line) => line.includes('Take the newest')));
    assert.ok(now.includes('  requirements.txt | 1 packages, as committed'), now.join('\n'));
    repository.write('app/new/requirements.txt', 'tqdm\n');
    assert.ok(
      (await openAll()).some((line) => line.startsWith('  app/new/requirements.txt')),
      'in a folder that git tells nothing of',
    );
    repository.write('app/new/requirements.txt', 'tqdm\nrich\n');
    assert.ok((await openAll()).some((line) => /^ {2}app\/new\/requirements\.txt \| 2 added · added/.test(line)));
  });

  it('tells what is different in a submodule: commits that came and went, its files, and both staged', async () => {
    const inner = new CodeRepository();
    try {
      const first = inner.commit('lib.py', '1\n', 'Begin the library');
      repository.commit('a.py', '1\n');
      repository.git('submodule', '--quiet', 'add', inner.root, 'libs/inner');
      repository.git('commit', '--quiet', '-m', 'Add the library');
      const sub = new CodeRepository(repository.path('libs', 'inner'));
      sub.commit('lib.py', '2\n', 'Improve the library');
      sub.write('lib.py', '3\n');
      sub.write('notes.txt', '');
      assert.deepEqual(
        (await drawn([await section('Changes')])).map((line) => line.replace(/ · .*Ada.*/, '')),
        [
          'Changes | 1',
          '  Changed | 1',
          '    inner | libs · new commits, modified content, untracked content',
          `      Improve the library | (main)`,
          '      lib.py',
          '      notes.txt',
        ],
      );
      const row = (await section('Changes')).children?.[0]?.children?.[0];
      const ids = ((await row?.load?.()) ?? []).map(({ id }) => id);
      assert.ok(new Set(ids).size === 3 && ids.every((id) => id.startsWith(row?.id ?? '')), 'no two rows of the view share an id');

      repository.git('add', 'libs/inner');
      assert.deepEqual(
        (await drawn([await section('Changes')])).slice(1, 5).map((line) => line.replace(/ · .*Ada.*/, '')),
        ['  Staged | 1', '    inner | libs · new commits', '      Improve the library | (main)', '  Changed | 1'],
      );
      repository.git('commit', '--quiet', '-m', 'Take the better library');
      sub.git('checkout', '--quiet', '--force', first);
      const back = await drawn([await section('Changes')]);
      assert.match(back[3] ?? '', /^ {6}Improve the library \| left behind · /);
      repository.git('update-index', '--cacheinfo', `160000,${'9'.repeat(40)},libs/inner`);
      assert.match(
        (await drawn([await section('Changes')])).join('\n'),
        /Commit 99999999 is not here \| `git submodule update --init` gets it/,
      );
    } finally {
      inner.dispose();
    }
  });

  it('opens an untracked folder a level at a time, each file with the commands of one', async () => {
    repository.commit('.gitignore', '*.pyc\n');
    for (const path of ['pkg/a.py', 'pkg/b.py', 'pkg/deep/é.py', 'pkg/x.pyc', 'pkg/many/0']) repository.write(path, '1\n');
    repository.git('init', '--quiet', 'pkg/tools');
    repository.write('pkg/tools/x.py', '');
    for (let i = 1; i <= 1_000; i++) repository.write(`pkg/many/${i}`, '');
    const changes = await section('Changes');
    const folder = changes.children?.[0]?.children?.[0] ?? assert.fail('no row');
    assert.deepEqual([changes.description, folder.label], ['1', 'pkg/']);
    const rows = (await folder.load?.()) ?? [];
    assert.deepEqual(
      rows.map(({ label, context }) => [label, context]),
      [
        ['a.py', 'codeFile untracked'],
        ['b.py', 'codeFile untracked'],
        ['deep/', 'codeFile untracked'],
        ['many/', 'codeFile untracked'],
        ['tools/', 'codeNested'],
      ],
    );
    const [file, , deep, many, nested] = rows;
    assert.deepEqual(file?.about, { kind: 'file', root: repository.root, group: 'untracked', path: 'pkg/a.py' });
    assert.deepEqual(file.action, { kind: 'open', path: repository.path('pkg/a.py') });
    assert.deepEqual(
      ((await deep?.load?.()) ?? []).map(({ about }) => about),
      [{ kind: 'file', root: repository.root, group: 'untracked', path: 'pkg/deep/é.py' }],
    );
    const listed = (await many?.load?.()) ?? [];
    assert.deepEqual([listed.length, listed.at(-1)?.label], [1_001, '1 more']);
    assert.equal(nested?.load, undefined);
  });

  it('leaves a nested repository alone, and says what it is', async () => {
    repository.commit('a.py', '1\n');
    repository.git('init', '--quiet', 'tools');
    repository.write('tools/x.py', '');
    const changes = await section('Changes');
    assert.deepEqual(await drawn([changes]), ['Changes | 1', '  Untracked | 1', '    tools/ | a repository of its own']);
    const group = changes.children?.[0];
    assert.ok(group?.about?.kind === 'group' && group.about.paths.length === 0, 'what is done to all untracked files spares it');
    assert.equal(group.children?.[0]?.context, 'codeNested');
  });
});
