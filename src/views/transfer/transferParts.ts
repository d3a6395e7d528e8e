import { l10n, window } from 'vscode';
import { mayExecute } from '../../host/trust';
import type { FolderStore } from '../../host/folderStore';
import type { RemoteAccess } from '../../host/remotes/remoteAccess';
import type { Stores } from '../../host/stores';
import type { Transfers } from '../../host/transfer/transfers';
import type { RunTargets } from '../runs/runTarget';

/** What the commands that copy runs work with. */
export interface TransferParts {
  readonly transfers: Transfers;
  readonly access: RemoteAccess;
  /** Those of the workspace, whatever is shown. */
  readonly stores: Stores;
  /** Runs of the workspace. */
  readonly targets: RunTargets;
}

/** So many runs are named to one process: every system has a limit to what arguments may hold. */
export const RUNS_AT_ONCE = 400;

export function inPortions<T>(all: readonly T[], size = RUNS_AT_ONCE): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
}

/** The workspace's only store, or the one that a person picks; undefined when they go away, or nothing may be executed. */
export async function chooseStore(stores: Stores, what: string, title: string): Promise<FolderStore | undefined> {
  if (!(await mayExecute(what))) return undefined;
  if (stores.all.length === 0) throw new Error(l10n.t('Open a folder first: its store takes the runs.'));
  if (stores.all.length === 1) return stores.all[0];
  const items = stores.all.map((store) => ({ label: store.name, description: store.location, store }));
  return (await window.showQuickPick(items, { title }))?.store;
}
