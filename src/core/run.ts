import type { LifecycleStage, Tags } from './experiment';
import type { DatasetInput } from './dataset';
import type { MetricSummary } from './metric';

export type RunStatus = 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED';

/** What is known of a run without its data. Times are milliseconds since the epoch. */
export interface RunInfo {
  readonly runId: string;
  readonly runName: string;
  readonly experimentId: string;
  readonly userId: string;
  readonly status: RunStatus;
  readonly startTime: number;
  readonly endTime: number | undefined;
  readonly lifecycleStage: LifecycleStage;
  /** A URI; `file:` for runs of a local store. */
  readonly artifactUri: string;
}

export interface Param {
  readonly key: string;
  readonly value: string;
}

/** A run with everything that was logged but its metrics' histories and its artifacts. */
export interface Run extends RunInfo {
  readonly params: readonly Param[];
  readonly metrics: readonly MetricSummary[];
  readonly tags: Tags;
  readonly inputs: readonly DatasetInput[];
  /** The ids of the logged models that the run has used. */
  readonly modelInputs: readonly string[];
  /** The logged models that the run has made, oldest first. */
  readonly modelOutputs: readonly ModelOutput[];
}

export interface ModelOutput {
  readonly modelId: string;
  readonly step: number;
}

export interface Artifact {
  /** Relative to the run's artifact root, with `/` on every platform. */
  readonly path: string;
  readonly isDirectory: boolean;
  /** Bytes; undefined for a directory. */
  readonly size: number | undefined;
}

/** Whether nothing more will be logged by the run's own process. */
export function isTerminal(status: RunStatus): boolean {
  return status === 'FINISHED' || status === 'FAILED' || status === 'KILLED';
}
