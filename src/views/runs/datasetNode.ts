import { l10n, ThemeColor, ThemeIcon, TreeItem } from 'vscode';
import type { DatasetInput } from '../../core/dataset';
import type { TreeNode } from '../treeNode';
import { datasetDescription, datasetTooltip, stateOf } from './datasetText';

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
    item.description = datasetDescription(this.input, l10n);
    item.tooltip = datasetTooltip(this.input, l10n);
    const isReproducible = ['committed', undefined].includes(stateOf(this.input));
    item.iconPath = isReproducible ? new ThemeIcon('database') : new ThemeIcon('warning', new ThemeColor('problemsWarningIcon.foreground'));
    item.contextValue = 'dataset';
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}
