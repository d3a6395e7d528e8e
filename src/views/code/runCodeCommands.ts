import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  commands as vscodeCommands,
  l10n,
  ProcessExecution,
  Task,
  TaskPanelKind,
  TaskRevealKind,
  tasks,
  TaskScope,
  Uri,
  window,
  workspace,
  type QuickPickItem,
} from 'vscode';
import type { CodeReader } from '../../code/reader';
import type { Run } from '../../core/run';
import { shellLine } from '../../core/shellLine';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { withoutLinks } from '../../host/notices';
import { mayExecute } from '../../host/trust';
import type { CodeComparer } from '../../lineage/codeChanges';
import type { RerunCommand } from '../../lineage/rerunCommand';
import { RerunFinder } from '../../lineage/rerunFinder';
import { isInTree, restoreFolder } from '../../lineage/restoreFolder';
import type { RestoredRun, RunRestorer } from '../../lineage/runRestorer';
import type { Engine } from '../../store/engine';
import type { RunTarget, RunTargets } from '../runs/runTarget';
import { openChanges } from './changesEditor';
import { listed, type CodeActor } from './codeActor';
import { runCode } from '../../lineage/runCode';
import { countsText } from './dependencyRows';

export interface RunCodeSurroundings {
  readonly actor: CodeActor;
  readonly reader: CodeReader;
  readonly comparer: CodeComparer;
  readonly restorer: RunRestorer;
  readonly runs: RunTargets;
  /** The bundled terminal program, `dist/ml-tracking.js`. */
  readonly program: string;
}

interface FoundRun {
  readonly engine: Engine;
  readonly run: Run;
}

/** One way to repeat a run. */
interface Choice extends QuickPickItem {
  readonly command: RerunCommand;
  /** Whether with its own code, in a new working tree, or with the code as it is here. */
  readonly own: boolean;
}

/** Brings runs and their code together: what changed between two, a run's code in a place of its own, the same command again. */
export class RunCodeCommands {
  constructor(private readonly parts: RunCodeSurroundings) {}

  register(commands: Commands): void {
    commands.register(CommandId.compareRunCode, (...args) => this.compare(args));
    commands.register(CommandId.restoreRunCode, (...args) => this.restoreCode(args));
    commands.register(CommandId.repeatRun, (...args) => this.repeat(args));
  }

  private async compare(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Show Code Changes Between Runs');
    if (!(await mayExecute(title))) return;
    const targets = await this.parts.runs.several(args, title, 2);
    if (targets.length < 2) return;
    if (targets.length > 2) throw new Error(l10n.t('Choose two runs.'));
    const found = await Promise.all(targets.map((target) => this.find(target)));
    // What changed is told in the order of time.
    const [older, newer] = found.sort((a, b) => a.run.startTime - b.run.startTime);
    if (!older || !newer) return;
    const root = await this.rootOf(newer.run);
    if (root === undefined) return;
    const { comparer } = this.parts;
    const [from, to] = [await comparer.sideOf(older.engine, older.run, root), await comparer.sideOf(newer.engine, newer.run, root)];
    const changes = await comparer.betweenSides(from, to, root);
    const sides = { root, from: from.side, to: to.side };
    await openChanges(this.parts.reader, l10n.t('Code: {0} → {1}', older.run.runName, newer.run.runName), sides, changes.files);
    const notes = [
      ...(changes.commits.length > 0 ? [l10n.t('{0} commits lie between them', changes.commits.length)] : []),
      ...(changes.otherCommits.length > 0 ? [l10n.t('{0} commits only the first one has', changes.otherCommits.length)] : []),
      ...changes.dependencies.map(({ path, packages }) => `${path}: ${countsText(packages, l10n) || l10n.t('no package moved')}`),
      ...[from, to].flatMap((side, index) =>
        side.incomplete ? [l10n.t('the uncommitted changes of {0} were not kept', (index === 0 ? older : newer).run.runName)] : [],
      ),
    ];
    if (notes.length > 0)
      void window.showInformationMessage(withoutLinks(`${older.run.runName} → ${newer.run.runName}: ${notes.join('; ')}`));
  }

  private async restoreCode(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Restore Run’s Code');
    const found = await this.one(args, title);
    const restored = found && (await this.restored(found, title));
    if (!found || !restored) return;
    const { folder } = restored;
    const [openWindow, openTerminal] = [l10n.t('Open in New Window'), l10n.t('Open in Terminal')];
    const choice = await window.showInformationMessage(withoutLinks(report(found.run, restored)), openWindow, openTerminal);
    if (choice === openWindow) await vscodeCommands.executeCommand('vscode.openFolder', Uri.file(folder), { forceNewWindow: true });
    else if (choice === openTerminal) window.createTerminal({ name: found.run.runName, cwd: folder }).show();
  }

  private async repeat(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Repeat Run');
    const found = await this.one(args, title);
    if (!found || !(await mayExecute(title))) return;
    const { run, engine } = found;
    const root = await this.rootOf(run);
    if (root === undefined) return;
    const choices = [...(await this.ownChoice(found, root)), ...(await this.hereChoice(run, root))];
    if (choices.length === 0) throw new Error(l10n.t('The command of {0} was not recorded.', run.runName));
    const choice = await window.showQuickPick(choices, { title: l10n.t('Repeat {0}', run.runName) });
    if (!choice) return;
    if (!choice.command.complete) throw new Error(`${choice.command.notes.join(' ')} ${shellLine(choice.command.args, process.platform)}`);
    const place = choice.own ? (await this.restored(found, title, root))?.folder : root;
    if (place !== undefined) await this.start(run, choice.command, place, engine.info.location);
  }

  /** To start it in a working tree with its own code, where that can be made. */
  private async ownChoice({ engine, run }: FoundRun, root: string): Promise<Choice[]> {
    const { comparer, reader } = this.parts;
    const code = await comparer.sideOf(engine, run, root).catch(() => undefined);
    const command = code && (await new RerunFinder(reader).find(run, root, undefined, code.side));
    if (!command) return [];
    const label = `$(git-commit) ${l10n.t('With Its Own Code')}`;
    return [{ label, description: l10n.t('in a new working tree beside this one'), detail: commandText(command), own: true, command }];
  }

  private async hereChoice(run: Run, root: string): Promise<Choice[]> {
    const command = await new RerunFinder(this.parts.reader).find(run, root);
    if (!command) return [];
    const label = `$(files) ${l10n.t('With the Code as It Is Here')}`;
    return [{ label, description: l10n.t('in this working tree'), detail: commandText(command), own: false, command }];
  }

  private async restored({ engine, run }: FoundRun, title: string, known?: string): Promise<RestoredRun | undefined> {
    const { actor, restorer } = this.parts;
    if (!(await mayExecute(title))) return undefined;
    const root = known ?? (await this.rootOf(run));
    if (root === undefined) return undefined;
    const folder = await window.showInputBox({
      title,
      prompt: l10n.t('The folder of the new working tree; yours is not touched. A name alone is a folder in {0}', dirname(root)),
      value: restorer.defaultFolder(run, root),
      ignoreFocusOut: true,
      validateInput: (text) => folderProblem(restoreFolder(text, dirname(root)), root),
    });
    if (folder === undefined || folder.trim() === '') return undefined;
    const place = restoreFolder(folder, dirname(root));
    const problem = folderProblem(place, root);
    if (problem !== undefined) throw new Error(problem);
    return actor.actLong(l10n.t('Restoring the code and data of {0}', run.runName), (signal) =>
      restorer.restore(engine, run, root, place, { signal }),
    );
  }

  /** Starts the run's command as a task; what it records goes to the store that the run is from. */
  private async start(run: Run, { args, workingFolder }: RerunCommand, place: string, store: string): Promise<void> {
    const inner = join(place, workingFolder);
    const cwd = existsSync(inner) ? inner : place;
    const environment: Record<string, string> = /^https?:/i.test(store)
      ? { MLFLOW_TRACKING_URI: store, ML_TRACKING_STORE: '' }
      : { ML_TRACKING_STORE: store };
    const [program = '', ...rest] = args;
    // Our own program, and Node, are those that this extension runs with.
    const own =
      program === 'ml-tracking'
        ? [process.execPath, '--disable-warning=ExperimentalWarning', this.parts.program]
        : program === 'node'
          ? [process.execPath]
          : undefined;
    const [file = program, ...first] = own ?? [program];
    const env: Record<string, string> = { ...environment, ...(own && { ELECTRON_RUN_AS_NODE: '1' }) };
    const name = l10n.t('Repeat {0}', run.runName);
    const folder = workspace.workspaceFolders?.find(({ uri }) => uri.fsPath === place);
    const task = new Task(
      { type: 'process' },
      folder ?? TaskScope.Workspace,
      name,
      'ML Tracking',
      new ProcessExecution(file, [...first, ...rest], { cwd, env }),
      [],
    );
    task.presentationOptions = { reveal: TaskRevealKind.Always, panel: TaskPanelKind.Dedicated, clear: true };
    await tasks.executeTask(task);
  }

  private async one(args: readonly unknown[], title: string): Promise<FoundRun | undefined> {
    const target = await this.parts.runs.one(args, title);
    return target && this.find(target);
  }

  private async find(target: RunTarget): Promise<FoundRun> {
    const [engine, run] = await Promise.all([this.parts.runs.engineOf(target), this.parts.runs.runOf(target)]);
    return { engine, run };
  }

  /** The repository of the workspace that has the run's commit, else the one that a person picks. */
  private async rootOf(run: Run): Promise<string | undefined> {
    const { commit } = runCode(run);
    const { actor, reader } = this.parts;
    if (commit !== undefined)
      for (const { status } of await actor.all()) if ((await reader.commit(status.root, commit)) !== undefined) return status.root;
    return (await actor.repository([]))?.status.root;
  }
}

/** What is wrong with a place for a new working tree. */
function folderProblem(folder: string, root: string): string | undefined {
  if (existsSync(folder)) return l10n.t('There is something here already: name another folder.');
  return isInTree(folder, root) ? l10n.t('This is in your own working tree: name a folder outside of {0}.', root) : undefined;
}

/** The command as one line, and what a person should know before starting it. */
function commandText({ args, workingFolder, notes }: RerunCommand): string {
  const line = shellLine(args, process.platform);
  return [workingFolder === '' ? line : `${line} (${workingFolder})`, ...notes].join(' — ');
}

function report(run: Run, restored: RestoredRun): string {
  const { folder, commit, unborn, patched, leftOut, dependencies, data, submodules } = restored;
  const sets = [...new Set(data.map(({ name, digest }) => `${name} (${digest})`))];
  const parts = [
    unborn
      ? l10n.t('The code of {0}, from before the first commit, is in {1}', run.runName, folder)
      : l10n.t('The code of {0} ({1}) is in {2}', run.runName, commit.slice(0, 8), folder),
    ...(patched && !unborn ? [l10n.t('with its uncommitted changes')] : []),
    ...(leftOut === undefined ? [l10n.t('its uncommitted changes are missing: they were not kept')] : []),
    ...(leftOut && leftOut.length > 0 ? [l10n.t('missing: {0}', listed(leftOut, 3).replaceAll('\n', ', '))] : []),
    ...dependencies.slice(0, 2).map(({ command }) => l10n.t('install with `{0}`', command)),
    ...(sets.length > 0 ? [l10n.t('it was trained on {0}', listed(sets, 3).replaceAll('\n', ', '))] : []),
    ...dataText(restored),
    ...(submodules ? ['`git submodule update --init`'] : []),
  ];
  return `${parts.join('; ')}.`;
}

/** What became of the run's data, and how the rest of it can be had. */
function dataText({ dvcFiles, restoredData, otherVersions }: RestoredRun): string[] {
  if (dvcFiles.length === 0) return [];
  if (!restoredData) return [l10n.t('get its data with `dvc pull`')];
  const { checkedOut, missing, notes } = restoredData;
  const [first] = missing;
  return [
    ...(checkedOut.length > 0 ? [l10n.t('its data is checked out: {0}', listed(checkedOut, 3).replaceAll('\n', ', '))] : []),
    ...(first
      ? [
          l10n.t(
            'no data of {0}: {1} Get it with `dvc pull`',
            listed(
              missing.map(({ path }) => path),
              3,
            ).replaceAll('\n', ', '),
            first.message,
          ),
        ]
      : []),
    ...otherVersions
      .slice(0, 2)
      .map(({ path, used, inCache }) =>
        inCache
          ? l10n.t('it used another version of {0}, {1}, which is in the cache', path, used)
          : l10n.t('it used another version of {0}, {1}, which was not kept', path, used),
      ),
    ...notes.slice(0, 2),
  ];
}
