import { l10n, type TreeView } from 'vscode';
import type { CodeReader } from '../../code/reader';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { mayExecute } from '../../host/trust';
import type { CodeComparer } from '../../lineage/codeChanges';
import { runCode } from '../../lineage/runCode';
import type { RunTarget, RunTargets } from '../runs/runTarget';
import { revealTreeRow } from '../revealRow';
import type { TreeRow } from '../treeRow';
import type { CodeActor } from './codeActor';
import { codeTargets } from './codeTarget';
import type { CodeView } from './codeView';

export interface DependencySurroundings {
  readonly actor: CodeActor;
  readonly view: CodeView;
  readonly tree: TreeView<TreeRow>;
  readonly reader: CodeReader;
  readonly comparer: CodeComparer;
  readonly runs: RunTargets;
}

/** Compares the dependencies of the working tree with those of a run. */
export class DependencyCommands {
  constructor(private readonly parts: DependencySurroundings) {}

  register(commands: Commands): void {
    commands.register(CommandId.compareDependencies, (...args) => this.compare(args));
    commands.register(CommandId.stopComparingDependencies, (...args) => this.stop(args));
  }

  private async compare(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Show Dependency Changes Since Run');
    const { view, tree, comparer, runs } = this.parts;
    if (!(await mayExecute(title))) return;
    const [target] = codeTargets(args);
    const chosen = await this.chosen(args, target?.root, title);
    if (!chosen) return;
    const [engine, run] = await Promise.all([runs.engineOf(chosen), runs.runOf(chosen)]);
    const root = target?.root ?? (await this.rootOf(runCode(run).commit));
    if (root === undefined) return;
    const { side, incomplete } = await comparer.sideOf(engine, run, root);
    const row = await view.compareDependencies(root, { runId: run.runId, runName: run.runName, side, incomplete });
    if (row) await revealTreeRow(tree, row);
  }

  private async stop(args: readonly unknown[]): Promise<void> {
    const [target] = codeTargets(args);
    const roots = target ? [target.root] : (await this.parts.actor.all()).map(({ status }) => status.root);
    for (const root of roots) await this.parts.view.compareDependencies(root, undefined);
  }

  /** The run whose row it is, else the one that is selected in the Runs view (unless it is compared with already), else the one that is picked. */
  private async chosen(args: readonly unknown[], root: string | undefined, title: string): Promise<RunTarget | undefined> {
    const { runs, view } = this.parts;
    if (root === undefined) return runs.one(args, title);
    const selected = await runs.several([], title, 0);
    const [only] = selected.length === 1 ? selected : [];
    return only && only.runId !== view.baseOf(root)?.runId ? only : runs.one([{}], title);
  }

  /** The repository of the workspace that has the commit, else the one that a person picks. */
  private async rootOf(commit: string | undefined): Promise<string | undefined> {
    const { actor, reader } = this.parts;
    if (commit !== undefined)
      for (const { status } of await actor.all()) if ((await reader.commit(status.root, commit)) !== undefined) return status.root;
    return (await actor.repository([]))?.status.root;
  }
}
