import { ThemeIcon, TreeItem } from 'vscode';
import type { TreeNode } from '../treeNode';
import type { RunsScope } from './runsScope';

/** One tag that a person or a script has set on a run. */
export class TagNode implements TreeNode {
  constructor(
    readonly parent: TreeNode,
    readonly scope: RunsScope,
    readonly runId: string,
    readonly key: string,
    readonly value: string,
  ) {}

  get copyText(): string {
    return this.value;
  }

  item(): TreeItem {
    const item = new TreeItem(this.key);
    item.id = `${this.scope.store.location}/run/${this.runId}/tag/${this.key}`;
    item.description = this.value;
    item.tooltip = `${this.key} = ${this.value}`;
    item.iconPath = new ThemeIcon('tag');
    item.contextValue = 'tag';
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}
