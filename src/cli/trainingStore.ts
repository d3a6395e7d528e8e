import { TrackingError, messageOf } from '../core/errors';
import { shellLine } from '../core/shellLine';
import type { Engine } from '../store/engine';
import { FallbackEngine } from '../store/fallback/engine';
import { withoutCredentials } from '../store/rest/address';
import { openStore } from '../store/sqlite/store';
import type { Output } from './output';
import { type StoreFlags, openServer, storeFolder, trackingServer, using, withNewStore } from './storeOption';

/** A training waits for its server longer than a person would. */
const RETRIES = 5;

/** Where a training records, and what is to be said at its end of how its run comes to the server. */
export interface TrainingStore {
  readonly engine: Engine;
  /** What to say; undefined where the run is where it was meant to be. `runId` is as the training knows it. */
  readonly sendLater: (runId: string) => string | undefined;
}

/**
 * Opens the store, made where there is none, or the server that a training is to record in. When the server can't be reached, at the
 * start or later, the store takes the run; `--store` beside `--tracking-uri` says which.
 */
export async function withTrainingStore(flags: StoreFlags, output: Output, work: (store: TrainingStore) => Promise<void>): Promise<void> {
  const uri = await trackingServer(flags);
  if (uri === undefined) return withNewStore(flags.store, output, (engine) => work({ engine, sendLater: () => undefined }));
  const at = flags.store === undefined ? [] : ['--store', flags.store];
  const push = (runId: string): string => {
    const args = ['ml-tracking', 'push', runId.slice(0, 8), '--to', withoutCredentials(uri), ...at];
    return `Send it later with: ${shellLine(args, process.platform)}\n`;
  };
  const openLocal = (): Promise<Engine> => openStore(storeFolder(flags.store), { create: true });
  let remote: Engine;
  try {
    remote = await openServer(uri, output, { retries: RETRIES });
  } catch (error) {
    // A wrong address, a token that is not taken: those are for the person to put right.
    if (!(error instanceof TrackingError) || error.code !== 'TEMPORARILY_UNAVAILABLE') throw error;
    output.say(`ml-tracking: ${messageOf(error)} The run is recorded in ${storeFolder(flags.store)} instead.\n`);
    return withNewStore(flags.store, output, (engine) => work({ engine, sendLater: push }));
  }
  let lost = false;
  const continued = new Map<string, string>();
  const engine = new FallbackEngine(remote, openLocal, {
    onLost: (error, local) => {
      lost = true;
      output.say(`ml-tracking: ${error.message} The run goes on in ${local.info.location}.\n`);
    },
    onContinued: (remoteRunId, localRunId) => continued.set(remoteRunId, localRunId),
  });
  await using(
    engine,
    () => undefined,
    () => work({ engine, sendLater: (runId) => (lost ? push(continued.get(runId) ?? runId) : undefined) }),
  );
}
