import { EventEmitter, type Event, type TreeDataProvider, type TreeItem } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { TrackingError } from '../../core/errors';
import type { ContextKeys } from '../../host/contextKeys';
import { Debounce } from '../../host/debounce';
import { Disposables } from '../../host/disposables';
import type { Failures } from '../../host/failures';
import type { Store } from '../../host/store';
import type { StoreChanges, StoreSource } from '../../host/stores';
import type { TreeNode } from '../treeNode';
import type { ExperimentNode } from './experimentNode';
import type { RunNode } from './runNode';
import type { RunsOptions, RunsSurroundings } from './runsScope';
import { StoreNode } from './storeNode';

/** A training writes many times a second; its row changes this often, in milliseconds. */
const PAUSE = 300;

/** The rows of the Runs view, and which of them change when a store does. */
export class RunsTree implements TreeDataProvider<TreeNode>, Disposable {
  private readonly held = new Disposables();
  private readonly changed = this.held.add(new EventEmitter<TreeNode | TreeNode[] | undefined>());
  private readonly refreshing: Debounce;
  private readonly stores = new Map<Store, StoreNode>();
  private pending = new Map<Store, Set<string>>();
  private stale = false;
  private visible = false;

  readonly onDidChangeTreeData: Event<TreeNode | TreeNode[] | undefined> = this.changed.event;

  constructor(
    private readonly source: StoreSource,
    private readonly options: RunsOptions,
    private readonly context: ContextKeys,
    private readonly surroundings: Pick<RunsSurroundings, 'servers' | 'offers'>,
    failures: Failures,
  ) {
    this.refreshing = this.held.add(
      new Debounce(
        PAUSE,
        () => this.refreshRuns(),
        (error) => failures.note('Refreshing runs', error),
      ),
    );
    this.held.add(source.onDidChangeStores(() => this.refresh()));
    this.held.add(source.onDidChange((event) => this.take(event)));
    for (const { onDidChange } of [surroundings.servers, surroundings.offers]) this.held.add(onDidChange(() => this.refresh()));
  }

  getTreeItem(node: TreeNode): TreeItem {
    return node.item();
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node) return this.childrenOf(node);
    const rows = await this.roots();
    this.context.set('mlTracking.runs.state', rows.length > 0 ? 'filled' : 'empty');
    return rows;
  }

  private async childrenOf(node: TreeNode): Promise<TreeNode[]> {
    try {
      return (await node.children()) ?? [];
    } catch (error) {
      // A server has gone: its own row says so, and everything is read again when it is back.
      if (error instanceof TrackingError && error.code === 'TEMPORARILY_UNAVAILABLE') return [];
      throw error;
    }
  }

  /** Reads all, or a row with what is under it, again. */
  refresh(node?: TreeNode): void {
    this.changed.fire(node);
  }

  /** While nobody sees the rows, nothing is read for them. */
  setVisible(visible: boolean): void {
    this.visible = visible;
    if (visible && this.stale) this.refresh();
    if (visible) this.stale = false;
  }

  /** Draws experiments and their runs again, for their ages. */
  redraw(): void {
    const nodes = this.experimentNodes();
    if (nodes.length > 0) this.changed.fire([...nodes]);
  }

  /** The row of a run, loaded if need be; undefined when the store has no such run in view. */
  async findRun(location: string, runId: string): Promise<RunNode | undefined> {
    const store = this.source.at(location);
    if (!store) return undefined;
    await this.roots();
    const node = this.nodeOf(store);
    await node.children();
    const engine = store.engine;
    if (!engine) return undefined;
    const { experimentId } = await engine.runs.get(runId);
    return node.experimentNodes.find((one) => one.experiment.experimentId === experimentId)?.find(runId);
  }

  private async roots(): Promise<TreeNode[]> {
    const several = this.source.all.length > 1;
    for (const [store, node] of this.stores)
      if (!this.source.all.includes(store) || node.standsAbove !== several) this.stores.delete(store);
    const rows = await Promise.all(
      this.source.all.map(async (store) => {
        const node = this.nodeOf(store);
        const children = await node.children();
        return children.length > 0 && several ? [node] : children;
      }),
    );
    return rows.flat();
  }

  private nodeOf(store: Store): StoreNode {
    const known = this.stores.get(store);
    if (known) return known;
    const node = new StoreNode(store, this.options, this.source.all.length > 1, this.surroundings);
    this.stores.set(store, node);
    return node;
  }

  private experimentNodes(): readonly ExperimentNode[] {
    return [...this.stores.values()].flatMap((node) => node.experimentNodes);
  }

  private take({ store, changes }: StoreChanges): void {
    if (!this.visible) {
      this.stale = true;
      return;
    }
    if (changes.some((change) => change.kind === 'experiment')) this.refresh();
    // A new version of a model shows under its run, and doesn't say which.
    if (changes.some((change) => change.kind === 'registeredModel')) this.redraw();
    const runs = this.pending.get(store) ?? new Set();
    this.pending.set(store, runs);
    for (const change of changes) if ('runId' in change && change.runId !== undefined) runs.add(change.runId);
    if (runs.size > 0) this.refreshing.request();
  }

  /** Draws what has changed again: known runs alone, new ones with their experiment. */
  private async refreshRuns(): Promise<void> {
    const pending = this.pending;
    this.pending = new Map();
    const rows = new Set<TreeNode>();
    for (const [store, runIds] of pending) {
      const { engine } = store;
      const experiments = this.stores.get(store)?.experimentNodes ?? [];
      if (!engine) continue;
      for (const runId of runIds) {
        const run = await engine.runs.get(runId);
        const experiment = experiments.find((node) => node.experiment.experimentId === run.experimentId);
        const known = experiment?.runNode(runId);
        if (!experiment) return this.refresh();
        if (known && (run.lifecycleStage === known.run.lifecycleStage || this.options.showDeleted)) {
          known.run = run;
          rows.add(known);
        } else if (known || run.lifecycleStage === 'active' || this.options.showDeleted) {
          if (!known && run.startTime > (experiment.newest?.startTime ?? 0)) experiment.newest = run;
          rows.add(experiment);
        }
      }
    }
    if ([...rows].some((row) => row.parent && rows.has(row.parent)) || this.context.get('mlTracking.runs.state') === 'empty')
      this.refresh();
    else if (rows.size > 0) this.changed.fire([...rows]);
  }

  dispose(): void {
    this.held.dispose();
  }
}
