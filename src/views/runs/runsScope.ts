import type { Store } from '../../host/store';
import type { Engine } from '../../store/engine';

/** What every row of the Runs view knows of where it stands. */
export interface RunsScope {
  readonly store: Store;
  readonly engine: Engine;
  readonly options: RunsOptions;
}

/** How a person wants runs to be shown. */
export interface RunsOptions {
  readonly showDeleted: boolean;
  readonly now: () => number;
  /** The metric that the settings ask for, by store. */
  readonly headlineMetric: (store: Store) => string | undefined;
}
