import { l10n, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { TrackingError } from '../../core/errors';
import type { RegisteredModel } from '../../core/model';
import { everyItem } from '../../store/pages';
import type { Store } from '../../host/store';
import type { Engine } from '../../store/engine';
import type { TreeNode } from '../treeNode';
import { VersionNode } from './versionNode';

/** A registered model with its versions, newest first. */
export class RegisteredModelNode implements TreeNode {
  readonly parent = undefined;

  constructor(
    readonly store: Store,
    private readonly engine: Engine,
    public model: RegisteredModel,
    private readonly namesFolder: boolean,
  ) {}

  item(): TreeItem {
    const { name, description, aliases } = this.model;
    const item = new TreeItem(name, TreeItemCollapsibleState.Expanded);
    item.id = `${this.store.location}/model/${name}`;
    item.iconPath = new ThemeIcon('package');
    const named = Object.entries(aliases).map(([alias, version]) => `@${alias} → v${version}`);
    item.description = [...named, ...(this.namesFolder ? [this.store.name] : [])].join(' · ');
    item.tooltip = [l10n.t('Registered model {0}', name), ...(description ? [description] : []), ...named].join('\n');
    item.contextValue = 'registeredModel';
    return item;
  }

  async children(): Promise<TreeNode[]> {
    const versions = await everyItem((pageToken) => this.engine.registry.searchVersions({ name: this.model.name, pageToken }));
    return Promise.all(versions.map(async (version) => new VersionNode(this, version, await this.runName(version.runId))));
  }

  private async runName(runId: string | undefined): Promise<string | undefined> {
    if (runId === undefined) return undefined;
    try {
      return (await this.engine.runs.get(runId)).runName;
    } catch (error) {
      // A version outlives its run.
      if (error instanceof TrackingError && error.code === 'RESOURCE_DOES_NOT_EXIST') return undefined;
      throw error;
    }
  }
}
