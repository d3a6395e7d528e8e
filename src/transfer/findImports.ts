import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ReadOnlyDatabase } from './mlflowDb/readOnlyDatabase';
import { countFileStore, SAMPLE, type FileStoreCounts } from './mlruns/fileStoreFolder';
import { isSqlite } from './openImport';

/** Something of MLflow's that can be imported. */
export interface FoundImport {
  readonly path: string;
  readonly kind: 'mlruns' | 'database';
  readonly experiments: number;
  readonly runs: number;
  readonly registeredModels: number;
  /** Some of the runs, to see whether they have been imported. */
  readonly sampleRunIds: readonly string[];
}

const DEEPEST = 2;
/** Folders that are large, and not the project's own. */
const PASSED = /^(node_modules|venv|env|site-packages|__pycache__|mlruns|mlartifacts)$|^\./;

/** Looks for MLflow's stores in a folder and those in it, two levels deep, and counts what they hold. Empty ones are left out. */
export async function findImports(folder: string): Promise<FoundImport[]> {
  const found: FoundImport[] = [];
  await look(folder, DEEPEST, found);
  return found;
}

async function look(folder: string, deeper: number, found: FoundImport[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    const counts =
      entry.name === 'mlruns' && entry.isDirectory()
        ? { kind: 'mlruns' as const, ...(await countFileStore(path)) }
        : /^mlflow\.(db|sqlite3?)$/i.test(entry.name) && entry.isFile()
          ? { kind: 'database' as const, ...(await countDatabase(path)) }
          : undefined;
    if (counts && counts.runs + counts.registeredModels > 0) found.push({ path, ...counts });
    else if (entry.isDirectory() && deeper > 0 && !PASSED.test(entry.name)) await look(path, deeper - 1, found);
  }
}

async function countDatabase(path: string): Promise<FileStoreCounts> {
  const counts: FileStoreCounts = { experiments: 0, runs: 0, registeredModels: 0, sampleRunIds: [] };
  try {
    if (!(await isSqlite(path))) return counts;
    const database = await ReadOnlyDatabase.open(path);
    const count = (table: string): number =>
      Number(database.has(table) ? database.all(`SELECT count(*) AS n FROM "${table}"`)[0]!['n'] : 0);
    try {
      const sample = database.has('runs') ? database.all(`SELECT run_uuid FROM runs LIMIT ${SAMPLE}`) : [];
      return {
        experiments: count('experiments'),
        runs: count('runs'),
        registeredModels: count('registered_models'),
        sampleRunIds: sample.map((row) => String(row['run_uuid'])),
      };
    } finally {
      await database.close();
    }
  } catch {
    // What can't be opened is told when somebody imports it.
    return counts;
  }
}
