import { invalid, missing } from '../core/errors';
import type { Engine } from '../store/engine';
import { EngineSource } from '../transfer/engineSource';
import { exportCsv } from '../transfer/exports/csvExport';
import { writeFolder } from '../transfer/exports/exportFolder';
import { exportFileStore } from '../transfer/exports/fileStoreExport';
import { type CopyFlags, progressTo, tellCopy } from './copyOutput';
import type { Output } from './output';
import { findRun } from './runReference';

export interface ExportFlags extends CopyFlags {
  readonly format: string;
  readonly into: string;
  readonly experiment?: readonly string[];
  readonly run?: readonly string[];
  readonly replace?: boolean;
}

/** Writes runs into a folder, as a file store of MLflow's or as tables; the folder is there when it is whole. */
export async function exportRuns(engine: Engine, flags: ExportFlags, output: Output): Promise<void> {
  if (flags.format !== 'mlruns' && flags.format !== 'csv') throw invalid(`--format is mlruns or csv, not '${flags.format}'`);
  const runIds = await chosenRuns(engine, flags);
  const source = new EngineSource(engine);
  await tellCopy(output, flags, { done: 'Exported', from: source.location, to: flags.into }, (signal) =>
    writeFolder(flags.into, Boolean(flags.replace), async (folder, place) => {
      const options = { runIds, signal, onProgress: progressTo(output, flags) };
      const result =
        flags.format === 'csv' ? await exportCsv(source, folder, options) : await exportFileStore(source, folder, place, options);
      return { keep: !result.stopped, result };
    }),
  );
}

async function chosenRuns(engine: Engine, flags: ExportFlags): Promise<string[] | undefined> {
  if (!flags.experiment && !flags.run) return undefined;
  const found = new Set<string>();
  for (const reference of flags.run ?? []) found.add((await findRun(engine, reference)).runId);
  for (const name of flags.experiment ?? []) {
    const experiment = await engine.experiments.getByName(name);
    if (!experiment) throw missing(`no experiment '${name}' in ${engine.info.location}`);
    for (const runId of await new EngineSource(engine).runIds(experiment.experimentId, false)) found.add(runId);
  }
  return [...found];
}
