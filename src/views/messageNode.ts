import { ThemeColor, ThemeIcon, TreeItem } from 'vscode';
import type { TreeNode } from './treeNode';

/** A row that says what is wrong, with the log one click away. */
export class MessageNode implements TreeNode {
  constructor(
    readonly parent: TreeNode | undefined,
    private readonly id: string,
    private readonly severity: 'error' | 'warning',
    private readonly label: string,
    private readonly detail: string,
  ) {}

  item(): TreeItem {
    const item = new TreeItem(this.label);
    item.id = this.id;
    item.description = this.detail;
    item.tooltip = `${this.label}: ${this.detail}`;
    item.contextValue = 'problem';
    item.iconPath = new ThemeIcon(
      this.severity,
      new ThemeColor(this.severity === 'error' ? 'problemsErrorIcon.foreground' : 'problemsWarningIcon.foreground'),
    );
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}
