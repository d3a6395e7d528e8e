import { ThemeColor, ThemeIcon, TreeItem, type Command } from 'vscode';
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
    const { kind, id, label, description, tooltip, icon, color, command } = this.look;
    const item = new TreeItem(label);
    item.id = `${this.location}/run/${this.runId}/${id ?? kind}`;
    item.description = description;
    item.tooltip = tooltip ?? label;
    item.iconPath = new ThemeIcon(icon, color === undefined ? undefined : new ThemeColor(color));
    item.contextValue = kind;
    item.command = command;
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}
