import { open, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { invalid, missing } from '../core/errors';
import { openDatabaseSource } from './mlflowDb/databaseSource';
import { openFileStore } from './mlruns/fileStoreSource';
import { isFileStore } from './mlruns/fileStoreFolder';
import type { CopySource } from './source';

/** Opens what a person names as MLflow's: a file store's folder, a SQLite file, a URI of either, or a folder that holds one of them. */
export async function openImport(named: string): Promise<CopySource> {
  const path = pathOf(named);
  const info = await stat(path).catch(() => undefined);
  if (!info) throw missing(`there is nothing at ${path}`);
  if (info.isFile()) {
    if (!(await isSqlite(path))) throw invalid(`${path} is no SQLite database: name an mlruns folder or an mlflow.db file`);
    return openDatabaseSource(path);
  }
  const inside = [];
  for (const name of ['mlruns', 'mlflow.db']) if (await stat(join(path, name)).catch(() => undefined)) inside.push(join(path, name));
  if (inside.length > 1) throw invalid(`${path} holds ${inside.map((each) => basename(each)).join(' and ')}: name one of them`);
  if (inside[0] !== undefined) return openImport(inside[0]);
  if (!(await isFileStore(path))) throw invalid(`${path} is no file store of MLflow's, and holds neither mlruns nor mlflow.db`);
  return openFileStore(path);
}

function pathOf(named: string): string {
  const [scheme] = /^[a-z][a-z0-9+.-]+(?=:\/\/)/i.exec(named) ?? [];
  if (scheme !== undefined && !/^(file|sqlite)$/i.test(scheme))
    throw invalid(
      /^https?$/i.test(scheme)
        ? `a server's runs are pulled, not imported: ml-tracking pull --from ${scheme}://…`
        : `no ${scheme} database can be imported: start MLflow's server on it, and pull from there (ml-tracking pull --from http://…)`,
    );
  // `file:` alone stands before paths as people write them.
  if (!/^file:\/\//i.test(named)) return resolve(named.replace(/^(sqlite:\/{3}|file:)/i, ''));
  try {
    return fileURLToPath(named);
  } catch {
    throw invalid(`${named} is no file of this machine: name the folder or the file by its path`);
  }
}

export async function isSqlite(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    return bytesRead === 16 && buffer.toString('latin1') === 'SQLite format 3\0';
  } finally {
    await file.close();
  }
}
