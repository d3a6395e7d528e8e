import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { commands, ProcessExecution, tasks, workspace } from 'vscode';
import { readRunContext } from '../../../src/autolog/runContext';
import { readCodeState } from '../../../src/code/codeState';
import type { Run } from '../../../src/core/run';
import { TagName } from '../../../src/core/tagNames';
import { CommandId } from '../../../src/host/commandIds';
import type { Engine } from '../../../src/store/engine';
import type { TreeRow } from '../../../src/views/treeRow';
import { until } from '../../support/until';
import { CodeRepository } from '../../unit/code/codeRepository';
import { Answers } from '../answers';
import { activated } from '../extensionUnderTest';

describe('what Restore and Discard leave behind, in the editor', () => {
  const root = (): string => workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no folder');
  const quiet = { info: () => undefined, warn: () => undefined };
  const folders: string[] = [];
  const runs: Run[] = [];
  let here: CodeRepository;
  let engine: Engine;
  let location: string;
  let answers: Answers;
  let begun: string;

  before(async () => {
    const { stores } = await activated();
    const store = stores.all[0] ?? assert.fail('no store');
    [engine, location] = [await store.create(), store.location];
    here = new CodeRepository(root());
    begun = here.git('rev-parse', 'HEAD');
    here.git('checkout', '--quiet', '--', '.');
    here.commit('.gitignore', 'out/\n', 'Ignore what is made');
    here.commit('train.py', 'parser.add_argument("--lr")\n', 'Write the training');
  });
  beforeEach(() => (answers = new Answers()));
  afterEach(async () => {
    answers.end();
    await commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(async () => {
    for (const { runId } of runs) await engine.runs.delete(runId);
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    here.git('worktree', 'prune');
    here.git('reset', '--quiet', '--hard', begun);
    here.write('README.md', '# A project\n\nChanged since the commit.\n');
  });

  async function train(name: string): Promise<Run> {
    const { tags, files } = await readRunContext(root(), undefined, readCodeState, quiet);
    const { runId } = await engine.runs.create({ experimentId: '0', name, tags, startTime: Date.now() });
    for (const [path, content] of files) await engine.artifacts.write(runId, path, content);
    await engine.runs.update(runId, { status: 'FINISHED', endTime: Date.now() });
    const run = await engine.runs.get(runId);
    runs.push(run);
    return run;
  }
  async function restore(name: string): Promise<CodeRepository> {
    here.write('train.py', `parser.add_argument("--lr") # ${name}\n`);
    const { runId } = await train(name);
    here.git('checkout', '--quiet', '--', '.');
    const into = `${root()}-${name}`;
    folders.push(into);
    answers.will('showInputBox', into);
    await commands.executeCommand(CommandId.restoreRunCode, { location, runId });
    return new CodeRepository(into);
  }
  const restored = async (): Promise<readonly TreeRow[]> => {
    const view = (await activated()).codeView;
    const rows = await view.rows.getChildren();
    return rows.find(({ label }) => label === 'Restored Working Trees')?.children ?? [];
  };
  const onRepository = (): object => ({ about: { kind: 'repository', root: root() } });

  it('is a row for each working tree, which is removed after asking, and never with work in it', async () => {
    const [one, two] = [await restore('keen-crane-1'), await restore('calm-finch-2')];
    const rows = await restored();
    assert.deepEqual(
      rows.map(({ label, context }) => [label, context]),
      [
        ['calm-finch-2', 'restoredTree there'],
        ['keen-crane-1', 'restoredTree there'],
      ],
    );

    one.write('train.py', 'my own work\n');
    const row = rows[1] ?? assert.fail();
    await commands.executeCommand(CommandId.removeRestoredTrees, row);
    await until('it is refused', () => answers.text.includes('Left alone, since work in it would be lost'));
    assert.match(answers.text, /keen-crane-1: train\.py changed since/);
    assert.equal(readFileSync(one.path('train.py'), 'utf8'), 'my own work\n');

    two.write('out/weights', 'trained here');
    answers.will('showQuickPick', ['calm-finch-2', 'keen-crane-1']).will('showWarningMessage', undefined, 'Remove');
    await commands.executeCommand(CommandId.removeRestoredTrees, onRepository());
    assert.ok(existsSync(two.path('out/weights')), 'the question was not answered');
    answers.will('showQuickPick', ['calm-finch-2', 'keen-crane-1']);
    await commands.executeCommand(CommandId.removeRestoredTrees, onRepository());
    assert.match(answers.text, /Deleted for good, as git ignores them and nothing else has them:\n[^\n]*calm-finch-2\/out\/\n\n/);
    assert.deepEqual([existsSync(one.root), existsSync(two.root)], [true, false]);
    await until('its row is gone', async () => (await restored()).length === 1);

    one.git('checkout', '--quiet', 'HEAD', '--', '.');
    one.write('train.py', 'parser.add_argument("--lr") # keen-crane-1\n');
    answers.will('showWarningMessage', 'Remove');
    await commands.executeCommand(CommandId.removeRestoredTrees, (await restored())[0]);
    await until('the section is gone with the last', async () => (await restored()).length === 0);
    assert.equal(existsSync(one.root), false);
  });

  it('was discarded, and is given up after asking; Undo keeps it again', async () => {
    here.write('train.py', 'to be discarded\n');
    const row = { about: { kind: 'file', root: root(), group: 'changed', path: 'train.py' } };
    answers.will('showWarningMessage', 'Discard');
    await commands.executeCommand(CommandId.discardChanges, row);
    const kept = (): string[] => here.git('for-each-ref', '--format=%(refname)', 'refs/ml-tracking/kept').split('\n').filter(Boolean);
    const before = kept();
    answers.will('showQuickPick', ['train.py']).will('showWarningMessage', 'Give Up').will('showInformationMessage', undefined);
    await commands.executeCommand(CommandId.giveUpDiscarded, onRepository());
    assert.equal(kept().length, before.length - 1);
    await commands.executeCommand(CommandId.undoCode);
    assert.deepEqual(kept(), before);
    answers.will('showQuickPick', 'train.py').will('showInformationMessage', undefined);
    await commands.executeCommand(CommandId.restoreDiscarded, onRepository());
    assert.equal(readFileSync(here.path('train.py'), 'utf8'), 'to be discarded\n');
    here.git('checkout', '--quiet', '--', '.');
  });

  it('is started again by what its script and its parameters tell, as it was or as it is here', async () => {
    const tags = { [TagName.sourceName]: 'train.py', [TagName.gitCommit]: here.git('rev-parse', 'HEAD') };
    const { runId } = await engine.runs.create({ experimentId: '0', name: 'python-run', tags, startTime: Date.now() });
    await engine.runs.logBatch(runId, { metrics: [], params: [{ key: 'lr', value: '0.1' }], tags: {} });
    runs.push(await engine.runs.get(runId));
    here.commit('train.py', 'print("no arguments")\n', 'Take no arguments');
    const started: [cwd: string, line: readonly string[]][] = [];
    const listening = tasks.onDidStartTask(({ execution }) => {
      const { execution: process } = execution.task;
      if (process instanceof ProcessExecution) started.push([basename(process.options?.cwd ?? ''), [process.process, ...process.args]]);
    });
    try {
      answers.will('showQuickPick', 'With the Code as It Is Here');
      await commands.executeCommand(CommandId.repeatRun, { location, runId });
      const into = `${root()}-python`;
      folders.push(into);
      answers.will('showQuickPick', 'With Its Own Code').will('showInputBox', into);
      await commands.executeCommand(CommandId.repeatRun, { location, runId });
      await until('both are started', () => started.length === 2);
      assert.deepEqual(started, [
        [basename(root()), ['python', 'train.py']],
        [basename(into), ['python', 'train.py', '--lr', '0.1']],
      ]);
      await until('both have ended', () => tasks.taskExecutions.length === 0);
    } finally {
      listening.dispose();
    }
  });
});
