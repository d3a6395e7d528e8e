import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findDeadRuns } from '../autolog/liveness';
import { invalid, missing } from '../core/errors';
import type { Engine } from '../store/engine';
import { findStore } from '../store/location';
import { findServer } from '../store/serverFile';
import { openStore } from '../store/sqlite/store';
import type { Output } from './output';

/** Where a command is told to look: a `.tracking` folder or a server. */
export interface StoreFlags {
  readonly store?: string;
  readonly trackingUri?: string;
}

/** The `.tracking` folder to use: the one named, the environment's, the nearest one upwards, else one here. */
export function storeFolder(named: string | undefined): string {
  const given = named ?? process.env['ML_TRACKING_STORE'];
  if (given) return resolve(given);
  return findStore(process.cwd()) ?? join(process.cwd(), '.tracking');
}

/**
 * The server to use instead of a folder: the one named, else the one in MLFLOW_TRACKING_URI where no folder is named. Undefined also where
 * that is the server of the very store that is nearest: the store itself is faster.
 */
export async function trackingServer(
  { store, trackingUri }: StoreFlags,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  if (trackingUri !== undefined) return trackingUri;
  const uri = env['MLFLOW_TRACKING_URI']?.trim() ?? '';
  // Python's other ways of naming a store (a folder, a database) are not for us.
  if (store !== undefined || env['ML_TRACKING_STORE'] || !/^https?:\/\//i.test(uri)) return undefined;
  // Only where it lives: whoever answers at the address of one that has gone may serve another store.
  const own = await findServer(storeFolder(undefined));
  return own?.url === uri.replace(/\/+$/, '') ? undefined : uri;
}

/** Opens a server as MLflow's clients would in this environment. */
export async function openServer(uri: string, output: Output, more: { readonly retries?: number } = {}): Promise<Engine> {
  const { openRemote } = await import('../store/rest/engine');
  const { remoteFromEnvironment } = await import('../store/rest/environment');
  const log = (line: string): void => output.say(`ml-tracking: ${line}\n`);
  return openRemote({ ...more, ...remoteFromEnvironment(uri, process.env, log), log });
}

/** Opens the store or server that is meant, runs `work` on it and closes it. */
export async function withEngine<T>(flags: StoreFlags, output: Output, work: (engine: Engine) => Promise<T>): Promise<T> {
  if (flags.store !== undefined && flags.trackingUri !== undefined)
    throw invalid('--store and --tracking-uri name two places: give one of them');
  const uri = await trackingServer(flags);
  return uri === undefined ? withStore(flags.store, output, work) : using(await openServer(uri, output), () => undefined, work);
}

/** Opens a store that is there, runs `work` on it and closes it; warnings go to the terminal. */
export async function withStore<T>(named: string | undefined, output: Output, work: (engine: Engine) => Promise<T>): Promise<T> {
  const folder = storeFolder(named);
  if (!existsSync(join(folder, 'tracking.db'))) {
    throw missing(`no runs are recorded at ${folder}: train first, or name a store with --store or a server with --tracking-uri`);
  }
  return using(await openStore(folder), warner(output), async (engine) => {
    // Nobody else may have been there to see a training die.
    if (!engine.info.readOnly) await findDeadRuns(engine);
    return work(engine);
  });
}

/** The same, making the store where there is none. */
export async function withNewStore<T>(named: string | undefined, output: Output, work: (engine: Engine) => Promise<T>): Promise<T> {
  return using(await openStore(storeFolder(named), { create: true }), warner(output), work);
}

/** Runs `work` on an engine and closes it, whatever comes. */
export async function using<T>(engine: Engine, warn: (engine: Engine) => void, work: (engine: Engine) => Promise<T>): Promise<T> {
  try {
    warn(engine);
    return await work(engine);
  } finally {
    await engine.close();
  }
}

function warner(output: Output): (engine: Engine) => void {
  return (engine) => {
    for (const warning of engine.info.warnings) output.say(`ml-tracking: ${warning}\n`);
  };
}
