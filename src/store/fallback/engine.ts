import type { ArtifactTree, Artifacts, Engine, Experiments, Feed, LoggedModels, Metrics, Registry, Runs, StoreInfo } from '../engine';
import { FallbackExperiments } from './experiments';
import { FallbackArtifactTree, FallbackArtifacts } from './files';
import { FallbackLoggedModels } from './loggedModels';
import { FallbackRuns } from './runs';
import { type FallbackEvents, Switchover } from './switchover';

/**
 * A server for as long as it can be reached, then a local store. A run that began on the server gets a local one of the same name, with
 * its params and tags, which says whose continuation it is, and all that is logged from then on, beginning with what the server
 * did not take. There is no way back within one process: sending is for later.
 */
export class FallbackEngine implements Engine {
  readonly experiments: Experiments;
  readonly runs: Runs;
  readonly artifacts: Artifacts;
  readonly artifactTree: ArtifactTree;
  readonly loggedModels: LoggedModels;
  readonly metrics: Metrics;
  private readonly stores: Switchover;

  constructor(remote: Engine, openLocal: () => Promise<Engine>, events: FallbackEvents) {
    const stores = new Switchover(remote, openLocal, events);
    this.stores = stores;
    this.experiments = new FallbackExperiments(stores);
    this.runs = new FallbackRuns(stores);
    this.artifacts = new FallbackArtifacts(stores);
    this.artifactTree = new FallbackArtifactTree(stores);
    this.loggedModels = new FallbackLoggedModels(stores);
    this.metrics = {
      history: (runId, key, query) =>
        stores.attempt(
          ({ metrics }) => metrics.history(runId, key, query),
          async ({ metrics }) => metrics.history(await stores.run(runId), key, query),
        ),
      envelope: (runId, key, query) =>
        stores.attempt(
          ({ metrics }) => metrics.envelope(runId, key, query),
          async ({ metrics }) => metrics.envelope(await stores.run(runId), key, query),
        ),
    };
  }

  /** The registry is the server's: what is registered must not land where nobody looks for it. */
  get registry(): Registry {
    return this.stores.remote.registry;
  }

  get feed(): Feed {
    return this.stores.current.feed;
  }

  get info(): StoreInfo {
    return this.stores.current.info;
  }

  async close(): Promise<void> {
    try {
      await this.stores.local?.close();
    } finally {
      await this.stores.remote.close();
    }
  }
}
