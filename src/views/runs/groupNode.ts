import { ThemeIcon, TreeItem, TreeItemCollapsibleState, type ProviderResult } from 'vscode';
import type { TreeNode } from '../treeNode';

/** A titled set of rows under a run: its parameters, its metrics, and so on. */
export class GroupNode implements TreeNode {
  constructor(
    readonly parent: TreeNode,
    private readonly look: {
      readonly id: string;
      readonly label: string;
      readonly icon: string;
      readonly count?: number;
      readonly contextValue: string;
    },
    private readonly rows: (parent: TreeNode) => ProviderResult<TreeNode[]>,
  ) {}

  item(): TreeItem {
    const { id, label, icon, count, contextValue } = this.look;
    const item = new TreeItem(label, count === 0 ? TreeItemCollapsibleState.None : TreeItemCollapsibleState.Collapsed);
    item.id = id;
    item.iconPath = new ThemeIcon(icon);
    item.contextValue = contextValue;
    if (count !== undefined) item.description = String(count);
    return item;
  }

  children(): ProviderResult<TreeNode[]> {
    return this.rows(this);
  }
}
