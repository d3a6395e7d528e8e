import type { LifecycleStage, Tags } from './experiment';

export type LoggedModelStatus = 'PENDING' | 'READY' | 'FAILED';

/** What was measured of a logged model once, and on which data set where that was told. */
export interface ModelMetric {
  readonly key: string;
  readonly value: number;
  readonly timestamp: number;
  readonly step: number;
  readonly runId: string;
  readonly datasetName: string | undefined;
  readonly datasetDigest: string | undefined;
}

/** A model that a run has logged. `artifactUri` is the folder with its files. */
export interface LoggedModel {
  readonly modelId: string;
  readonly experimentId: string;
  readonly name: string;
  readonly modelType: string;
  readonly sourceRunId: string | undefined;
  readonly status: LoggedModelStatus;
  readonly artifactUri: string;
  readonly creationTime: number;
  readonly lastUpdateTime: number;
  readonly lifecycleStage: LifecycleStage;
  readonly params: Readonly<Record<string, string>>;
  /** Every point that names the model, in the order of arrival, as MLflow gives them. */
  readonly metrics: readonly ModelMetric[];
  readonly tags: Tags;
}

export type ModelStage = 'None' | 'Staging' | 'Production' | 'Archived';

export interface RegisteredModel {
  readonly name: string;
  readonly description: string;
  readonly creationTime: number;
  readonly lastUpdateTime: number;
  readonly tags: Tags;
  /** Alias → version number. */
  readonly aliases: Readonly<Record<string, number>>;
  /** The newest version of each stage that has one. */
  readonly latestVersions: readonly ModelVersion[];
}

export interface ModelVersion {
  readonly name: string;
  readonly version: number;
  readonly creationTime: number;
  readonly lastUpdateTime: number;
  readonly description: string;
  readonly userId: string;
  readonly currentStage: ModelStage;
  /** `runs:/<run id>/<path>`, `models:/<model id>` or a URI. */
  readonly source: string;
  readonly runId: string | undefined;
  /** A web address of the run, where the version came from another server; empty without. */
  readonly runLink: string;
  readonly status: 'PENDING_REGISTRATION' | 'READY' | 'FAILED_REGISTRATION';
  readonly tags: Tags;
  readonly aliases: readonly string[];
}
