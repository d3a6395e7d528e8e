/** What an engine behind a server of others may lack. */
export type Lack =
  /** Least, greatest and count of a metric that has not been read. */
  | 'summaries'
  /** Times before 1970. */
  | 'earlyTimes'
  /** A model's place under its run. */
  | 'runPath'
  /** The person who is named as a version's maker. */
  | 'versionUser'
  /** That a source names something that is there. */
  | 'sources'
  /** Further pages that begin where the last one ended, whatever came meanwhile. */
  | 'steadyPages'
  /** News of runs whose experiment was deleted, at once. */
  | 'consequences'
  /** That a write which changed nothing is no news. */
  | 'unchanged'
  /** The order in which points arrived within one batch. */
  | 'arrivals'
  /** That files of deleted runs are refused. */
  | 'deletedRuns'
  /** Artifacts of runs and models, and nothing beside them. */
  | 'ownersOnly'
  /** The order in which a run's models were made. */
  | 'outputOrder'
  /** Filters beyond MLflow's own: bare keys with slashes, doubled quotes; and the refusal of all that is none. */
  | 'grammar'
  /** A code that says whose mistake it was. */
  | 'codes'
  /** Our words for a refusal. */
  | 'wording';

/** What an engine lacks, each with the reason: the contract leaves it out. */
export type Lacks = Readonly<Partial<Record<Lack, string>>>;
