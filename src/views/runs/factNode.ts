import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, type Command } from 'vscode';
import type { TreeNode } from '../treeNode';

/** One thing to know of a run that has a row of its own: its error, its note, its source and code, its parent, its model. */
export class FactNode implements TreeNode {
  constructor(
    readonly parent: TreeNode & { readonly runId: string; readonly location: string },
    private readonly look: {
      readonly kind: 'error' | 'note' | 'source' | 'code' | 'parent' | 'child' | 'model';
      readonly id?: string;
      readonly label: string;
      readonly description?: string;
      readonly tooltip?: string;
      readonly icon: string;
      readonly color?: string;
      readonly command?: Command;
      /** Read when the row is opened; a row without any can't be. */
      readonly rows?: (parent: FactNode, id: string) => Promise<TreeNode[]>;
    },
    readonly copyText: string,
  ) {}

  get runId(): string {
    return this.parent.runId;
  }

  get location(): string {
    return this.parent.location;
  }

  item(): TreeItem {
    const { kind, label, description, tooltip, icon, color, command, rows } = this.look;
    const item = new TreeItem(label, rows ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None);
    item.id = this.id;
    item.description = description;
    item.tooltip = tooltip ?? label;
    item.iconPath = new ThemeIcon(icon, color === undefined ? undefined : new ThemeColor(color));
    item.contextValue = kind;
    item.command = command;
    return item;
  }

  async children(): Promise<TreeNode[]> {
    return (await this.look.rows?.(this, this.id)) ?? [];
  }

  private get id(): string {
    return `${this.location}/run/${this.runId}/${this.look.id ?? this.look.kind}`;
  }
}
