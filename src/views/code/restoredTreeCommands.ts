import { basename } from 'node:path';
import { commands as vscodeCommands, l10n, Uri, window } from 'vscode';
import type { CodeReader } from '../../code/reader';
import { isClean, RestoredTrees, type IgnoredLosses, type RestoredTree } from '../../code/restoredTrees';
import { formatAge } from '../../core/format';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { withoutLinks } from '../../host/notices';
import { listed, type CodeActor } from './codeActor';
import { codeTargets } from './codeTarget';
import { visible } from './codeText';

/** Opens and removes the working trees that were made for runs. */
export class RestoredTreeCommands {
  private readonly trees: RestoredTrees;

  constructor(
    private readonly actor: CodeActor,
    reader: CodeReader,
    losses: IgnoredLosses,
  ) {
    this.trees = new RestoredTrees(reader, actor.runner, losses);
  }

  register(commands: Commands): void {
    commands.register(CommandId.openRestoredTree, (...args) => this.open(args));
    commands.register(CommandId.removeRestoredTrees, (...args) => this.remove(args));
  }

  private async open(args: readonly unknown[]): Promise<void> {
    const [target] = codeTargets(args);
    if (target?.kind !== 'restoredTree') return;
    await vscodeCommands.executeCommand('vscode.openFolder', Uri.file(target.folder), { forceNewWindow: true });
  }

  /** Those of the rows, else those that a person picks. What would lose somebody's work stays, and it is said why. */
  private async remove(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Remove Restored Working Trees');
    const repository = await this.actor.repository(args);
    if (!repository) return;
    const { root } = repository.status;
    const found = await this.actor.actLong(title, async (signal) => {
      const gone = await this.trees.prune(root, { signal });
      return { gone, trees: (await this.trees.list(root, { signal })).filter(({ folder }) => folder !== root) };
    });
    if (!found) return;
    const wanted = new Set(codeTargets(args).flatMap((target) => (target.kind === 'restoredTree' ? [target.folder] : [])));
    const rows = found.trees.filter(({ folder }) => wanted.has(folder));
    const chosen = wanted.size > 0 ? rows : await this.pick(found.trees, found.gone.length, title);
    if (!chosen || chosen.length === 0) return;
    const kept = chosen.filter((tree) => !isClean(tree));
    const going = chosen.filter(isClean);
    const reasons = kept.map((tree) => `${visible(tree.folder)}: ${stateText(tree)}`);
    if (going.length === 0) throw new Error(l10n.t('Left alone, since work in it would be lost: {0}', reasons.join('; ')));
    const lost = await this.lost(root, going, title);
    if (!lost) return;
    const ignored = going.flatMap((tree) => (lost.get(tree) ?? []).map((path) => visible(`${basename(tree.folder)}/${path}`)));
    const detail = [
      listed(going.map(({ folder }) => visible(folder))),
      ...(ignored.length > 0 ? [`${l10n.t('Deleted for good, as git ignores them and nothing else has them:')}\n${listed(ignored)}`] : []),
      ...(reasons.length > 0 ? [`${l10n.t('Left alone, since work in it would be lost:')}\n${listed(reasons)}`] : []),
      l10n.t('Nothing else is lost: Restore Run’s Code makes them again.'),
    ].join('\n\n');
    const question =
      going.length === 1
        ? l10n.t('Remove the working tree {0}?', visible(basename(going[0]?.folder ?? '')))
        : l10n.t('Remove {0} working trees?', going.length);
    if (!(await this.actor.confirmed(question, detail, l10n.t('Remove')))) return;
    // Each is looked at once more: somebody may have begun to work in it.
    const removed = await this.actor.actLong(title, async (signal) => {
      for (const tree of going) await this.trees.remove(root, tree.folder, { ignored: lost.get(tree) ?? [], signal });
      return going.length;
    });
    if (removed) void window.showInformationMessage(withoutLinks(removedText(going)));
  }

  /** What of each would be lost for good. */
  private lost(root: string, trees: readonly RestoredTree[], title: string): Promise<Map<RestoredTree, readonly string[]> | undefined> {
    const found = new Map<RestoredTree, readonly string[]>();
    if (trees.every(({ ignored }) => ignored.length === 0)) return Promise.resolve(found);
    return this.actor.actLong(title, async (signal) => {
      for (const tree of trees) found.set(tree, await this.trees.lost(root, tree, { signal }));
      return found;
    });
  }

  private async pick(trees: readonly RestoredTree[], gone: number, title: string): Promise<readonly RestoredTree[] | undefined> {
    const pruned = l10n.t('{0} that were deleted by hand are off git’s list.', gone);
    if (trees.length === 0) {
      const none = l10n.t('There is no working tree that was made for a run.');
      return void window.showInformationMessage(gone > 0 ? pruned : none);
    }
    const now = Date.now();
    const items = trees.map((tree) => ({
      label: visible(tree.run?.name ?? basename(tree.folder)),
      description: `${stateText(tree)} · ${formatAge(tree.time, now)}`,
      detail: visible(tree.folder),
      picked: isClean(tree) && tree.ignored.length === 0,
      tree,
    }));
    const options = { title, canPickMany: true, matchOnDescription: true, matchOnDetail: true } as const;
    const placeHolder = gone > 0 ? pruned : l10n.t('Those with changes or commits of their own stay');
    return (await window.showQuickPick(items, { ...options, placeHolder }))?.map(({ tree }) => tree);
  }
}

function removedText(trees: readonly RestoredTree[]): string {
  const [only] = trees;
  return trees.length === 1 && only
    ? l10n.t('{0} is removed.', visible(only.folder))
    : l10n.t('{0} working trees are removed.', trees.length);
}

function stateText({ place, locked, changed, ignored, holdsCommits }: RestoredTree): string {
  if (place !== 'there') return place === 'gone' ? l10n.t('deleted by hand') : l10n.t('not to be reached');
  const parts = [
    ...(changed.length > 0 ? [l10n.t('{0} changed since', listed(changed.map(visible), 3).replaceAll('\n', ', '))] : []),
    ...(holdsCommits ? [l10n.t('commits of its own')] : []),
    ...(locked ? [l10n.t('locked')] : []),
    ...(ignored.length > 0 ? [l10n.t('files that git ignores')] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : l10n.t('as it was restored');
}
