import { l10n, ThemeIcon, TreeItem } from 'vscode';
import { CommandId } from '../../host/commandIds';
import type { TreeNode } from '../treeNode';

/** The last row of an experiment with more runs than are shown. */
export class LoadMoreNode implements TreeNode {
  constructor(readonly parent: TreeNode & { readonly id: string }) {}

  item(): TreeItem {
    const item = new TreeItem(l10n.t('Load More Runs…'));
    item.id = `${this.parent.id}/more`;
    item.iconPath = new ThemeIcon('ellipsis');
    item.contextValue = 'more';
    item.command = { command: CommandId.loadMoreRuns, title: 'Load More Runs', arguments: [this.parent] };
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}
