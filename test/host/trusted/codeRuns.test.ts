import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, EventEmitter, Uri, window, workspace } from 'vscode';
import { readRunContext } from '../../../src/autolog/runContext';
import { readCodeState } from '../../../src/code/codeState';
import { CodeReader } from '../../../src/code/reader';
import { CodeRunner } from '../../../src/code/runner';
import type { DatasetInput } from '../../../src/core/dataset';
import type { Run } from '../../../src/core/run';
import { CommandId } from '../../../src/host/commandIds';
import type { Commands } from '../../../src/host/commands';
import { Failures } from '../../../src/host/failures';
import type { StoreSource } from '../../../src/host/stores';
import { CodeComparer } from '../../../src/lineage/codeChanges';
import { RunRestorer } from '../../../src/lineage/runRestorer';
import type { Engine } from '../../../src/store/engine';
import { openInWorker } from '../../../src/store/worker/workerEngine';
import { CodeActor } from '../../../src/views/code/codeActor';
import { CodeView } from '../../../src/views/code/codeView';
import { CONTENT_SCHEME } from '../../../src/views/code/contentUri';
import { RunCodeCommands } from '../../../src/views/code/runCodeCommands';
import { RunTargets } from '../../../src/views/runs/runTarget';
import type { TreeRow } from '../../../src/views/treeRow';
import { until } from '../../support/until';
import { CodeRepository } from '../../unit/code/codeRepository';
import { Answers } from '../answers';
import { activated, extensionUnderTest } from '../extensionUnderTest';

const DATA: readonly DatasetInput[] = [
  {
    dataset: { name: 'digits', digest: '1a2b3c', sourceType: 'local', source: '{}', schema: undefined, profile: undefined },
    tags: { 'mlflow.data.context': 'train' },
  },
];

describe('the code of runs, in the editor', () => {
  const root = (): string => workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no folder');
  const quiet = { info: () => undefined, warn: () => undefined };
  const folders: string[] = [];
  let here: CodeRepository;
  let engine: Engine;
  let location: string;
  let first: Run;
  let dirty: Run;
  let answers: Answers;
  let begun: string;

  /** A run as autologging makes it. */
  async function train(into: Engine, name: string, startTime: number): Promise<Run> {
    const { tags, files } = await readRunContext(root(), undefined, readCodeState, quiet);
    const { runId } = await into.runs.create({ experimentId: '0', name, tags, startTime });
    await into.runs.logInputs(runId, DATA);
    for (const [path, content] of files) await into.artifacts.write(runId, path, content);
    await into.runs.update(runId, { status: 'FINISHED', endTime: startTime + 1_000 });
    return into.runs.get(runId);
  }

  before(async () => {
    const { stores } = await activated();
    const store = stores.all[0] ?? assert.fail('no store');
    [engine, location] = [await store.create(), store.location];
    here = new CodeRepository(root());
    begun = here.git('rev-parse', 'HEAD');
    here.git('checkout', '--quiet', '--', '.');
    here.commit('requirements.txt', 'torch==2.1.0\n', 'Name what is needed');
    here.commit('train.py', 'layers = 2\n', 'Write the training');
    first = await train(engine, 'bold-otter-1', Date.now() - 60_000);
    here.commit('train.py', 'layers = 3\n', 'Add a layer');
    here.write('train.py', 'layers = 4\n');
    here.write('requirements.txt', 'torch==2.2.0\n');
    here.write('helper.py', 'width = 64\n');
    dirty = await train(engine, 'calm-heron-2', Date.now());
    here.git('checkout', '--quiet', '--', '.');
    rmSync(here.path('helper.py'));
  });

  beforeEach(() => (answers = new Answers()));
  afterEach(async () => {
    answers.end();
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  after(async () => {
    await engine.runs.delete(first.runId);
    await engine.runs.delete(dirty.runId);
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    here.git('worktree', 'prune');
    here.git('reset', '--quiet', '--hard', begun);
    here.write('README.md', '# A project\n\nChanged since the commit.\n');
  });

  const label = (title: string): Promise<unknown> =>
    until(`the editor ${title} is there`, () => window.tabGroups.all.some(({ tabs }) => tabs.some((tab) => tab.label.startsWith(title))));
  /** The texts of a file that are open, of commits and of the disk. */
  const texts = (path: string): string[] =>
    workspace.textDocuments.filter(({ uri }) => uri.path.endsWith(`/${path}`)).map((each) => each.getText());

  async function rows(parent?: TreeRow): Promise<TreeRow[]> {
    return (await activated()).codeView.rows.getChildren(parent);
  }
  const section = async (name: string): Promise<TreeRow> =>
    (await rows()).find((row) => row.label.startsWith(name)) ?? assert.fail(`no row ${name}`);
  const labels = (of: readonly TreeRow[]): string[] =>
    of.map(({ label: text, description = '' }) => `${text} | ${description}`.replace(/ \| $/, ''));

  it('restore a run with uncommitted changes beside the working tree, and show their diff', async () => {
    const before = here.git('status', '--porcelain');
    const into = `${root()}-calm-heron-2`;
    folders.push(into);
    answers.will('showInputBox', into);
    await commands.executeCommand(CommandId.restoreRunCode, { location, runId: dirty.runId });
    const there = (path: string): string => readFileSync(join(into, path), 'utf8');
    assert.deepEqual(
      [there('train.py'), there('helper.py'), there('requirements.txt')],
      ['layers = 4\n', 'width = 64\n', 'torch==2.2.0\n'],
    );
    assert.equal(here.git('status', '--porcelain'), before);
    assert.match(
      answers.text,
      /The code of calm-heron-2 \([0-9a-f]{8}\) is in .*-calm-heron-2; with its uncommitted changes; install with/,
    );
    const restored = new CodeRepository(into);
    assert.equal(restored.git('diff', 'HEAD', '--', 'train.py').split('\n').slice(-2).join('\n'), '-layers = 3\n+layers = 4');

    answers.will('showQuickPick', 'Run…', 'calm-heron-2', 'Working Tree');
    await commands.executeCommand(CommandId.compareCode, { about: { kind: 'repository', root: root() } });
    await label('calm-heron-2 ↔ Working Tree');
    await until('the run’s own text is beside the file’s', () =>
      ['layers = 3\n', 'layers = 4\n'].every((text) => texts('train.py').includes(text)),
    );
  });

  it('show what changed between two runs, uncommitted changes counted in', async () => {
    const targets = [first, dirty].map(({ runId }) => ({ location, runId }));
    await commands.executeCommand(CommandId.compareRunCode, targets[0], targets);
    await label('Code: bold-otter-1 → calm-heron-2');
    await until('both texts are read', () => ['layers = 2\n', 'layers = 4\n'].every((text) => texts('train.py').includes(text)));
    await until('what lies between is told', () => /1 commits lie between them; requirements\.txt: 1 up/.test(answers.text));
  });

  it('show what changed between runs of two stores, with the commits that lie between', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ml-other-store-')));
    const program = join(extensionUnderTest().extensionPath, 'dist', 'storeWorker.js');
    const other = await openInWorker(program, { folder: join(folder, '.tracking'), options: { create: true } });
    const log = window.createOutputChannel('two stores', { log: true });
    const events = new EventEmitter<never>();
    try {
      const elsewhere = await train(other, 'far-finch-3', Date.now() + 60_000);
      const engines = new Map([
        [location, engine],
        [folder, other],
      ]);
      const stores: StoreSource = {
        all: [],
        onDidChangeStores: events.event,
        onDidChange: events.event,
        want: () => Promise.resolve(),
        reload: () => Promise.resolve(),
        at: () => undefined,
        engineAt: (place) => Promise.resolve(engines.get(place)),
      };
      const [reader, runner] = [
        new CodeReader(() => undefined),
        new CodeRunner(
          () => undefined,
          undefined,
          () => true,
        ),
      ];
      const view = new CodeView(
        reader,
        () => workspace.workspaceFolders ?? [],
        () => true,
        () => undefined,
        log,
      );
      const actor = new CodeActor(
        runner,
        view,
        new Failures(log),
        () => workspace.workspaceFolders ?? [],
        () => undefined,
      );
      const handlers = new Map<string, (...args: readonly unknown[]) => unknown>();
      new RunCodeCommands({
        actor,
        reader,
        comparer: new CodeComparer(reader, runner),
        restorer: new RunRestorer(reader, runner),
        runs: new RunTargets(stores, () => []),
        program: '',
      }).register({
        register: (id: string, handler: (...args: readonly unknown[]) => unknown) => handlers.set(id, handler),
      } as unknown as Commands);
      const targets = [
        { location, runId: first.runId },
        { location: folder, runId: elsewhere.runId },
      ];
      await handlers.get(CommandId.compareRunCode)?.(targets[0], targets);
      await label('Code: bold-otter-1 → far-finch-3');
      await until('both texts are read', () => ['layers = 2\n', 'layers = 3\n'].every((text) => texts('train.py').includes(text)));
      assert.match(answers.text, /bold-otter-1 → far-finch-3: 1 commits lie between them/);
      for (const each of [view, reader, runner]) each.dispose();
    } finally {
      events.dispose();
      log.dispose();
      await other.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  it('turn History to the file of the Explorer, of a row or of the editor, and back', async () => {
    const file = Uri.file(here.path('train.py'));
    await commands.executeCommand(CommandId.showFileHistory, file);
    const commits = await rows(await section('History of train.py'));
    assert.deepEqual(
      commits.map((row) => row.label),
      ['Add a layer', 'Write the training'],
    );
    assert.deepEqual(
      commits.map(({ children = [] }) => children.map((row) => row.label)),
      [['calm-heron-2'], ['bold-otter-1']],
      'each with its runs',
    );
    await commands.executeCommand(CommandId.showWholeHistory);
    assert.ok((await rows(await section('History'))).length >= 4);

    await window.showTextDocument(Uri.file(here.path('requirements.txt')));
    await commands.executeCommand(CommandId.showFileHistory);
    assert.deepEqual(
      (await rows(await section('History of requirements.txt'))).map((row) => row.label),
      ['Name what is needed'],
    );
    const side = file.with({ scheme: CONTENT_SCHEME, query: JSON.stringify({ root: root(), path: 'train.py', revision: 'HEAD' }) });
    await commands.executeCommand(CommandId.showFileHistory, side);
    assert.equal((await section('History')).label, 'History of train.py', 'also from a side of a diff');
    await commands.executeCommand(CommandId.showFileHistory, Uri.file(here.path('configs')));
    assert.deepEqual(
      (await rows(await section('History of configs'))).map((row) => row.label),
      ['Begin the project'],
      'of a folder',
    );
    await commands.executeCommand(CommandId.showWholeHistory, { about: { kind: 'repository', root: root() } });
    assert.equal((await section('History')).label, 'History');
    await commands.executeCommand(CommandId.showFileHistory, Uri.parse('untitled:nothing'));
    await until('somebody is told', () => answers.text.includes('Open a file first'));
  });

  it('compare the dependencies with a run: of its row, of the Runs view’s selection, or picked', async () => {
    here.write('requirements.txt', 'torch==2.3.0\ntqdm==4.66.0\n');
    const { runsView } = await activated();
    const about = { about: { kind: 'repository', root: root() } };
    const since = async (): Promise<string[]> => {
      const row =
        (await rows(await section('Dependencies'))).find((each) => each.context?.startsWith('dependencyRun')) ?? assert.fail('no row');
      return [...labels([row]), ...(row.children ?? []).flatMap((each) => labels(each.children ?? []))];
    };
    await commands.executeCommand(CommandId.compareDependencies, { location, runId: first.runId });
    assert.deepEqual(await since(), ['Since bold-otter-1 | 1 up, 1 added', 'torch | 2.1.0 → 2.3.0', 'tqdm | added 4.66.0']);
    await runsView.reveal(location, dirty.runId);
    await until('the run is selected', () => runsView.selection.length === 1);
    await commands.executeCommand(CommandId.compareDependencies, about);
    assert.deepEqual(await since(), ['Since calm-heron-2 | 1 up, 1 added', 'torch | 2.2.0 → 2.3.0', 'tqdm | added 4.66.0']);
    answers.will('showQuickPick', 'bold-otter-1');
    await commands.executeCommand(CommandId.compareDependencies, about);
    assert.equal((await since())[1], 'torch | 2.1.0 → 2.3.0');
    await commands.executeCommand(CommandId.stopComparingDependencies, about);
    assert.deepEqual(await since(), ['Since a run… | choose the run to compare with']);
    here.git('checkout', '--quiet', '--', 'requirements.txt');
  });
});
