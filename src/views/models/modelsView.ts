import { EventEmitter, window, type Event, type TreeDataProvider, type TreeItem, type TreeView } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { TrackingError } from '../../core/errors';
import type { ContextKeys } from '../../host/contextKeys';
import { Debounce } from '../../host/debounce';
import { Disposables } from '../../host/disposables';
import type { Failures } from '../../host/failures';
import { everyItem } from '../../store/pages';
import type { Store } from '../../host/store';
import type { StoreSource } from '../../host/stores';
import type { TreeNode } from '../treeNode';
import { noneWhereUnknown } from '../unknownPart';
import { RegisteredModelNode } from './registeredModelNode';

const PAUSE = 300;

/** The Models view: what was kept of the runs, by name and version. */
export class ModelsView implements TreeDataProvider<TreeNode>, Disposable {
  private readonly held = new Disposables();
  private readonly changed = this.held.add(new EventEmitter<TreeNode | undefined>());
  private readonly view: TreeView<TreeNode>;

  readonly onDidChangeTreeData: Event<TreeNode | undefined> = this.changed.event;

  constructor(
    private readonly stores: StoreSource,
    private readonly context: ContextKeys,
    failures: Failures,
    subtitle: () => string | undefined = () => undefined,
  ) {
    this.view = this.held.add(window.createTreeView<TreeNode>('mlTracking.models', { treeDataProvider: this, showCollapseAll: true }));
    // Models change seldom: all rows are read again, and VS Code draws those that differ.
    const refreshing = this.held.add(
      new Debounce(
        PAUSE,
        async () => this.refresh(),
        (error) => failures.note('Refreshing models', error),
      ),
    );
    this.held.add(stores.onDidChangeStores(() => refreshing.request()));
    this.held.add(stores.onDidChangeStores(() => (this.view.description = subtitle())));
    this.view.description = subtitle();
    this.held.add(stores.onDidChange(({ changes }) => changes.some(({ kind }) => kind === 'registeredModel') && refreshing.request()));
  }

  get selection(): readonly TreeNode[] {
    return this.view.selection;
  }

  refresh(): void {
    this.changed.fire(undefined);
  }

  getTreeItem(node: TreeNode): TreeItem {
    return node.item();
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node) return (await node.children()) ?? [];
    const rows = (await Promise.all(this.stores.all.map((store) => this.modelsOf(store)))).flat();
    this.context.set('mlTracking.models.state', rows.length > 0 ? 'filled' : 'empty');
    return rows;
  }

  private async modelsOf(store: Store): Promise<TreeNode[]> {
    await store.want();
    const { engine } = store;
    if (!engine) return [];
    const models = await everyItem((pageToken) => engine.registry.searchModels({ pageToken })).catch((error: unknown) => {
      // A server has gone; the Runs view says so.
      if (error instanceof TrackingError && error.code === 'TEMPORARILY_UNAVAILABLE') return [];
      return noneWhereUnknown(error);
    });
    return models.map((model) => new RegisteredModelNode(store, engine, model, this.stores.all.length > 1));
  }

  dispose(): void {
    this.held.dispose();
  }
}
