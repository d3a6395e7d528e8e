import type { ProviderResult, TreeItem } from 'vscode';

/** One row of a tree: it makes its own item and knows its own rows. */
export interface TreeNode {
  readonly parent: TreeNode | undefined;
  item(): TreeItem;
  children(): ProviderResult<TreeNode[]>;
}
