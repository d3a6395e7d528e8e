import type { ReadableStream } from 'node:stream/web';
import type { LifecycleStage, Tags } from '../core/experiment';
import type { MetricPoint, MetricSummary } from '../core/metric';
import type { LoggedModelStatus, ModelMetric, ModelStage } from '../core/model';
import type { Run } from '../core/run';
import type { Problems } from './problems';

export interface SourceExperiment {
  readonly experimentId: string;
  readonly name: string;
  readonly lifecycleStage: LifecycleStage;
  /** Milliseconds since the epoch; undefined where nobody wrote it down. */
  readonly creationTime: number | undefined;
  readonly tags: Tags;
}

/** A run with everything but its points and its files. Times are milliseconds since the epoch. */
export interface SourceRun extends Omit<Run, 'artifactUri' | 'metrics'> {
  /** What is known of the metrics without reading their points; undefined where that is nothing. */
  readonly summaries: readonly MetricSummary[] | undefined;
}

export interface SourceModel {
  readonly modelId: string;
  readonly experimentId: string;
  readonly name: string;
  readonly modelType: string;
  readonly sourceRunId: string | undefined;
  /** Where under the source run's files the model lies; undefined: in a folder of its own. */
  readonly runPath: string | undefined;
  readonly status: LoggedModelStatus;
  readonly creationTime: number;
  readonly params: Tags;
  readonly tags: Tags;
  /** The measurements that the source knows as the model's: all of them, or the newest of each. */
  readonly measurements: readonly ModelMetric[];
}

export interface SourceVersion {
  readonly version: number;
  readonly creationTime: number | undefined;
  readonly description: string;
  readonly userId: string;
  readonly stage: ModelStage;
  readonly source: string;
  readonly runId: string | undefined;
  readonly runLink: string;
  readonly tags: Tags;
}

export interface SourceRegisteredModel {
  readonly name: string;
  readonly description: string;
  readonly creationTime: number | undefined;
  readonly tags: Tags;
  /** Alias → version number. */
  readonly aliases: Readonly<Record<string, number>>;
  /** The first version first. */
  readonly versions: readonly SourceVersion[];
}

export interface SourceFile {
  /** Relative to the run or the model, with `/` on every platform. */
  readonly path: string;
  /** Bytes; undefined where that isn't known before it is read. */
  readonly size: number | undefined;
  open(): Promise<ReadableStream<Uint8Array>>;
}

/**
 * What runs can be copied from. Methods reject only where nothing at all can be had; what else can't be read is noted
 * in `problems` and left out.
 */
export interface CopySource {
  /** What a person calls it: a folder, a file, a URL. */
  readonly location: string;
  readonly problems: Problems;
  /** All of them, also the deleted ones. */
  experiments(): Promise<readonly SourceExperiment[]>;
  /** The ids of an experiment's runs, the oldest first; also of the deleted ones unless told otherwise. */
  runIds(experimentId: string, deleted?: boolean): Promise<readonly string[]>;
  /** Fails with RESOURCE_DOES_NOT_EXIST for an id that isn't there. */
  run(runId: string): Promise<SourceRun>;
  /** All points of all metrics of a run, in pages and in no particular order. */
  points(runId: string): AsyncIterable<readonly MetricPoint[]>;
  runFiles(runId: string): AsyncIterable<SourceFile>;
  /** An experiment's logged models without the deleted ones. */
  models(experimentId: string): Promise<readonly SourceModel[]>;
  modelFiles(modelId: string): AsyncIterable<SourceFile>;
  registeredModels(): Promise<readonly SourceRegisteredModel[]>;
  close(): Promise<void>;
}
