import { ThemeIcon, TreeItem } from 'vscode';
import type { DatasetInput } from '../../core/dataset';
import type { TreeNode } from '../treeNode';
import { datasetDescription } from './datasetText';

/** One data set that a run used, in the version that it had. */
export class DatasetNode implements TreeNode {
  constructor(
    readonly parent: TreeNode,
    private readonly runId: string,
    private readonly index: number,
    private readonly input: DatasetInput,
  ) {}

  get copyText(): string {
    return this.input.dataset.digest;
  }

  item(): TreeItem {
    const { dataset } = this.input;
    const item = new TreeItem(dataset.name);
    item.id = `${this.runId}/dataset/${this.index}/${dataset.digest}`;
    item.description = datasetDescription(this.input);
    item.tooltip = [
      dataset.name,
      `digest ${dataset.digest}`,
      `source ${dataset.source}`,
      ...(dataset.schema ? [`schema ${dataset.schema}`] : []),
      ...(dataset.profile ? [dataset.profile] : []),
    ].join('\n');
    item.iconPath = new ThemeIcon('database');
    item.contextValue = 'dataset';
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}
