import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findDeadRuns } from '../autolog/liveness';
import { missing } from '../core/errors';
import { findStore } from '../store/location';
import { openStore } from '../store/sqlite/store';
import type { Engine } from '../store/engine';
import type { Output } from './output';

/** The `.tracking` folder to use: the one named, the environment's, the nearest one upwards, else one here. */
export function storeFolder(named: string | undefined): string {
  const given = named ?? process.env['ML_TRACKING_STORE'];
  if (given) return resolve(given);
  return findStore(process.cwd()) ?? join(process.cwd(), '.tracking');
}

/** Opens a store that is there, runs `work` on it and closes it; warnings go to the terminal. */
export async function withStore<T>(named: string | undefined, output: Output, work: (engine: Engine) => Promise<T>): Promise<T> {
  const folder = storeFolder(named);
  if (!existsSync(join(folder, 'tracking.db'))) {
    throw missing(`no runs are recorded at ${folder}: train first, or name a store with --store`);
  }
  return using(await openStore(folder), output, async (engine) => {
    // Nobody else may have been there to see a training die.
    if (!engine.info.readOnly) await findDeadRuns(engine);
    return work(engine);
  });
}

/** The same, making the store where there is none. */
export async function withNewStore<T>(named: string | undefined, output: Output, work: (engine: Engine) => Promise<T>): Promise<T> {
  return using(await openStore(storeFolder(named), { create: true }), output, work);
}

async function using<T>(engine: Engine, output: Output, work: (engine: Engine) => Promise<T>): Promise<T> {
  try {
    for (const warning of engine.info.warnings) output.say(`ml-tracking: ${warning}\n`);
    return await work(engine);
  } finally {
    await engine.close();
  }
}
