import { basename, relative } from 'node:path';
import { l10n, Uri, window, workspace } from 'vscode';
import { findGitFolders } from '../../code/refFiles';
import { chosenOuts, isBelow } from '../../data/actions/chosenOuts';
import { DvcError } from '../../data/actions/dvcError';
import type { InitMode } from '../../data/actions/dvcRunner';
import type { DataStatus } from '../../data/status/status';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { mayExecute } from '../../host/trust';
import { visible } from '../code/codeText';
import type { DataActor } from './dataActor';
import { dataTargets, pathsOf } from './dataTarget';
import type { DataView } from './dataView';

/** Begins a repository; tracks data, records what has become of it, and stops tracking it. */
export class TrackCommands {
  constructor(
    private readonly actor: DataActor,
    private readonly view: DataView,
  ) {}

  register(commands: Commands): void {
    commands.register(CommandId.initializeDvc, () => this.initialize());
    commands.register(CommandId.trackData, (...args) => this.track(args));
    commands.register(CommandId.untrackData, (...args) => this.untrack(args));
    commands.register(CommandId.commitData, (...args) => this.commit(args));
  }

  private async initialize(): Promise<string | undefined> {
    const title = l10n.t('Initialize DVC');
    if (!(await mayExecute(title))) return undefined;
    const roots = new Set((await this.view.want()).map(({ root }) => root));
    const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file' && !roots.has(uri.fsPath));
    if (folders.length === 0) throw new Error(l10n.t('Every folder of this workspace has a DVC repository already.'));
    const items = folders.map(({ name, uri }) => ({ label: name, description: uri.fsPath, folder: uri.fsPath }));
    const folder = (folders.length === 1 ? items[0] : await window.showQuickPick(items, { title }))?.folder;
    if (folder === undefined) return undefined;
    const mode = await this.initMode(folder);
    if (!mode) return undefined;
    const done = await this.actor.act(title, (options) => this.actor.actions.init(folder, mode, options).then(() => true));
    if (!done) return undefined;
    void window.showInformationMessage(
      mode === 'no git' ? l10n.t('DVC is ready.') : l10n.t('DVC is ready. Commit the new files in .dvc with git.'),
    );
    return folder;
  }

  /** With git wherever there is one; without it only when a person says so. */
  private async initMode(folder: string): Promise<InitMode | undefined> {
    const top = (await findGitFolders(folder))?.root;
    if (top !== undefined) return top === folder ? 'git' : 'below git';
    const question = l10n.t('There is no git repository here. Use DVC without git?');
    const detail = l10n.t(
      'Without git there are no versions of the data to go back to. You can also initialize git first, in the Code view.',
    );
    return (await this.actor.confirmed(question, detail, l10n.t('Use DVC Without Git'))) ? 'no git' : undefined;
  }

  /** Called with the Explorer's files, else a person picks. */
  private async track(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Track with DVC');
    if (!(await mayExecute(title))) return;
    const paths = explorerPaths(args) ?? (await pickPaths(title));
    if (!paths || paths.length === 0) return;
    let repositories = await this.view.want();
    if (repositories.length === 0) {
      if ((await this.initialize()) === undefined) return;
      repositories = await this.view.want();
    }
    for (const [status, group] of byRepository(repositories, paths)) {
      if (!status) throw new DvcError('failed', l10n.t('{0} is in no DVC repository of this workspace.', group[0] ?? ''));
      const inStage = chosenOuts(status, group).find((out) => out.stage !== undefined);
      if (inStage)
        throw new DvcError('failed', l10n.t('{0} is made by the stage {1}: reproduce or commit that.', inStage.path, inStage.stage ?? ''));
      const done = await this.actor.act(title, (options) => this.actor.actions.add(status.root, group, options));
      if (!done) return;
      const [first = ''] = group;
      const said =
        group.length === 1
          ? l10n.t('{0} is tracked. Commit {1}.dvc with git.', visible(relative(status.root, first)), basename(first))
          : l10n.t('{0} data sets are tracked. Commit their .dvc files with git.', group.length);
      this.actor.tell(said, done);
    }
  }

  private async commit(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Commit Data');
    const status = await this.actor.repository(args);
    if (!status) return;
    const paths = pathsOf(dataTargets(args));
    const outs = chosenOuts(status, paths).filter((out) => out.workspace === 'modified');
    if (outs.length === 0) return void window.showInformationMessage(l10n.t('The data is as recorded: there is nothing to commit.'));
    // Of a data set, `add` and `commit` do the same; a stage's outs are recorded with its deps as they are now.
    const ofStages = outs.filter((out) => out.stage !== undefined);
    if (ofStages.length > 0 || paths === undefined) {
      const lines = outs
        .slice(0, 10)
        .map((out) => visible(out.path) + (out.stage === undefined ? '' : ` (${l10n.t('stage {0}', out.stage)})`));
      const detail = [
        [...lines, ...(outs.length > 10 ? [l10n.t('and {0} more', outs.length - 10)] : [])].join('\n'),
        ...(ofStages.length > 0
          ? [l10n.t('Stages are recorded as if they had made this from their dependencies as they are now, without being run.')]
          : []),
      ].join('\n\n');
      const question =
        outs.length === 1
          ? l10n.t('Commit {0} as it is?', visible(outs[0]?.path ?? ''))
          : l10n.t('Commit {0} data sets as they are?', outs.length);
      if (!(await this.actor.confirmed(question, detail, l10n.t('Commit Data')))) return;
    }
    const done = await this.actor.act(title, (options) => this.actor.actions.commit(status.root, outs, options));
    if (!done) return;
    const said =
      outs.length === 1
        ? l10n.t('{0} is recorded as it is. Commit {1} with git.', visible(outs[0]?.path ?? ''), basename(outs[0]?.recordedIn ?? ''))
        : l10n.t('{0} data sets are recorded as they are. Commit their .dvc files with git.', outs.length);
    this.actor.tell(said, done);
  }

  private async untrack(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Untrack Data');
    const status = await this.actor.repository(args);
    if (!status) return;
    const [target] = dataTargets(args);
    const address = target && 'address' in target ? target.address : await pickAddress(status, title);
    if (address === undefined) return;
    const plan = await this.actor.act(title, (options) => this.actor.actions.planRemove(status.root, address, options.signal));
    if (!plan || plan.outs.length === 0) return;
    const names = plan.outs.map((out) => visible(out.path)).join(', ');
    const keep = l10n.t('Keep the Data');
    const remove = l10n.t('Delete the Data Too');
    const detail = l10n.t('{0} goes. Undo brings it back.', address);
    const choice = await window.showWarningMessage(l10n.t('Stop tracking {0}?', names), { modal: true, detail }, keep, remove);
    if (choice === undefined) return;
    const data = choice === remove;
    if (data && !(await this.actor.mayKeep(title, plan))) return;
    const done = await this.actor.act(title, (options) => this.actor.actions.remove(plan, { data }, { ...options, keep: data }));
    if (done)
      this.actor.tell(data ? l10n.t('{0} is deleted and no longer tracked.', names) : l10n.t('{0} is no longer tracked.', names), done);
  }
}

/** The Explorer calls with the clicked file and all that are selected. */
function explorerPaths([clicked, selected]: readonly unknown[]): readonly string[] | undefined {
  if (!(clicked instanceof Uri)) return undefined;
  const all: readonly unknown[] = Array.isArray(selected) && selected.length > 0 ? (selected as unknown[]) : [clicked];
  return all.filter((each): each is Uri => each instanceof Uri && each.scheme === 'file').map(({ fsPath }) => fsPath);
}

async function pickPaths(title: string): Promise<readonly string[] | undefined> {
  const [first] = workspace.workspaceFolders ?? [];
  // One dialog offers both only on macOS.
  const kinds = [
    { label: l10n.t('A Folder'), folders: true },
    { label: l10n.t('Files'), folders: false },
  ];
  const kind = await window.showQuickPick(kinds, { title, placeHolder: l10n.t('What is to be tracked?') });
  if (!kind) return undefined;
  const chosen = await window.showOpenDialog({
    title,
    openLabel: l10n.t('Track'),
    canSelectFolders: kind.folders,
    canSelectFiles: !kind.folders,
    canSelectMany: true,
    ...(first ? { defaultUri: first.uri } : {}),
  });
  return chosen?.map(({ fsPath }) => fsPath);
}

async function pickAddress({ outs }: DataStatus, title: string): Promise<string | undefined> {
  const items = outs
    .filter((out) => out.stage === undefined)
    .map((out) => ({ label: visible(out.path), description: out.address, address: out.address }));
  return (await window.showQuickPick(items, { title, matchOnDescription: true }))?.address;
}

/** Paths by the innermost repository that they are in. */
function byRepository(repositories: readonly DataStatus[], paths: readonly string[]): Map<DataStatus | undefined, string[]> {
  const groups = new Map<DataStatus | undefined, string[]>();
  for (const path of paths) {
    const around = repositories.filter(({ root }) => isBelow(root, path)).sort((a, b) => b.root.length - a.root.length);
    groups.set(around[0], [...(groups.get(around[0]) ?? []), path]);
  }
  return groups;
}
