/** Deleted things stay in the store, out of sight, until they are restored. */
export type LifecycleStage = 'active' | 'deleted';

export type Tags = Readonly<Record<string, string>>;

/** A named set of runs. Times are milliseconds since the epoch. */
export interface Experiment {
  readonly experimentId: string;
  readonly name: string;
  readonly lifecycleStage: LifecycleStage;
  readonly artifactLocation: string;
  readonly creationTime: number;
  readonly lastUpdateTime: number;
  readonly tags: Tags;
}
