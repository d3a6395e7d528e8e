import { join } from 'node:path';
import { l10n, window, type QuickPickItem } from 'vscode';
import { formatBytes } from '../../core/format';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { saveAll, unsavedIn } from '../../host/unsavedFiles';
import { listed, type CodeActor } from './codeActor';
import type { Repository } from './codeSections';
import { codeTargets, type ChangeGroup } from './codeTarget';
import { visible } from './codeText';
import { marksAccepted, settleStaged } from './commitQuestions';
import type { KeptCommands } from './keptCommands';
import { inTurn } from './undoStack';

interface ChosenFiles {
  readonly root: string;
  readonly paths: readonly string[];
}

/** Stages, unstages, discards, and commits. */
export class ChangeCommands {
  constructor(
    private readonly actor: CodeActor,
    private readonly kept: KeptCommands,
  ) {}

  register(commands: Commands): void {
    commands.register(CommandId.stageChanges, (...args) => this.stage(args));
    commands.register(CommandId.unstageChanges, (...args) => this.unstage(args));
    commands.register(CommandId.discardChanges, (...args) => this.discard(args));
    commands.register(CommandId.commitChanges, (...args) => this.commit(args));
    commands.register(CommandId.undoCode, () => this.actor.undoLast());
  }

  private async stage(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Stage Changes');
    const chosen = await this.files(args, ['conflicted', 'changed', 'untracked'], title);
    if (!chosen) return;
    const done = await this.actor.act(title, () => this.actor.runner.stage(chosen.root, chosen.paths));
    if (done) this.actor.noteUndo(countedText(chosen.paths, l10n.t('staged')), done.undo);
  }

  private async unstage(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Unstage Changes');
    const chosen = await this.files(args, ['staged'], title);
    if (!chosen) return;
    const done = await this.actor.act(title, () => this.actor.runner.unstage(chosen.root, chosen.paths));
    if (done) this.actor.noteUndo(countedText(chosen.paths, l10n.t('unstaged')), done.undo);
  }

  private async discard(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Discard Changes');
    const chosen = await this.files(args, ['changed', 'untracked'], title);
    if (!chosen) return;
    const { root, paths } = chosen;
    const losses = await this.actor.act(title, () => this.actor.runner.losses(root, paths));
    if (!losses) return;
    const { changed, untracked, bytes } = losses;
    const all = [...changed, ...untracked];
    if (all.length === 0) return;
    const parts = [
      changed.length === 0 ? '' : `${l10n.t('Changes that go:')}\n${listed(changed.map(visible))}`,
      untracked.length === 0 ? '' : `${l10n.t('Files that are deleted, as git does not know them:')}\n${listed(untracked.map(visible))}`,
    ];
    const places = new Set(all.map((path) => join(root, path)));
    const unsaved = (await unsavedIn(root)).filter(({ path }) => places.has(path));
    const detail = [
      ...parts.filter((part) => part !== ''),
      ...(unsaved.length > 0 ? [l10n.t('What the editor holds unsaved goes, too: it is saved first, so that it is kept.')] : []),
      l10n.t('All of it ({0}) is kept: Restore Discarded brings it back.', formatBytes(bytes)),
    ];
    const question = all.length === 1 ? l10n.t('Discard {0}?', visible(all[0] ?? '')) : l10n.t('Discard {0} files?', all.length);
    if (!(await this.actor.confirmed(question, detail.join('\n\n'), l10n.t('Discard')))) return;
    await saveAll(unsaved);
    const done = await this.actor.act(title, () => this.actor.runner.discard(root, paths));
    if (!done?.kept) return;
    this.kept.note(root);
    const said = all.length === 1 ? l10n.t('{0} was discarded.', visible(all[0] ?? '')) : l10n.t('{0} files were discarded.', all.length);
    this.actor.offerUndo(said, done.undo);
  }

  private async commit(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Commit Changes');
    const found = await this.actor.repository(args);
    if (!found) return;
    if (found.status.conflicted.length > 0) throw new Error(l10n.t('There are conflicts: resolve and stage them first.'));
    const settled = await this.settled(found);
    if (!settled) return;
    const { status, nested } = settled.repository;
    const { root, staged, changed, untracked, operation } = status;
    const ends = operation?.kind === 'merge' || operation?.kind === 'revert' || operation?.kind === 'cherry-pick';
    let { toStage } = settled;
    if (staged.length === 0 && !ends) {
      toStage = [...changed.map(({ path }) => path), ...untracked.filter((path) => !nested.has(path))];
      if (toStage.length === 0) return void window.showInformationMessage(l10n.t('There is nothing to commit.'));
      const detail = l10n.t('Nothing is staged. These would be committed: {0}', `\n${listed(toStage.map(visible))}`);
      if (!(await this.actor.confirmed(l10n.t('Stage all changes and commit them?'), detail, l10n.t('Stage All and Commit')))) return;
    }
    if (operation && !(await marksAccepted(this.actor, root, l10n.t('Commit Anyway')))) return;
    const message = await window.showInputBox({
      title,
      prompt: l10n.t('What the commit does, e.g. Widen the second layer'),
      placeHolder: l10n.t('Message'),
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? l10n.t('A commit needs a message.') : undefined),
    });
    if (message === undefined) return;
    const done = await this.actor.act(title, async () => {
      const stagedNow = toStage.length > 0 ? await this.actor.runner.stage(root, toStage) : undefined;
      const committed = await this.actor.runner.commit(root, message);
      return { hash: committed.hash, undo: inTurn([committed.undo, ...(stagedNow ? [stagedNow.undo] : [])]) };
    });
    if (done) this.actor.offerUndo(l10n.t('Committed {0}: {1}', done.hash.slice(0, 8), message.split('\n', 1)[0] ?? ''), done.undo);
  }

  /** Where editors hold more of what is to be committed than the disk, asks. */
  private async settled(before: Repository): Promise<{ readonly repository: Repository; readonly toStage: readonly string[] } | undefined> {
    const { root, staged } = before.status;
    const places = new Set(staged.map(({ path }) => join(root, path)));
    const unsaved = (await unsavedIn(root)).filter(({ path }) => staged.length === 0 || places.has(path));
    const question = { save: l10n.t('Save All and Commit'), without: l10n.t('Commit Without Saving') };
    const toStage = await settleStaged(before.status, unsaved, question);
    if (toStage === undefined || unsaved.length === 0) return toStage && { repository: before, toStage };
    const repository = await this.actor.repository([{ about: { kind: 'repository', root } }]);
    return repository && { repository, toStage };
  }

  /** The files that a command is about: its rows', else those that a person picks of the groups. */
  private async files(args: readonly unknown[], groups: readonly ChangeGroup[], title: string): Promise<ChosenFiles | undefined> {
    const targets = codeTargets(args);
    const root = targets[0]?.root;
    const fit = targets.filter((target) => (target.kind === 'file' || target.kind === 'group') && groups.includes(target.group));
    const paths = fit.filter((target) => target.root === root).flatMap(pathsOf);
    if (root !== undefined && paths.length > 0) return { root, paths: [...new Set(paths)] };
    const repository = await this.actor.repository(args);
    return repository && pickFiles(repository, groups, title);
  }
}

/** `train.py: staged` */
function countedText(paths: readonly string[], what: string): string {
  const [only] = paths;
  return `${paths.length === 1 && only !== undefined ? visible(only) : l10n.t('{0} files', paths.length)}: ${what}`;
}

function pathsOf(target: ReturnType<typeof codeTargets>[number]): readonly string[] {
  if (target.kind === 'group') return target.paths;
  if (target.kind !== 'file') return [];
  return target.from === undefined ? [target.path] : [target.from, target.path];
}

async function pickFiles({ status, nested }: Repository, groups: readonly ChangeGroup[], title: string): Promise<ChosenFiles | undefined> {
  const items: (QuickPickItem & { readonly path: string })[] = groups.flatMap((group) =>
    offered(group).map((file) =>
      typeof file === 'string'
        ? { label: visible(file), description: l10n.t('untracked'), path: file }
        : { label: visible(file.path), description: file.kind, path: file.path },
    ),
  );
  if (items.length === 0) return void window.showInformationMessage(l10n.t('There is no such change.'));
  const chosen = await window.showQuickPick(items, { title, canPickMany: true, matchOnDescription: true });
  return chosen && chosen.length > 0 ? { root: status.root, paths: chosen.map(({ path }) => path) } : undefined;

  /** Repositories of their own are left alone. */
  function offered(group: ChangeGroup): readonly (string | { readonly path: string; readonly kind: string })[] {
    return group === 'untracked' ? status.untracked.filter((path) => !nested.has(path)) : status[group];
  }
}
