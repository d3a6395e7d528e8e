import { relative } from 'node:path';
import { l10n, ThemeIcon, TreeItem } from 'vscode';
import { CommandId } from '../../host/commandIds';
import type { Store } from '../../host/store';
import type { TreeNode } from '../treeNode';
import type { FoundImport } from './foundImports';

/** The row that offers to import what MLflow has recorded in the folder. */
export class ImportOfferNode implements TreeNode {
  constructor(
    readonly parent: TreeNode | undefined,
    private readonly store: Store,
    private readonly found: FoundImport,
  ) {}

  get importPath(): string {
    return this.found.path;
  }

  get location(): string {
    return this.store.location;
  }

  item(): TreeItem {
    const { path, runs } = this.found;
    const name = (this.store.folder && relative(this.store.folder.uri.fsPath, path)) || path;
    const count = runs === 1 ? l10n.t('holds 1 run') : l10n.t('holds {0} runs', runs.toLocaleString('en'));
    const item = new TreeItem(name);
    item.id = `${this.location}/import/${path}`;
    item.description = l10n.t('{0} · Import', count);
    item.tooltip = l10n.t('MLflow has recorded runs in {0}. Import them to see them here; the files themselves stay as they are.', path);
    item.iconPath = new ThemeIcon('cloud-download');
    item.contextValue = 'importOffer';
    item.command = { command: CommandId.importRuns, title: 'Import Runs', arguments: [this] };
    item.accessibilityInformation = { label: l10n.t('{0} {1}, import them', name, count) };
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}
