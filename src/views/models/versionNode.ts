import { ThemeColor, ThemeIcon, TreeItem } from 'vscode';
import type { ModelVersion } from '../../core/model';
import { CommandId } from '../../host/commandIds';
import type { Store } from '../../host/store';
import type { TreeNode } from '../treeNode';
import { versionDescription } from './versionText';

/** A version of a registered model; a click leads to the run that made it. */
export class VersionNode implements TreeNode {
  constructor(
    readonly parent: TreeNode & { readonly store: Store },
    readonly version: ModelVersion,
    private readonly runName: string | undefined,
  ) {}

  get location(): string {
    return this.parent.store.location;
  }

  /** The run that made it; undefined for a version from elsewhere. */
  get runId(): string | undefined {
    return this.version.runId;
  }

  item(): TreeItem {
    const { name, version, aliases, source, description, runId } = this.version;
    const item = new TreeItem(`v${version}`);
    item.id = `${this.location}/model/${name}/${version}`;
    item.description = versionDescription(this.version, this.runName, Date.now());
    item.tooltip = [
      `models:/${name}/${version}`,
      ...aliases.map((alias) => `models:/${name}@${alias}`),
      source,
      ...(description ? [description] : []),
    ].join('\n');
    item.iconPath = this.icon();
    item.contextValue = `version${aliases.length > 0 ? ' aliased' : ''}`;
    if (runId !== undefined) item.command = { command: CommandId.revealSourceRun, title: 'Reveal Source Run', arguments: [this] };
    return item;
  }

  private icon(): ThemeIcon {
    const { status, aliases, currentStage } = this.version;
    if (status === 'FAILED_REGISTRATION') return new ThemeIcon('error', new ThemeColor('testing.iconFailed'));
    if (status === 'PENDING_REGISTRATION') return new ThemeIcon('clock', new ThemeColor('charts.blue'));
    if (aliases.length > 0 || currentStage === 'Production') return new ThemeIcon('verified-filled', new ThemeColor('testing.iconPassed'));
    return new ThemeIcon('layers');
  }

  children(): TreeNode[] {
    return [];
  }
}
