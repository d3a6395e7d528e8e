import { AsyncLocalStorage } from 'node:async_hooks';
import { join, resolve } from 'node:path';
import { readCodeState } from './code/codeState';
import { CodeReader } from './code/reader';
import { readDataSummary } from './data/used/dataSummary';
import { UsedData } from './data/used/usedData';
import type { Dataset } from './core/dataset';
import { invalid } from './core/errors';
import { TagName } from './core/tagNames';
import type { DataFiles } from './autolog/fileDataset';
import type { ParamValue } from './autolog/loggedValue';
import type { TrackedModel } from './autolog/model';
import { RunSession } from './autolog/runSession';
import type { LogModelOptions } from './autolog/runModels';
import type { SessionLog } from './autolog/sessionLog';
import { Termination } from './autolog/termination';
import { autologModel } from './autolog/tfjsAutolog';
import type { AutologOptions, TrainableModel } from './autolog/tfjsAutolog';
import { GitRevisions } from './lineage/gitRevisions';
import { findStore, STORE_FOLDER } from './store/location';
import { openStore } from './store/sqlite/store';

export type { AutologOptions, DataFiles, Dataset, LogModelOptions, ParamValue, RunSession, SessionLog, TrackedModel, TrainableModel };

export interface RunOptions {
  /** Absent: `ML_TRACKING_EXPERIMENT`, else `Default`. */
  readonly experiment?: string;
  /** Absent: an adjective, a noun and a number. */
  readonly name?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, ParamValue>>;
  /** The `.tracking` folder. Absent: `ML_TRACKING_STORE`, else the nearest one at or above the folder, else a new one in it. */
  readonly store?: string;
  /** The project's folder; absent: the working directory. */
  readonly folder?: string;
  /** The script that is named as the run's source; absent: the one that Node was started with. */
  readonly source?: string;
  /** False: the machine isn't measured. */
  readonly systemMetrics?: { readonly intervalMs?: number } | false;
  /** Where warnings go; absent: to stderr. */
  readonly log?: SessionLog;
}

const active = new AsyncLocalStorage<RunSession>();
const termination = new Termination();
const stderrLog: SessionLog = { info: () => undefined, warn: (message) => void process.stderr.write(`ml-tracking: ${message}\n`) };

/**
 * Does work within a run. The run is FINISHED when the work returns, FAILED when it throws (which is passed on), KILLED when the
 * process is told to end. Within another run, it becomes that run's child.
 */
export function withRun<T>(work: (run: RunSession) => T | Promise<T>): Promise<T>;
export function withRun<T>(options: RunOptions, work: (run: RunSession) => T | Promise<T>): Promise<T>;
export async function withRun<T>(
  ...args: [(run: RunSession) => T | Promise<T>] | [RunOptions, (run: RunSession) => T | Promise<T>]
): Promise<T> {
  const [options, work] = args.length === 1 ? [{}, args[0]] : args;
  const engine = await openStore(storeFolder(options));
  try {
    const used = usedData();
    const run = await RunSession.open(engine, sessionOptions(options, used));
    const listening = termination.add((cause) => (cause.kind === 'signal' ? run.finish('KILLED') : run.finish('FAILED', cause.error)));
    try {
      await run.begin();
      if (options.params) run.logParams(options.params);
      const result = await active.run(run, () => work(run));
      await run.finish('FINISHED');
      return result;
    } catch (error) {
      await run.finish('FAILED', error);
      throw error;
    } finally {
      listening.dispose();
      await used.save();
    }
  } finally {
    await engine.close();
  }
}

/**
 * Makes a tfjs model log its fits: parameters, every batch and epoch, data sets, the best epoch's weights, the model itself. Within
 * `withRun` they go to that run, else each fit makes its own.
 * @returns what takes it back.
 */
export function autolog(model: TrainableModel, options: AutologOptions = {}): () => void {
  const host = { log: stderrLog, activeRun, withRun: <T>(work: (run: RunSession) => Promise<T>) => withRun({}, work) };
  return autologModel(model, host, options);
}

/** The run that the calling code works within. */
export function activeRun(): RunSession | undefined {
  return active.getStore();
}

export function logParams(params: Readonly<Record<string, ParamValue>>): void {
  required('logParams').logParams(params);
}

/** @param at the step, absent: 0; the time in milliseconds since the epoch, absent: now. */
export function logMetrics(
  metrics: Readonly<Record<string, number>>,
  at: { readonly step?: number; readonly timestamp?: number } = {},
): void {
  required('logMetrics').logMetrics(metrics, at);
}

export function setTags(tags: Readonly<Record<string, string | number | boolean>>): void {
  required('setTags').setTags(tags);
}

/** Copies a file or folder to `path` (absent: its own name) under the run's artifacts. */
export function logArtifact(localPath: string, path?: string): Promise<void> {
  return required('logArtifact').logArtifact(localPath, path);
}

/** Notes what data a run used: files (with DVC's digest where they are tracked), or a data set described by hand. */
export function logDataset(data: Dataset | DataFiles, context: 'train' | 'validation' | 'test' = 'train'): Promise<Dataset> {
  return required('logDataset').logDataset(data, context);
}

/** @returns the logged model's id. */
export function logModel(model: TrackedModel, options: LogModelOptions = {}): Promise<string> {
  return required('logModel').logModel(model, options);
}

function required(what: string): RunSession {
  const run = active.getStore();
  if (!run) throw invalid(`No run is active: call ${what} inside withRun(…).`);
  return run;
}

function storeFolder(options: RunOptions): string {
  const folder = resolve(options.folder ?? process.cwd());
  const named = options.store ?? process.env['ML_TRACKING_STORE'];
  if (named) return resolve(folder, named);
  return findStore(folder) ?? join(folder, STORE_FOLDER);
}

/** Which versions of data are used, and whether the commit has them. */
function usedData(): UsedData {
  return new UsedData(new GitRevisions(new CodeReader(() => undefined)));
}

function sessionOptions(options: RunOptions, used: UsedData) {
  const parent = active.getStore();
  const runId = parent ? undefined : process.env['ML_TRACKING_RUN_ID'] || undefined;
  return {
    experiment: options.experiment ?? (process.env['ML_TRACKING_EXPERIMENT'] || 'Default'),
    tags: { ...options.tags, ...(parent ? { [TagName.parentRunId]: parent.runId } : {}) },
    folder: resolve(options.folder ?? process.cwd()),
    commandLine: process.argv,
    source: options.source ?? process.argv[1],
    readCodeState,
    readDataVersion: used.version,
    readDataSummary,
    log: options.log ?? stderrLog,
    name: options.name,
    runId,
    systemMetrics: options.systemMetrics,
  };
}
