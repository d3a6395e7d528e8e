import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { CodeReader } from '../../code/reader';
import { invalid, missing } from '../../core/errors';
import { DataReader } from '../../data/reader';
import { findDvcRoot } from '../../data/records/repository';
import type { Graph } from '../../lineage/commitRuns';
import { DataRuns, type KnownRun } from '../../lineage/dataRuns';
import { GitRevisions } from '../../lineage/gitRevisions';
import type { Engine } from '../../store/engine';
import { findStore } from '../../store/location';
import { everyExperimentId, everyItem } from '../../store/pages';
import type { Output } from '../output';
import { trackingServer, withEngine, type StoreFlags } from '../storeOption';

export interface HistoryFlags extends StoreFlags {
  readonly repo?: string;
  readonly json?: boolean;
}

/** A data set as a command is told of it, and all that can be asked about it. */
export interface DataHistory {
  readonly root: string;
  /** Absolute. */
  readonly target: string;
  /** From the root, with `/`. */
  readonly path: string;
  readonly reader: DataReader;
  readonly runs: DataRuns;
  readonly engine: Engine | undefined;
  readonly signal: AbortSignal;
  readonly ancestors: (root: string, commits: readonly string[]) => Promise<Graph>;
}

/** Runs `work` on the data at a path, with the runs of the nearest store, where there is one. */
export async function withHistory(
  path: string,
  flags: HistoryFlags,
  output: Output,
  work: (data: DataHistory) => Promise<void>,
): Promise<void> {
  const folder = resolve(flags.repo ?? '.');
  const target = resolve(folder, path);
  const root = await findDvcRoot(flags.repo === undefined ? dirname(target) : folder);
  if (root === undefined) throw missing(`${target} is in no DVC repository: make one with \`dvc init\`, or name a folder with --repo`);
  const inner = relative(root, target).split(sep).join('/');
  if (inner === '' || inner === '..' || inner.startsWith('../')) throw invalid(`${target} does not lie in the DVC repository ${root}`);
  const silent = (): void => undefined;
  const code = new CodeReader(silent);
  const reader = new DataReader(silent, { revisions: new GitRevisions(code) });
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new Error('Stopped.'));
  process.once('SIGINT', interrupt);
  const ancestors = async (place: string, commits: readonly string[]): Promise<Graph> =>
    commits.length === 0 ? new Map() : code.graph(place, commits, { signal: stop.signal });
  try {
    const base = { root, target, path: inner, reader, signal: stop.signal, ancestors };
    const store = await storeFlags(flags, root);
    if (!store) await work({ ...base, runs: new DataRuns([]), engine: undefined });
    else
      await withEngine(store, output, async (engine) => {
        await work({ ...base, runs: new DataRuns(await everyRun(engine)), engine });
      });
  } finally {
    process.removeListener('SIGINT', interrupt);
    reader.dispose();
    code.dispose();
  }
}

/** The store that is named, or meant by the environment, else the nearest one to the data; undefined where there is none. */
async function storeFlags({ store, trackingUri }: HistoryFlags, root: string): Promise<StoreFlags | undefined> {
  const named = { ...(store !== undefined && { store }), ...(trackingUri !== undefined && { trackingUri }) };
  if (store !== undefined || (await trackingServer(named)) !== undefined || process.env['ML_TRACKING_STORE']) return named;
  const near = findStore(root);
  return near !== undefined && existsSync(join(near, 'tracking.db')) ? { store: near } : undefined;
}

async function everyRun(engine: Engine): Promise<KnownRun[]> {
  const experimentIds = await everyExperimentId(engine);
  if (experimentIds.length === 0) return [];
  const runs = await everyItem((pageToken) => engine.runs.search({ experimentIds, maxResults: 1_000, pageToken }));
  return runs.map((run) => [engine.info.location, run]);
}
