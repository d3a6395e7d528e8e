import { ThemeIcon, TreeItem } from 'vscode';
import type { Param } from '../../core/run';
import type { TreeNode } from '../treeNode';

/** One parameter of a run. */
export class ParamNode implements TreeNode {
  constructor(
    readonly parent: TreeNode,
    private readonly runId: string,
    private readonly param: Param,
  ) {}

  get copyText(): string {
    return this.param.value;
  }

  item(): TreeItem {
    const { key, value } = this.param;
    const item = new TreeItem(key);
    item.id = `${this.runId}/param/${key}`;
    item.description = value.length > 200 ? `${value.slice(0, 199)}…` : value;
    item.tooltip = `${key} = ${value}`;
    item.iconPath = new ThemeIcon('symbol-parameter');
    item.contextValue = 'param';
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}
