import { type WriteStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { messageOf } from '../../core/errors';
import { isFatal } from '../copyContext';
import { type CopyReport, CopyTally } from '../copyReport';
import type { CopySource, SourceRun } from '../source';
import { type Cell, csvRow } from './csv';
import type { ExportOptions } from './fileStoreExport';

const INFO = ['run_id', 'run_name', 'experiment', 'status', 'lifecycle_stage', 'user', 'start_time', 'end_time'];

/** Writes `runs.csv`, a row for each run with its params, newest metrics and tags, and `metrics.csv`, a row for each point. */
export async function exportCsv(source: CopySource, folder: string, options: ExportOptions): Promise<CopyReport> {
  const tally = new CopyTally();
  const ids = new Map<string, string>();
  let stopped = false;
  try {
    await writeTables(source, folder, options, tally, ids);
  } catch (error) {
    if (!options.signal?.aborted) throw error;
    stopped = true;
  }
  return tally.report(ids, source.problems.all, stopped);
}

async function writeTables(
  source: CopySource,
  folder: string,
  { runIds, signal, onProgress }: ExportOptions,
  tally: CopyTally,
  ids: Map<string, string>,
): Promise<void> {
  const names = new Map((await source.experiments()).map((experiment) => [experiment.experimentId, experiment.name]));
  const all: string[] = [];
  for (const experimentId of names.keys()) all.push(...(await source.runIds(experimentId)));
  const wanted = runIds && new Set(runIds);
  const chosen = wanted ? all.filter((runId) => wanted.has(runId)) : all;
  const columns = await columnsOf(source, chosen, signal);
  const runs = new CsvFile(join(folder, 'runs.csv'));
  const points = new CsvFile(join(folder, 'metrics.csv'));
  try {
    await runs.row([...INFO, ...columns]);
    await points.row(['run_id', 'metric', 'step', 'timestamp', 'value']);
    for (const runId of chosen) {
      const run = await readRun(source, runId, signal);
      if (!run) continue;
      onProgress?.({ done: tally.created, total: chosen.length, run: run.runName });
      const values = valuesOf(run);
      await runs.row([...infoOf(run, names.get(run.experimentId) ?? ''), ...columns.map((column) => values.get(column))]);
      await writePoints(source, runId, points, signal);
      ids.set(runId, runId);
      tally.created++;
    }
  } finally {
    // Also where something fails: Windows removes no file that is open.
    await Promise.all([runs.end(), points.end()]);
  }
  tally.files = 2;
  tally.bytes = runs.bytes + points.bytes;
}

/** A run; one that can't be read is noted. */
async function readRun(source: CopySource, runId: string, signal: AbortSignal | undefined): Promise<SourceRun | undefined> {
  signal?.throwIfAborted();
  try {
    return await source.run(runId);
  } catch (error) {
    if (isFatal(error, signal)) throw error;
    source.problems.add(`the run ${runId}`, messageOf(error));
    return undefined;
  }
}

async function writePoints(source: CopySource, runId: string, file: CsvFile, signal: AbortSignal | undefined): Promise<void> {
  for await (const page of source.points(runId)) {
    signal?.throwIfAborted();
    for (const { key, step, timestamp, value } of page) await file.row([runId, key, step, timestamp, value]);
  }
}

/** All params, then all metrics, then all tags that any run has. */
async function columnsOf(source: CopySource, runIds: readonly string[], signal: AbortSignal | undefined): Promise<string[]> {
  const found = new Set<string>();
  for (const runId of runIds) {
    const run = await readRun(source, runId, signal);
    for (const column of run ? valuesOf(run).keys() : []) found.add(column);
  }
  const order = ['params', 'metrics', 'tags'];
  const rank = (column: string): number => order.indexOf(column.slice(0, column.indexOf('.')));
  return [...found].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function infoOf(run: SourceRun, experiment: string): Cell[] {
  const { runId, runName, status, lifecycleStage, userId } = run;
  return [runId, runName, experiment, status, lifecycleStage, userId, isoTime(run.startTime), isoTime(run.endTime)];
}

function valuesOf(run: SourceRun): Map<string, Cell> {
  return new Map<string, Cell>([
    ...run.params.map(({ key, value }) => [`params.${key}`, value] as const),
    ...(run.summaries ?? []).map(({ key, last }) => [`metrics.${key}`, last.value] as const),
    ...Object.entries(run.tags).map(([key, value]) => [`tags.${key}`, value] as const),
  ]);
}

function isoTime(time: number | undefined): string | undefined {
  const date = time === undefined ? undefined : new Date(time);
  return date && !Number.isNaN(date.getTime()) ? date.toISOString() : undefined;
}

/** Writes no faster than the disk takes it. */
class CsvFile {
  bytes = 0;
  private readonly stream: WriteStream;
  private readonly done: Promise<void>;

  constructor(path: string) {
    this.stream = createWriteStream(path, { flags: 'wx', flush: true });
    this.done = finished(this.stream);
    // Told when the file is ended, or the next row written.
    this.done.catch(() => undefined);
  }

  async row(cells: readonly Cell[]): Promise<void> {
    const text = csvRow(cells);
    this.bytes += Buffer.byteLength(text);
    if (!this.stream.write(text)) await Promise.race([once(this.stream, 'drain'), this.done]);
  }

  async end(): Promise<void> {
    this.stream.end();
    await this.done;
  }
}
