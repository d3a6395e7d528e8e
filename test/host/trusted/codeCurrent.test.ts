import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { commands, Range, Uri, window, workspace, WorkspaceEdit, type CodeLens, type TextDocument } from 'vscode';
import { TagName } from '../../../src/core/tagNames';
import { CommandId } from '../../../src/host/commandIds';
import { until } from '../../support/until';
import { CodeRepository } from '../../unit/code/codeRepository';
import { Answers } from '../answers';
import { activated } from '../extensionUnderTest';

/** What commands decide by: the repository and the editors as they are when somebody chooses them, not as they were read before. */
describe('code as it is now', () => {
  const root = (): string => workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no folder');
  const made: CodeRepository[] = [];
  let here: CodeRepository;
  let answers: Answers;

  before(async () => {
    await activated();
    await workspace.getConfiguration('files').update('autoSave', 'off', true);
  });

  beforeEach(() => {
    here = new CodeRepository();
    made.push(here);
    here.configure();
    here.commit('train.py', 'layers = 2\n', 'Begin');
    here.commit('train.py', 'layers = 3\n', 'Add a layer');
    answers = new Answers();
  });

  afterEach(() => answers.end());

  after(async () => {
    for (const document of workspace.textDocuments)
      if (document.isDirty) {
        await window.showTextDocument(document);
        await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      }
    await commands.executeCommand('workbench.action.closeAllEditors');
    await workspace.getConfiguration('files').update('autoSave', undefined, true);
    for (const each of made) each.dispose();
  });

  const on = (about: object = { kind: 'repository' }): unknown => ({ about: { root: here.root, ...about } });
  const act = (id: CommandId, about?: object): Thenable<unknown> => commands.executeCommand(id, on(about));
  const text = (path = 'train.py'): string => readFileSync(here.path(path), 'utf8');
  const said = (what: string | RegExp): Promise<unknown> =>
    until(`somebody is told ${String(what)}`, () =>
      answers.asked.some((each) => (typeof what === 'string' ? each.text.includes(what) : what.test(each.text))),
    );

  /** An editor that holds this, unsaved. */
  async function typed(content: string, path = 'train.py'): Promise<TextDocument> {
    const document = await workspace.openTextDocument(Uri.file(here.path(path)));
    await window.showTextDocument(document);
    const edit = new WorkspaceEdit();
    edit.replace(document.uri, document.validateRange(new Range(0, 0, 9_999, 0)), content);
    assert.ok(await workspace.applyEdit(edit));
    assert.ok(document.isDirty);
    return document;
  }

  it('commits what was written, and what was staged, right before', async () => {
    const of = new CodeRepository(root());
    const readme = readFileSync(of.path('README.md'), 'utf8');
    try {
      of.git('checkout', '--quiet', '--', '.');
      await commands.executeCommand(CommandId.showWholeHistory);
      of.write('README.md', 'Written a moment ago\n');
      answers.will('showWarningMessage', undefined);
      await commands.executeCommand(CommandId.commitChanges);
      assert.match(answers.text, /These would be committed: \n(?:.*\n)*README\.md/);
      of.git('add', 'README.md');
      of.write('configs/cnn.yaml', 'width: 1\n');
      answers.will('showInputBox', undefined);
      await commands.executeCommand(CommandId.commitChanges);
      assert.equal(answers.asked.at(-1)?.question, 'showInputBox', 'what is staged is committed, without a question about the rest');
    } finally {
      of.git('reset', '--quiet');
      of.git('checkout', '--quiet', '--', '.');
      of.write('README.md', readme);
    }
  });

  it('commits what editors hold where that is wanted, and else leaves it to them', async () => {
    const document = await typed('layers = 4\n');
    answers.will('showWarningMessage', undefined);
    await act(CommandId.commitChanges);
    assert.equal(text(), 'layers = 3\n', 'who goes away saves nothing');
    answers.will('showWarningMessage', 'Save All and Commit', 'Stage All and Commit').will('showInputBox', 'Four layers');
    await act(CommandId.commitChanges);
    assert.equal(here.git('show', 'HEAD:train.py'), 'layers = 4');

    here.write('other.py', '1\n');
    here.git('add', 'other.py');
    await typed('layers = 5\n');
    answers.will('showInputBox', 'Another file');
    await act(CommandId.commitChanges);
    assert.equal(here.git('show', '--format=', '--name-only', 'HEAD'), 'other.py', 'what is not staged is not asked about');
    await document.save();
    here.git('add', 'train.py');
    await typed('layers = 6\n');
    answers.will('showWarningMessage', 'Save All and Commit').will('showInputBox', 'Six layers');
    await act(CommandId.commitChanges);
    assert.equal(here.git('show', 'HEAD:train.py'), 'layers = 6');
    await typed('layers = 7\n');
    await document.save();
    here.git('add', 'train.py');
    await typed('layers = 8\n');
    answers.will('showWarningMessage', 'Commit Without Saving').will('showInputBox', 'Seven layers');
    await act(CommandId.commitChanges);
    assert.equal(here.git('show', 'HEAD:train.py'), 'layers = 7');
    assert.ok(document.isDirty && document.getText() === 'layers = 8\n');
  });

  it('asks before a branch takes the place of what an editor holds', async () => {
    here.git('branch', 'wide', 'HEAD~1');
    const wide = { kind: 'branch', name: 'wide', current: false };
    const document = await typed('layers = 4\n');
    answers.will('showWarningMessage', undefined);
    await act(CommandId.switchBranch, wide);
    assert.match(answers.text, /train\.py has unsaved changes/);
    assert.deepEqual([here.git('branch', '--show-current'), document.isDirty], ['main', true]);
    answers.will('showWarningMessage', 'Save All and Switch', 'Stash and Switch').will('showInformationMessage', 'Undo');
    await act(CommandId.switchBranch, wide);
    await until('the switch was taken back', () => here.git('branch', '--show-current') === 'main' && text() === 'layers = 4\n');
    assert.match(answers.text, /your changes are in a stash/);
  });

  it('asks neither for editors of a repository within, nor for what has no file', async () => {
    here.git('branch', 'wide', 'HEAD~1');
    here.git('init', '--quiet', 'inner');
    here.write('inner/notes.md', 'short\n');
    const inner = await typed('longer\n', 'inner/notes.md');
    const message = await typed('A message\n', '.git/description');
    await window.showTextDocument(await workspace.openTextDocument({ content: 'untitled' }));
    await act(CommandId.switchBranch, { kind: 'branch', name: 'wide', current: false });
    assert.equal(here.git('branch', '--show-current'), 'wide');
    assert.ok(inner.isDirty && message.isDirty);
    assert.ok(!answers.asked.some(({ question }) => question === 'showWarningMessage'), answers.text);
  });

  it('continues with what editors hold, and with conflict markers only where that is wanted', async () => {
    here.git('branch', 'side', 'HEAD~1');
    here.git('switch', '--quiet', 'side');
    here.commit('train.py', 'layers = 9\n', 'Nine layers');
    here.git('switch', '--quiet', 'main');
    here.tryGit('merge', 'side');
    await act(CommandId.stageChanges, { kind: 'file', group: 'conflicted', path: 'train.py' });
    answers.will('showWarningMessage', undefined, undefined);
    await act(CommandId.continueOperation);
    assert.match(answers.text, /train\.py still has conflict markers/);
    await act(CommandId.commitChanges);
    assert.equal(answers.asked.length, 2, answers.text);
    const document = await typed('layers = 6\n');
    answers.will('showWarningMessage', undefined);
    await act(CommandId.continueOperation);
    assert.ok(document.isDirty && here.git('rev-parse', '--verify', 'MERGE_HEAD') !== '');
    answers.will('showWarningMessage', 'Save All and Continue');
    await act(CommandId.continueOperation);
    await said('The merge is finished');
    assert.equal(here.git('show', 'HEAD:train.py'), 'layers = 6');
  });

  it('keeps what the editor of a discarded file holds', async () => {
    here.write('train.py', 'layers = 4\n');
    const document = await typed('layers = 5\n');
    answers.will('showWarningMessage', 'Discard');
    await act(CommandId.discardChanges, { kind: 'file', group: 'changed', path: 'train.py' });
    assert.equal(text(), 'layers = 3\n');
    await until('the editor shows what is there', () => !document.isDirty && document.getText() === 'layers = 3\n');
    answers.will('showQuickPick', 'train.py');
    await act(CommandId.restoreDiscarded);
    assert.equal(text(), 'layers = 5\n');
  });

  it('offers no stash for what git ignores, but says what helps', async () => {
    here.git('switch', '--quiet', '-c', 'model');
    here.commit('model.bin', 'theirs', 'Track the model');
    here.git('switch', '--quiet', 'main');
    here.commit('.gitignore', '*.bin\n', 'Ignore models');
    here.write('model.bin', 'mine');
    await act(CommandId.switchBranch, { kind: 'branch', name: 'model', current: false });
    await said(/files that git ignores: move or rename them first \(model\.bin\)/);
    assert.doesNotMatch(answers.text, /stash/i);
    assert.equal(text('model.bin'), 'mine');
  });

  it('compares two rows from the older to the newer, in whichever order they were selected', async () => {
    const rows = ['HEAD~1', 'HEAD'].map((name) => on({ kind: 'commit', hash: here.git('rev-parse', name), subject: '' }));
    const title = `${here.git('rev-parse', '--short=8', 'HEAD~1')} ↔ ${here.git('rev-parse', '--short=8', 'HEAD')}`;
    for (const [clicked, selected] of [
      [rows[1], rows],
      [rows[0], [...rows].reverse()],
    ] as const) {
      await commands.executeCommand(CommandId.compareCode, clicked, selected);
      await until(title, () => window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label.startsWith(title))));
      await commands.executeCommand('workbench.action.closeAllEditors');
    }
  });

  it('makes a run’s code where the folder says, and never in the working tree; one more run is one', async () => {
    const { stores } = await activated();
    const store = stores.all[0] ?? assert.fail('no store');
    const engine = await store.create();
    const of = new CodeRepository(root());
    const tags = { [TagName.gitCommit]: of.git('rev-parse', 'HEAD'), [TagName.gitBranch]: 'main' };
    const create = (name: string, startTime: number): Promise<{ readonly runId: string }> =>
      engine.runs.create({ experimentId: '0', name, tags, startTime });
    const other = await create('early-finch-1', Date.now() - 60_000);
    const { runId } = await create('placed-heron-2', Date.now());
    for (const each of [other, { runId }]) await engine.runs.update(each.runId, { status: 'FINISHED', endTime: Date.now() });
    const restore = async (folder: string): Promise<void> => {
      answers.will('showInputBox', folder);
      await commands.executeCommand(CommandId.restoreRunCode, { location: store.location, runId });
    };
    const name = `${basename(root())}-restored`;
    const [beside, home] = [join(dirname(root()), name), join(homedir(), name)];
    const before = of.git('status', '--porcelain');
    try {
      await restore(name);
      await restore(`~/${name}`);
      assert.ok(existsSync(join(beside, 'README.md')) && existsSync(join(home, 'README.md')));
      await restore(join(root(), 'inside'));
      await said('This is in your own working tree');
      assert.equal(of.git('status', '--porcelain'), before);
      assert.ok(!existsSync(of.path('~')) && !existsSync(of.path('inside')));
      const lens = await until('the lens tells of both runs', async () => {
        const uri = Uri.file(of.path('configs', 'cnn.yaml'));
        await workspace.openTextDocument(uri);
        const lenses = await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', uri);
        return lenses.find(({ command }) => command?.title.includes('placed-heron-2'))?.command?.title;
      });
      assert.match(lens, /, 1 more run$/);
    } finally {
      for (const folder of [beside, home]) rmSync(folder, { recursive: true, force: true });
      of.git('worktree', 'prune');
      for (const each of [other, { runId }]) await engine.runs.delete(each.runId);
    }
  });
});
