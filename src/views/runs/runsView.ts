import { window, type TreeView } from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { Configuration } from '../../host/configuration';
import type { ContextKeys } from '../../host/contextKeys';
import { Disposables } from '../../host/disposables';
import type { Failures } from '../../host/failures';
import type { Store } from '../../host/store';
import type { StoreSource } from '../../host/stores';
import { revealRow } from '../revealRow';
import type { TreeNode } from '../treeNode';
import { RunNode } from './runNode';
import type { RunsSurroundings } from './runsScope';
import { RunsTree } from './runsTree';

const MINUTE = 60_000;

/** The Runs view: what was trained, newest first, live. */
export class RunsView implements Disposable {
  private readonly held = new Disposables();
  private readonly tree: RunsTree;
  private readonly view: TreeView<TreeNode>;
  private deletedShown = false;
  private clock: NodeJS.Timeout | undefined;

  constructor(
    private readonly stores: StoreSource,
    configuration: Configuration,
    private readonly context: ContextKeys,
    failures: Failures,
    surroundings: RunsSurroundings,
  ) {
    const shown = (): boolean => this.deletedShown;
    const options = {
      get showDeleted() {
        return shown();
      },
      now: () => Date.now(),
      headlineMetric: (store: Store) => configuration.headlineMetric(store.folder),
    };
    this.tree = this.held.add(new RunsTree(stores, options, context, surroundings, failures));
    this.view = this.held.add(
      window.createTreeView<TreeNode>('mlTracking.runs', { treeDataProvider: this.tree, canSelectMany: true, showCollapseAll: true }),
    );
    this.held.add(this.view.onDidChangeVisibility(({ visible }) => this.follow(visible)));
    this.held.add(this.view.onDidChangeSelection(({ selection }) => this.noteSelection(selection)));
    this.held.add(configuration.onDidChange(() => this.tree.redraw()));
    this.held.add(stores.onDidChangeStores(() => (this.view.description = surroundings.subtitle())));
    this.view.description = surroundings.subtitle();
    this.follow(this.view.visible);
  }

  get selection(): readonly TreeNode[] {
    return this.view.selection;
  }

  /** The rows at the top, as they are now. */
  rows(): Promise<readonly TreeNode[]> {
    return this.tree.getChildren();
  }

  refresh(node?: TreeNode): void {
    this.tree.refresh(node);
  }

  /** Reads the stores again, also those that could not be read. */
  async reload(): Promise<void> {
    await this.stores.reload();
    this.tree.refresh();
  }

  showDeleted(shown: boolean): void {
    this.deletedShown = shown;
    this.context.set('mlTracking.deletedRunsShown', shown);
    this.tree.refresh();
  }

  /** Shows a run's row, opened. */
  async reveal(location: string, runId: string): Promise<void> {
    const find = async (): Promise<TreeNode> => {
      const node = await this.tree.findRun(location, runId);
      if (!node) throw new Error(`Run ${runId} is not in the list: it may be deleted.`);
      return node;
    };
    await revealRow(
      this.view,
      find,
      (node) => node.item().id,
      () => this.tree.refresh(),
    );
  }

  private noteSelection(selection: readonly TreeNode[]): void {
    const runs = selection.filter((node) => node instanceof RunNode).length;
    if (runs > 0) this.context.set('mlTracking.runSelected', true);
    this.context.set('mlTracking.onlyRunsSelected', runs > 0 && runs === selection.length);
  }

  private follow(visible: boolean): void {
    this.tree.setVisible(visible);
    clearInterval(this.clock);
    if (!visible) return;
    // Ages are told in minutes.
    this.clock = setInterval(() => this.tree.redraw(), MINUTE);
    this.clock.unref();
  }

  dispose(): void {
    clearInterval(this.clock);
    this.held.dispose();
  }
}
