import type { ReadableStream } from 'node:stream/web';
import type { Experiment } from '../core/experiment';
import type { DatasetInput } from '../core/dataset';
import type { EnvelopeBucket, MetricAxis, MetricPoint } from '../core/metric';
import type { LoggedModel, ModelStage, ModelVersion, RegisteredModel } from '../core/model';
import type { Artifact, ModelOutput, Param, Run, RunInfo, RunStatus } from '../core/run';
import type { Disposable } from '../core/disposable';
import type { Change } from './change';

/**
 * The port that every store implements: the embedded `.tracking` and, later, a remote MLflow server.
 * The semantics are MLflow's (lifecycle, immutable params, latest metric, limits, wording of errors); every method
 * rejects with a TrackingError. What a write has answered for is durable.
 */
export interface Engine {
  readonly experiments: Experiments;
  readonly runs: Runs;
  readonly metrics: Metrics;
  readonly artifacts: Artifacts;
  readonly artifactTree: ArtifactTree;
  readonly loggedModels: LoggedModels;
  readonly registry: Registry;
  readonly feed: Feed;
  /** What a person should know about this store: where it is, whether it can be written, warnings in plain words. */
  readonly info: StoreInfo;
  close(): Promise<void>;
}

export interface StoreInfo {
  /** A folder's path or a server's URL. */
  readonly location: string;
  /** The URI under which the artifact tree's paths stand, without a slash at its end. */
  readonly artifactRoot: string;
  /** Whether `runId`, `modelId`, `version` and `creationTime` are honoured where something is created; MLflow's servers choose them. */
  readonly keepsIds: boolean;
  readonly readOnly: boolean;
  readonly warnings: readonly string[];
}

export type ViewType = 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL';

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; undefined on the last page. */
  readonly nextPageToken: string | undefined;
}

export interface SearchQuery {
  /** MLflow's filter grammar, e.g. `metrics.accuracy > 0.9 AND params.epochs = '3'`. */
  readonly filter?: string;
  /** E.g. `metrics.accuracy DESC`. */
  readonly orderBy?: readonly string[];
  readonly maxResults?: number;
  readonly pageToken?: string;
}

export interface Experiments {
  /** @returns the new experiment's id. Fails with RESOURCE_ALREADY_EXISTS for a taken name, also of a deleted one. */
  create(name: string, tags?: Readonly<Record<string, string>>, given?: { readonly creationTime?: number }): Promise<string>;
  get(experimentId: string): Promise<Experiment>;
  getByName(name: string): Promise<Experiment | undefined>;
  search(query?: SearchQuery & { readonly view?: ViewType }): Promise<Page<Experiment>>;
  rename(experimentId: string, name: string): Promise<void>;
  /** Marks the experiment and its runs deleted. */
  delete(experimentId: string): Promise<void>;
  restore(experimentId: string): Promise<void>;
  setTag(experimentId: string, key: string, value: string): Promise<void>;
  deleteTag(experimentId: string, key: string): Promise<void>;
}

/** `runId` and the like are for copies, which keep what they had elsewhere (StoreInfo.keepsIds); a taken id is RESOURCE_ALREADY_EXISTS. */
export interface NewRun {
  readonly runId?: string;
  readonly experimentId: string;
  /** Absent: made of an adjective, a noun and a number. */
  readonly name?: string;
  readonly userId?: string;
  /** Milliseconds since the epoch; absent: now. */
  readonly startTime?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Batch {
  readonly metrics?: readonly MetricPoint[];
  readonly params?: readonly Param[];
  readonly tags?: Readonly<Record<string, string>>;
}

export interface RunQuery extends SearchQuery {
  readonly experimentIds: readonly string[];
  readonly view?: ViewType;
}

export interface Runs {
  create(run: NewRun): Promise<Run>;
  get(runId: string): Promise<Run>;
  /** Newest first unless `orderBy` says otherwise. */
  search(query: RunQuery): Promise<Page<Run>>;
  update(runId: string, change: { readonly status?: RunStatus; readonly endTime?: number; readonly name?: string }): Promise<RunInfo>;
  delete(runId: string): Promise<void>;
  restore(runId: string): Promise<void>;
  /**
   * All or nothing, in one transaction. A param that is there with another value is refused; points that are there already
   * count once. At most 1,000 metrics, 100 params, 100 tags and 1,000 in all.
   */
  logBatch(runId: string, batch: Batch): Promise<void>;
  deleteTag(runId: string, key: string): Promise<void>;
  logInputs(runId: string, inputs: readonly DatasetInput[], modelIds?: readonly string[]): Promise<void>;
  /** MLflow asks not whether there are such models; one that is there already counts once. */
  logOutputs(runId: string, models: readonly ModelOutput[]): Promise<void>;
}

export interface HistoryQuery {
  readonly maxResults?: number;
  readonly pageToken?: string;
}

export interface EnvelopeQuery {
  readonly axis: MetricAxis;
  /** How many buckets at the most; at least 1. */
  readonly buckets: number;
  /** The range on the axis, both ends included; absent: everything. */
  readonly from?: number;
  readonly to?: number;
}

export interface Metrics {
  /** All points of a metric, ordered by (step, timestamp, value). */
  history(runId: string, key: string, query?: HistoryQuery): Promise<Page<MetricPoint>>;
  /** Equal spans of the axis with the extremes of the points in each; empty spans are left out. A metric that is absent gives none. */
  envelope(runId: string, key: string, query: EnvelopeQuery): Promise<readonly EnvelopeBucket[]>;
}

/** Paths are relative with `/`; one that would leave the run's root is refused. */
export interface Artifacts {
  /** What lies directly under a folder; the empty path is the root. */
  list(runId: string, path?: string): Promise<readonly Artifact[]>;
  read(runId: string, path: string): Promise<Uint8Array>;
  /** Written beside and renamed, so that a reader never sees half a file. */
  write(runId: string, path: string, content: Uint8Array | string): Promise<void>;
  /** Copies a file or a folder of this machine to `path` (absent: its own name) under the run's root. */
  upload(runId: string, localPath: string, path?: string): Promise<void>;
  /** The file on this machine, where the store has one (for opening it in an editor); undefined for remote stores. */
  localPath(runId: string, path: string): Promise<string | undefined>;
}

/** Both ends are included; `end` is absent for the rest of the file. */
export interface ByteRange {
  readonly start: number;
  readonly end?: number;
}

export interface OpenedArtifact {
  /** Bytes of the whole file. */
  readonly size: number;
  readonly content: ReadableStream<Uint8Array>;
}

/**
 * The files of all runs and logged models, streamed. Paths begin with what they belong to, `<experiment>/<run>/artifacts/…` or
 * `<experiment>/models/<model>/artifacts/…`; for the rest they obey the rules of Artifacts, and lists tell them whole.
 */
export interface ArtifactTree {
  list(path: string): Promise<readonly Artifact[]>;
  /** What a range asks for beyond the file's end is left out; one that begins there is INVALID_PARAMETER_VALUE. */
  open(path: string, range?: ByteRange): Promise<OpenedArtifact>;
  /** Nobody sees the file before it is whole; when the stream fails, nothing is kept. */
  write(path: string, content: ReadableStream<Uint8Array>): Promise<void>;
  /** Removes a file, or a folder with all that it holds. */
  remove(path: string): Promise<void>;
}

export interface NewLoggedModel {
  readonly modelId?: string;
  readonly creationTime?: number;
  readonly experimentId: string;
  readonly name: string;
  readonly modelType?: string;
  readonly sourceRunId?: string;
  /** Where under the source run's artifacts the model lies; absent: a folder of its own. */
  readonly runPath?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A data set by its name, and by its digest where only that version of it counts. */
export interface DatasetFilter {
  readonly name: string;
  readonly digest?: string;
}

/** A metric that models are ordered by, as the newest point has it that was measured on one data set. */
export interface MetricOrder {
  readonly metric: string;
  readonly descending: boolean;
  readonly dataset: DatasetFilter;
}

/** Metrics in the filter hold when any of a model's points does; those in `orderBy` are the newest by (timestamp, step). */
export interface LoggedModelQuery extends Omit<SearchQuery, 'orderBy'> {
  readonly experimentIds: readonly string[];
  readonly sourceRunId?: string;
  /** Only points that were measured on one of these count in the filter; a filter without metrics finds what was measured on one. */
  readonly datasets?: readonly DatasetFilter[];
  readonly orderBy?: readonly (string | MetricOrder)[];
}

export interface LoggedModels {
  /** The model is PENDING until it is finalized. */
  create(model: NewLoggedModel): Promise<LoggedModel>;
  finalize(modelId: string, status: 'READY' | 'FAILED'): Promise<LoggedModel>;
  get(modelId: string, allowDeleted?: boolean): Promise<LoggedModel>;
  /** Newest first unless `orderBy` says otherwise. */
  search(query: LoggedModelQuery): Promise<Page<LoggedModel>>;
  setTags(modelId: string, tags: Readonly<Record<string, string>>): Promise<void>;
  deleteTag(modelId: string, key: string): Promise<void>;
  /** A param that is there with another value is refused. */
  logParams(modelId: string, params: Readonly<Record<string, string>>): Promise<void>;
  delete(modelId: string): Promise<void>;
}

export interface NewModelVersion {
  readonly name: string;
  /** The number of a copy; one that is taken is RESOURCE_ALREADY_EXISTS. */
  readonly version?: number;
  readonly creationTime?: number;
  /** `runs:/<run id>/<path>` or `models:/<model id>`. */
  readonly source: string;
  readonly runId?: string;
  readonly runLink?: string;
  readonly description?: string;
  readonly userId?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Registry {
  createModel(
    name: string,
    options?: { readonly description?: string; readonly tags?: Readonly<Record<string, string>>; readonly creationTime?: number },
  ): Promise<RegisteredModel>;
  getModel(name: string): Promise<RegisteredModel>;
  searchModels(query?: SearchQuery): Promise<Page<RegisteredModel>>;
  updateModel(name: string, change: { readonly description?: string; readonly newName?: string }): Promise<RegisteredModel>;
  deleteModel(name: string): Promise<void>;
  setModelTag(name: string, key: string, value: string): Promise<void>;
  deleteModelTag(name: string, key: string): Promise<void>;
  /** The next version of a model; version numbers are never used again. */
  createVersion(version: NewModelVersion): Promise<ModelVersion>;
  getVersion(name: string, version: number): Promise<ModelVersion>;
  getVersionByAlias(name: string, alias: string): Promise<ModelVersion>;
  /** Newest first. */
  searchVersions(query?: SearchQuery & { readonly name?: string }): Promise<Page<ModelVersion>>;
  updateVersion(
    name: string,
    version: number,
    change: { readonly description?: string; readonly stage?: ModelStage; readonly archiveExisting?: boolean },
  ): Promise<ModelVersion>;
  deleteVersion(name: string, version: number): Promise<void>;
  setVersionTag(name: string, version: number, key: string, value: string): Promise<void>;
  deleteVersionTag(name: string, version: number, key: string): Promise<void>;
  /** 1 to 255 characters, never `latest` or `v` with digits; moves the alias if another version has it. */
  setAlias(name: string, alias: string, version: number): Promise<void>;
  deleteAlias(name: string, alias: string): Promise<void>;
}

export interface Feed {
  /** The newest change's number; 0 for an empty store. */
  head(): Promise<number>;
  /** What has changed since, each subject once, in the order of its latest change. */
  since(sequence: number): Promise<{ readonly head: number; readonly changes: readonly Change[] }>;
  /**
   * The points of a metric that were logged after a change's number, in the order of arrival: what a live chart appends.
   * `head` is what to ask with next.
   */
  points(runId: string, key: string, sequence: number): Promise<{ readonly head: number; readonly points: readonly MetricPoint[] }>;
  /** Calls back soon after anybody, also another process, has written; several writes may come as one call. */
  watch(listener: () => void): Disposable;
}
