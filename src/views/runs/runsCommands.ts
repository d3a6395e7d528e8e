import { commands as vscodeCommands, env, l10n, Uri, window } from 'vscode';
import { invalid } from '../../core/errors';
import { TagName } from '../../core/tagNames';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { withoutLinks } from '../../host/notices';
import type { ArtifactDownloads } from '../../host/remotes/artifactDownloads';
import { isTrainingHere } from '../../host/runTags';
import type { StoreSource } from '../../host/stores';
import { ArtifactNode } from './artifactNode';
import { ExperimentNode } from './experimentNode';
import type { RunTargets } from './runTarget';
import type { RunsView } from './runsView';
import { TagNode } from './tagNode';

/** What can be done with runs: look, name, note, tag, delete, bring back. */
export class RunsCommands {
  constructor(
    private readonly targets: RunTargets,
    private readonly view: RunsView,
    private readonly stores: StoreSource,
    private readonly downloads: ArtifactDownloads,
    /** Shows a run where runs are listed, whatever is listed now. */
    private readonly reveal: (location: string, runId: string) => Promise<void>,
  ) {}

  register(commands: Commands): void {
    commands.register(CommandId.openRun, (...args) => this.open(args));
    commands.register(CommandId.renameRun, (...args) => this.rename(args));
    commands.register(CommandId.editNote, (...args) => this.editNote(args));
    commands.register(CommandId.setTag, (...args) => this.setTag(args));
    commands.register(CommandId.removeTag, (node) => this.removeTag(node));
    commands.register(CommandId.deleteRun, (...args) => this.delete(args));
    commands.register(CommandId.restoreRun, (...args) => this.restore(args));
    commands.register(CommandId.copyRunId, (...args) => this.copyId(args));
    commands.register(CommandId.copyValue, (node) => copyValue(node));
    commands.register(CommandId.loadMoreRuns, (node) => this.loadMore(node));
    commands.register(CommandId.showDeletedRuns, () => this.view.showDeleted(true));
    commands.register(CommandId.hideDeletedRuns, () => this.view.showDeleted(false));
    commands.register(CommandId.refreshRuns, () => this.view.reload());
    commands.register(CommandId.openArtifact, (node) => this.openArtifact(node));
    commands.register(CommandId.revealArtifact, (node) => this.revealArtifact(node));
    commands.register(CommandId.revealArtifacts, (...args) => this.revealArtifacts(args));
    commands.register(CommandId.revealStore, (node) => this.revealStore(node));
  }

  private async open(args: readonly unknown[]): Promise<void> {
    const target = await this.targets.one(args, l10n.t('Reveal Run'));
    if (target) await this.reveal(target.location, target.runId);
  }

  private async rename(args: readonly unknown[]): Promise<void> {
    const target = await this.targets.one(args, l10n.t('Rename Run'));
    if (!target) return;
    const run = await this.targets.runOf(target);
    const name = await window.showInputBox({
      title: l10n.t('Rename Run {0}', run.runName),
      value: run.runName,
      validateInput: (text) => (text.trim() === '' ? l10n.t('A run needs a name.') : undefined),
    });
    if (name !== undefined && name.trim() !== run.runName)
      await (await this.targets.engineOf(target)).runs.update(run.runId, { name: name.trim() });
  }

  private async editNote(args: readonly unknown[]): Promise<void> {
    const target = await this.targets.one(args, l10n.t('Edit Note'));
    if (!target) return;
    const run = await this.targets.runOf(target);
    const before = run.tags[TagName.note] ?? '';
    const note = await window.showInputBox({
      title: l10n.t('Note on Run {0}', run.runName),
      value: before,
      prompt: l10n.t('What is worth remembering of it; empty takes the note away'),
    });
    if (note === undefined || note === before) return;
    const { runs } = await this.targets.engineOf(target);
    if (note.trim() === '') await runs.deleteTag(run.runId, TagName.note);
    else await runs.logBatch(run.runId, { tags: { [TagName.note]: note.trim() } });
  }

  private async setTag(args: readonly unknown[]): Promise<void> {
    const [node] = args;
    const tag = node instanceof TagNode ? node : undefined;
    const targets = tag
      ? [{ location: tag.scope.store.location, runId: tag.runId }]
      : await this.targets.several(args, l10n.t('Set Tag of Runs'));
    if (targets.length === 0) return;
    const key =
      tag?.key ??
      (await window.showInputBox({ title: l10n.t('Set Tag (1/2): Name'), placeHolder: 'candidate', validateInput: tagNameProblem }));
    if (key === undefined) return;
    const value = await window.showInputBox({
      title: tag ? l10n.t('Value of {0}', key) : l10n.t('Set Tag (2/2): Value of {0}', key),
      value: tag?.value ?? '',
    });
    if (value === undefined) return;
    for (const target of targets)
      await (await this.targets.engineOf(target)).runs.logBatch(target.runId, { tags: { [key.trim()]: value } });
  }

  private async removeTag(node: unknown): Promise<void> {
    if (node instanceof TagNode) await node.scope.engine.runs.deleteTag(node.runId, node.key);
  }

  private async delete(args: readonly unknown[]): Promise<void> {
    const targets = await this.targets.several(args, l10n.t('Delete Runs'));
    if (targets.length === 0) return;
    const runs = await Promise.all(targets.map((target) => this.targets.runOf(target)));
    const [first] = runs;
    const training = runs.find(isTrainingHere);
    // The store refuses what a deleted run logs: the end of the training would be lost.
    if (training) throw invalid(l10n.t('{0} is still training: cancel it first, then delete it.', training.runName));
    const question = targets.length === 1 ? l10n.t('Delete run {0}?', first?.runName ?? '') : l10n.t('Delete {0} runs?', targets.length);
    const yes = l10n.t('Delete');
    const answer = await window.showWarningMessage(
      question,
      { modal: true, detail: l10n.t('Deleted runs stay in the store, out of sight, and can be restored.') },
      yes,
    );
    if (answer !== yes) return;
    for (const target of targets) await (await this.targets.engineOf(target)).runs.delete(target.runId);
    this.offerRestore(
      targets.length === 1 ? l10n.t('Run {0} is deleted.', first?.runName ?? '') : l10n.t('{0} runs are deleted.', targets.length),
      targets,
    );
  }

  private offerRestore(message: string, targets: readonly unknown[]): void {
    const restore = l10n.t('Restore');
    void window.showInformationMessage(withoutLinks(message), restore).then((choice) => {
      if (choice === restore) void vscodeCommands.executeCommand(CommandId.restoreRun, undefined, targets);
    });
  }

  private async restore(args: readonly unknown[]): Promise<void> {
    for (const target of await this.targets.several(args, l10n.t('Restore Runs')))
      await (await this.targets.engineOf(target)).runs.restore(target.runId);
  }

  private async copyId(args: readonly unknown[]): Promise<void> {
    const target = await this.targets.one(args, l10n.t('Copy Run Id'));
    if (target) await env.clipboard.writeText(target.runId);
  }

  private loadMore(node: unknown): void {
    if (!(node instanceof ExperimentNode)) return;
    node.more();
    this.view.refresh(node);
  }

  private async openArtifact(node: unknown): Promise<void> {
    if (!(node instanceof ArtifactNode)) return;
    const { scope, home, artifact } = node;
    const { location } = scope.engine.info;
    const path = scope.store.folder ? await this.localPath(node) : await this.downloads.fileOf(location, home, artifact);
    if (path !== undefined) await vscodeCommands.executeCommand('vscode.open', Uri.file(path), { preview: true });
  }

  private async revealArtifact(node: unknown): Promise<void> {
    if (node instanceof ArtifactNode) await revealInOs(await this.localPath(node));
  }

  private async localPath({ home, artifact }: ArtifactNode): Promise<string> {
    const path = await home.localPath(artifact.path);
    if (path === undefined) throw new Error(l10n.t('{0} is not on this machine.', artifact.path));
    return path;
  }

  private async revealArtifacts(args: readonly unknown[]): Promise<void> {
    const target = await this.targets.one(args, l10n.t('Reveal Artifacts'));
    if (!target) return;
    const path = await (await this.targets.engineOf(target)).artifacts.localPath(target.runId, '');
    if (path === undefined) throw new Error(l10n.t('The artifacts are not on this machine.'));
    await revealInOs(path);
  }

  private async revealStore(node: unknown): Promise<void> {
    const location =
      typeof node === 'object' && node !== null && 'store' in node
        ? (node.store as { location: string }).location
        : node instanceof ExperimentNode
          ? node.scope.store.location
          : undefined;
    const path = location ?? this.stores.all.find((store) => store.folder && store.exists)?.location;
    if (path === undefined) throw new Error(l10n.t('There is no store yet: train a model first.'));
    await revealInOs(path);
  }
}

async function copyValue(node: unknown): Promise<void> {
  if (typeof node === 'object' && node !== null && 'copyText' in node && typeof node.copyText === 'string')
    await env.clipboard.writeText(node.copyText);
}

async function revealInOs(path: string): Promise<void> {
  await vscodeCommands.executeCommand('revealFileInOS', Uri.file(path));
}

function tagNameProblem(text: string): string | undefined {
  if (text.trim() === '') return l10n.t('A tag needs a name.');
  if (!/^[\w.\-:/ ]+$/.test(text)) return l10n.t('Letters, digits, _ . - : / and spaces only.');
  if (/^(mlflow|mlTracking)\./.test(text.trim()))
    return l10n.t("Names that begin with 'mlflow.' or 'mlTracking.' are kept for bookkeeping.");
  return undefined;
}
