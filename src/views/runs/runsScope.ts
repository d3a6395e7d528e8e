import type { Store } from '../../host/store';
import type { TrackingServers } from '../../host/server/trackingServers';
import type { Engine } from '../../store/engine';
import type { ImportOffers } from '../transfer/importOffers';

/** What every row of the Runs view knows of where it stands. */
export interface RunsScope {
  readonly store: Store;
  readonly engine: Engine;
  readonly options: RunsOptions;
}

/** What stands above a store's runs, and beside the view's title. */
export interface RunsSurroundings {
  readonly servers: TrackingServers;
  readonly offers: ImportOffers;
  /** The server whose runs are shown. */
  readonly subtitle: () => string | undefined;
}

/** How a person wants runs to be shown. */
export interface RunsOptions {
  readonly showDeleted: boolean;
  readonly now: () => number;
  /** The metric that the settings ask for, by store. */
  readonly headlineMetric: (store: Store) => string | undefined;
}
