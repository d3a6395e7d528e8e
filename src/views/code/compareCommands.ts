import { l10n, window, type QuickPickItem } from 'vscode';
import type { CodeReader } from '../../code/reader';
import { revision, WORKING_TREE, type Side } from '../../code/side';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { mayExecute } from '../../host/trust';
import type { CodeComparer } from '../../lineage/codeChanges';
import type { RunTargets } from '../runs/runTarget';
import { openChanges } from './changesEditor';
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
    // The first commit is compared with nothing at all.
    const files =
      parent === undefined
        ? await this.firstFiles(target.root, commit.hash)
        : await this.reader.diff(target.root, revision(parent), to, { count: false });
    await openChanges(title, target.root, revision(parent ?? commit.hash), to, files);
  }

  private async firstFiles(root: string, hash: string): ReturnType<CodeReader['diff']> {
    const paths = await this.reader.files(root, revision(hash), []);
    return paths.map((path) => ({
      kind: 'added',
      before: undefined,
      after: { path, mode: '100644', hash: undefined },
      added: undefined,
      removed: undefined,
      binary: false,
    }));
  }

  /** Two selected rows, or a row and what a person picks, or two picks. */
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
    // Of two rows the upper one is the newer.
    const [from, to] = other ? [second, first] : [first, second];
    const untracked = to.side.kind === 'workingTree' || from.side.kind === 'workingTree';
    const files = await this.reader.diff(root, from.side, to.side, { count: false, untracked });
    await openChanges(l10n.t('{0} ↔ {1}', from.name, to.name), root, from.side, to.side, files);
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

function sideOf(target: CodeTarget): NamedSide {
  return { name: revisionName(target), side: revision(revisionOf(target) ?? 'HEAD') };
}
