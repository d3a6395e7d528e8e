import { l10n, type TreeItem } from 'vscode';
import type { TrackingServer } from '../../host/server/trackingServer';
import { rowItem } from '../rowItem';
import type { TreeNode } from '../treeNode';
import { serverRow } from './serverRow';

/** The tracking server of a store, above what is in the store. */
export class ServerNode implements TreeNode {
  constructor(
    readonly parent: TreeNode | undefined,
    readonly server: TrackingServer,
  ) {}

  item(): TreeItem {
    return rowItem(serverRow(this.server.state, this.server.store.location, l10n));
  }

  children(): TreeNode[] {
    return [];
  }
}
