import { join } from 'node:path';
import { l10n, window, type QuickPickItem } from 'vscode';
import type { CodeReader } from '../../code/reader';
import { isNewer } from '../../code/revisionAge';
import { revision, WORKING_TREE, type FileDifference, type Side } from '../../code/side';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { mayExecute } from '../../host/trust';
import type { CodeComparer } from '../../lineage/codeChanges';
import type { RunTargets } from '../runs/runTarget';
import { nothingBefore, openChanges } from './changesEditor';
import type { CodeActor } from './codeActor';
import type { Repository } from './codeSections';
import { codeTargets, revisionName, revisionOf, type CodeTarget } from './codeTarget';
import { visible } from './codeText';
import { revisionItems, type RevisionItem } from './revisionPick';

interface NamedSide {
  readonly name: string;
  readonly side: Side;
}

/** Shows what differs between any two of commit, branch, tag, run and the working tree; and what one commit changed. */
export class CompareCommands {
  constructor(
    private readonly actor: CodeActor,
    private readonly reader: CodeReader,
    private readonly comparer: CodeComparer,
    private readonly runs: RunTargets,
  ) {}

  register(commands: Commands): void {
    commands.register(CommandId.compareCode, (...args) => this.compare(args));
    commands.register(CommandId.openCommit, (...args) => this.openCommit(args));
    commands.register(CommandId.openSubmodule, (...args) => this.openSubmodule(args));
  }

  private async openCommit(args: readonly unknown[]): Promise<void> {
    const [target] = codeTargets(args);
    const name = revisionOf(target);
    if (!target || name === undefined || !(await mayExecute(l10n.t('Open Commit')))) return;
    const [commit] = await this.reader.log(target.root, { revision: name, max: 1 });
    if (!commit) return;
    const [parent] = commit.parents;
    const to = revision(commit.hash);
    const title = `${commit.hash.slice(0, 8)} ${visible(commit.subject)}`;
    const from = parent === undefined ? nothingBefore(commit.hash) : revision(parent);
    const path = target.kind === 'commit' ? target.path : undefined;
    const read = (paths?: readonly string[]): Promise<FileDifference[]> =>
      this.reader.diff(target.root, from, to, { count: false, ...(paths && { paths }) });
    const ofFile = path === undefined ? [] : await read([path.replace(/\/$/, '')]);
    // A file that was called otherwise then is shown among the others.
    const files = ofFile.length > 0 ? ofFile : await read();
    await openChanges(this.reader, title, { root: target.root, from, to }, files);
  }

  /** What a changed submodule has otherwise than it is recorded: its own files, between the two commits or to its working tree. */
  private async openSubmodule(args: readonly unknown[]): Promise<void> {
    const [target] = codeTargets(args);
    if (target?.kind !== 'submodule' || !(await mayExecute(l10n.t('Open Changes')))) return;
    const { root: outer, path, from, to } = target;
    const root = join(outer, path);
    const name = visible(path);
    if (from !== undefined && (await this.reader.commit(root, from)) === undefined)
      throw new Error(l10n.t('The commit {0} of {1} is not here: `git submodule update --init` gets it.', from.slice(0, 8), name));
    const after = to === undefined ? WORKING_TREE : revision(to);
    const before = from === undefined ? nothingBefore(to ?? '') : revision(from);
    const files = await this.reader.diff(root, before, after, { count: false, untracked: true });
    const [old, now] = [from?.slice(0, 8) ?? l10n.t('new'), to?.slice(0, 8) ?? l10n.t('Working Tree')];
    await openChanges(this.reader, `${name}: ${old} → ${now}`, { root, from: before, to: after }, files);
  }

  /** Two selected rows from the older to the newer one, or a row and what a person picks, or two picks. */
  private async compare(args: readonly unknown[]): Promise<void> {
    const repository = await this.actor.repository(args);
    if (!repository) return;
    const { root } = repository.status;
    const given = codeTargets(args).filter((target) => target.root === root && revisionOf(target) !== undefined);
    const [one, other] = given.map(sideOf);
    const first = one ?? (await this.pick(repository, l10n.t('Compare: From')));
    if (!first) return;
    const second = other ?? (await this.pick(repository, l10n.t('Compare {0} With', first.name)));
    if (!second) return;
    // Rows come in the order in which they were selected.
    const turned = one && other && (await isNewer(this.reader, root, one.revision, other.revision));
    const [from, to] = turned ? [second, first] : [first, second];
    const untracked = to.side.kind === 'workingTree' || from.side.kind === 'workingTree';
    const files = await this.reader.diff(root, from.side, to.side, { count: false, untracked });
    await openChanges(this.reader, l10n.t('{0} ↔ {1}', from.name, to.name), { root, from: from.side, to: to.side }, files);
  }

  private async pick(repository: Repository, title: string): Promise<NamedSide | undefined> {
    const here: QuickPickItem = { label: `$(files) ${l10n.t('Working Tree')}`, description: l10n.t('the files as they are now') };
    const run: QuickPickItem = { label: `$(beaker) ${l10n.t('Run…')}`, description: l10n.t('the code that a run was made with') };
    const items = async (): Promise<(RevisionItem | QuickPickItem)[]> => [
      here,
      run,
      ...(await revisionItems(this.reader, repository, ['branch', 'remoteBranch', 'tag', 'commit'])),
    ];
    const choice = await window.showQuickPick(items(), { title, matchOnDescription: true });
    if (choice === here) return { name: l10n.t('Working Tree'), side: WORKING_TREE };
    if (choice === run) return this.pickRun(repository, title);
    return choice && 'target' in choice ? sideOf(choice.target) : undefined;
  }

  private async pickRun({ status: { root } }: Repository, title: string): Promise<NamedSide | undefined> {
    const target = await this.runs.one([{}], title);
    if (!target) return undefined;
    const [engine, run] = await Promise.all([this.runs.engineOf(target), this.runs.runOf(target)]);
    const { side } = await this.comparer.sideOf(engine, run, root);
    return { name: run.runName, side };
  }
}

function sideOf(target: CodeTarget): NamedSide & { readonly revision: string } {
  const named = revisionOf(target) ?? 'HEAD';
  return { name: revisionName(target), side: revision(named), revision: named };
}
