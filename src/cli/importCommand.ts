import { invalid } from '../core/errors';
import type { Engine } from '../store/engine';
import { copyRuns } from '../transfer/copy';
import { findImports } from '../transfer/findImports';
import { openImport } from '../transfer/openImport';
import { type CopyFlags, progressTo, tellCopy } from './copyOutput';
import { jsonText, table, type Output } from './output';

/**
 * Copies an MLflow file store or database into the store, with everything that it holds. What is to be imported is opened
 * before the store, which a wrong name makes nowhere.
 */
export async function importRuns(
  path: string,
  onStore: (work: (engine: Engine, output: Output) => Promise<void>) => Promise<void>,
  flags: CopyFlags,
): Promise<void> {
  const source = await openImport(path);
  try {
    await onStore((engine, output) =>
      tellCopy(output, flags, { done: 'Imported', from: source.location, to: engine.info.location }, (signal) =>
        copyRuns(source, engine, { registry: true, signal, onProgress: progressTo(output, flags) }),
      ),
    );
  } finally {
    await source.close();
  }
}

/** Lists what could be imported from a folder and those in it. */
export async function listImports(folder: string, output: Output): Promise<void> {
  const found = await findImports(folder);
  if (output.json) output.out(jsonText(found));
  else if (found.length === 0) output.say(`Nothing of MLflow's is in ${folder}.\n`);
  else
    output.out(
      table(
        ['PATH', 'KIND', 'EXPERIMENTS', 'RUNS', 'MODELS'],
        found.map((each) => [each.path, each.kind, String(each.experiments), String(each.runs), String(each.registeredModels)]),
        ['left', 'left', 'right', 'right', 'right'],
      ),
    );
}

/** What `ml-tracking import` needs to be told. */
export function requirePath(path: string | undefined): string {
  if (path === undefined) throw invalid('say what to import: an mlruns folder or an mlflow.db file (--find looks for them)');
  return path;
}
