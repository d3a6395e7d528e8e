import { basename } from 'node:path';
import {
  l10n,
  Range,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  type Command,
  type TextDocumentShowOptions,
} from 'vscode';
import { INDEX, revision, WORKING_TREE } from '../code/side';
import { contentUri } from './code/contentUri';
import type { RowAction, TreeRow } from './treeRow';

/** Makes VS Code's item of a row. */
export function rowItem(row: TreeRow): TreeItem {
  const { None, Collapsed, Expanded } = TreeItemCollapsibleState;
  const item = new TreeItem(row.label, row.children || row.load ? (row.expanded ? Expanded : Collapsed) : None);
  item.id = row.id;
  item.description = row.description;
  item.tooltip = row.tooltip ?? (row.description === undefined ? row.label : `${row.label} ${row.description}`);
  item.contextValue = row.context;
  item.command = row.action && commandOf(row.action);
  if (row.spoken !== undefined) item.accessibilityInformation = { label: row.spoken };
  if (row.resource) {
    const { path, scheme, query = '', folder } = row.resource;
    item.resourceUri = Uri.file(path).with({ scheme, query });
    item.iconPath = folder ? ThemeIcon.Folder : ThemeIcon.File;
  }
  if (row.icon) item.iconPath = new ThemeIcon(row.icon.id, row.icon.color === undefined ? undefined : new ThemeColor(row.icon.color));
  return item;
}

function commandOf(action: RowAction): Command {
  switch (action.kind) {
    case 'open': {
      const options: TextDocumentShowOptions =
        action.line === undefined ? {} : { selection: new Range(action.line - 1, 0, action.line - 1, 0) };
      return { command: 'vscode.open', title: l10n.t('Open'), arguments: [Uri.file(action.path), options] };
    }
    case 'diff':
      return diffCommand(action);
    case 'command':
      return { command: action.command, title: action.title, arguments: [...action.args] };
    case 'manageTrust':
      return { command: 'workbench.trust.manage', title: l10n.t('Manage Workspace Trust') };
  }
}

function diffCommand({ root, path, from, staged, deleted }: RowAction & { kind: 'diff' }): Command {
  const title = l10n.t('Open Changes');
  const left = contentUri({ root, path: from, side: staged ? revision('HEAD') : INDEX });
  if (deleted) return { command: 'vscode.open', title, arguments: [left, {}, l10n.t('{0} (Deleted)', basename(path))] };
  const right = contentUri({ root, path, side: staged ? INDEX : WORKING_TREE });
  const name = staged ? l10n.t('{0} (Index)', basename(path)) : l10n.t('{0} (Working Tree)', basename(path));
  return { command: 'vscode.diff', title, arguments: [left, right, name] };
}
