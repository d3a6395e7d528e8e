import { basename, relative } from 'node:path';
import { l10n, ProgressLocation, window, type QuickPickItem, type Uri } from 'vscode';
import type { FolderStore } from '../../host/folderStore';
import type { FoundImport } from './foundImports';
import { chooseStore, type TransferParts } from './transferParts';

/** How long is looked, in milliseconds; a place can be named without. */
const LONGEST_LOOK = 30_000;

interface ImportItem extends QuickPickItem {
  readonly path?: string;
  readonly browse?: 'folder' | 'file';
}

/** Copies an MLflow file store or database into the workspace's store, one that is found in it or one that a person names. */
export async function importRuns(
  parts: TransferParts,
  find: (store: FolderStore, signal: AbortSignal) => Promise<readonly FoundImport[]>,
  given: unknown,
): Promise<void> {
  const row =
    typeof given === 'object' && given !== null && 'importPath' in given ? (given as { importPath: string; location: string }) : undefined;
  const store = row
    ? parts.stores.at(row.location)
    : await chooseStore(parts.stores, l10n.t('Importing'), l10n.t('Import into Which Folder?'));
  if (!store) return;
  const path = row?.importPath ?? (await choosePath(store, await looked(store, find)));
  if (path === undefined) return;
  const name = relative(store.folder.uri.fsPath, path).startsWith('..') ? basename(path) : relative(store.folder.uri.fsPath, path);
  await parts.transfers.run(
    [{ args: ['import', `--store=${store.location}`, '--', path], cwd: store.folder.uri.fsPath, environment: {} }],
    { doing: l10n.t('Importing {0}', name), done: (runs) => l10n.t('Imported {0} from {1}', runs, name), command: l10n.t('Import Runs') },
  );
  await store.want();
}

/** What the folder holds; says meanwhile that it is being looked for. */
async function looked(
  store: FolderStore,
  find: (store: FolderStore, signal: AbortSignal) => Promise<readonly FoundImport[]>,
): Promise<readonly FoundImport[]> {
  const title = l10n.t('Looking for runs of MLflow…');
  return window.withProgress({ location: ProgressLocation.Window, title }, async () => {
    const signal = AbortSignal.timeout(LONGEST_LOOK);
    try {
      return await find(store, signal);
    } catch (error) {
      if (signal.aborted) return [];
      throw error;
    }
  });
}

async function choosePath({ folder }: FolderStore, found: readonly FoundImport[]): Promise<string | undefined> {
  const items: ImportItem[] = [
    ...found.map(({ path, runs, experiments }) => ({
      label: `$(${path.endsWith('.db') ? 'database' : 'folder'}) ${relative(folder.uri.fsPath, path) || basename(path)}`,
      description: l10n.t('{0} runs in {1} experiments', runs.toLocaleString('en'), experiments.toLocaleString('en')),
      path,
    })),
    { label: l10n.t('$(folder-opened) Choose a Folder…'), description: l10n.t('a file store, mlruns'), browse: 'folder' },
    { label: l10n.t('$(file) Choose a File…'), description: l10n.t('a database, mlflow.db'), browse: 'file' },
  ];
  const choice = await window.showQuickPick(items, { title: l10n.t('Import What?'), placeHolder: l10n.t('Runs that MLflow has recorded') });
  if (!choice?.browse) return choice?.path;
  return (await browse(choice.browse, folder.uri))?.fsPath;
}

async function browse(kind: 'folder' | 'file', defaultUri: Uri): Promise<Uri | undefined> {
  const isFolder = kind === 'folder';
  const picked = await window.showOpenDialog({
    canSelectFolders: isFolder,
    canSelectFiles: !isFolder,
    defaultUri,
    openLabel: l10n.t('Import'),
    ...(!isFolder && { filters: { SQLite: ['db', 'sqlite', 'sqlite3'] } }),
  });
  return picked?.[0];
}
