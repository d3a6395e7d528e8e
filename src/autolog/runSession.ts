import type { ReadCodeState } from '../core/codeState';
import type { Dataset } from '../core/dataset';
import type { ReadDataSummary } from '../core/dataSummary';
import type { DescribedDataset } from '../core/dataUse';
import type { ReadDataVersion } from '../core/dataVersion';
import { TrackingError, messageOf } from '../core/errors';
import type { MetricPoint } from '../core/metric';
import type { RunProgress } from '../core/progress';
import type { Run, RunStatus } from '../core/run';
import { TagName } from '../core/tagNames';
import type { Engine } from '../store/engine';
import type { DataFiles } from './fileDataset';
import { UsedDatasets } from './usedDatasets';
import { describeDataFiles } from './fileDataset';
import type { ParamValue } from './loggedValue';
import { Limits, limited, oneLine, paramText, stackOf } from './loggedValue';
import type { TrackedModel } from './model';
import { identifyProcess } from '../store/processIdentity';
import { ProgressTag } from './progressTag';
import { readRunContext } from './runContext';
import type { LogModelOptions } from './runModels';
import { RunModels } from './runModels';
import type { RunToOpen } from './runOpening';
import { openRun, userName } from './runOpening';
import { commandLineText } from './secretMask';
import type { SessionLog } from './sessionLog';
import { SystemMetrics } from './systemMetrics';
import { WriteQueue } from './writeQueue';

export interface RunSessionOptions extends RunToOpen {
  readonly tags?: Readonly<Record<string, string>>;
  /** The project's folder: relative paths and the code's state are read from here. */
  readonly folder: string;
  /** Program and arguments; secrets in them are masked. */
  readonly commandLine: readonly string[];
  /** The script or configuration that is being run. */
  readonly source: string | undefined;
  readonly readCodeState: ReadCodeState;
  readonly readDataVersion: ReadDataVersion;
  /** Absent: data files are described without looking into them. */
  readonly readDataSummary?: ReadDataSummary;
  /** Absent: measured every 2 to 10 seconds; false: not at all. */
  readonly systemMetrics?: { readonly intervalMs?: number } | false;
  readonly log: SessionLog;
}

/**
 * A run while it is being written. Metrics, params and tags are queued and written in batches; `flush` waits for them. What can't
 * be logged is warned of and never ends the training.
 */
export class RunSession {
  private readonly queue: WriteQueue;
  private readonly params: Map<string, string>;
  private readonly progress: ProgressTag;
  private readonly system: SystemMetrics | undefined;
  private readonly pending = new Set<Promise<void>>();
  private readonly models: RunModels;
  private readonly uses: UsedDatasets;
  private finishing: Promise<void> | undefined;
  private context: Readonly<Record<string, string>> = {};
  private ended: RunStatus | undefined;

  private constructor(
    private readonly engine: Engine,
    /** The run as it was when it started. */
    readonly run: Run,
    private readonly options: RunSessionOptions,
  ) {
    this.queue = new WriteQueue(engine.runs, run.runId, options.log);
    this.params = new Map(run.params.map(({ key, value }) => [key, value]));
    this.models = new RunModels(engine, run);
    this.uses = new UsedDatasets((line) => options.log.warn(line));
    this.progress = new ProgressTag((json) => this.queue.addTags({ [TagName.progress]: json }));
    if (options.systemMetrics !== false)
      this.system = new SystemMetrics(
        options.folder,
        (metrics, step) => this.logMetrics(metrics, { step }),
        options.systemMetrics?.intervalMs,
      );
  }

  /** Makes the run, and the experiment where it is missing, and logs where the run comes from. */
  static async start(engine: Engine, options: RunSessionOptions): Promise<RunSession> {
    const session = await RunSession.open(engine, options);
    await session.begin();
    return session;
  }

  /** Only makes the run. `begin` takes a while: whoever can be told to end listens from here on. */
  static async open(engine: Engine, options: RunSessionOptions): Promise<RunSession> {
    const process = JSON.stringify(await identifyProcess());
    const command = limited(commandLineText(options.commandLine), Limits.tagValue).text;
    const tags = {
      ...options.tags,
      [TagName.user]: userName(),
      [TagName.sourceType]: 'LOCAL',
      [TagName.commandLine]: command,
      [TagName.process]: process,
    };
    return new RunSession(engine, await openRun(engine, options, tags), options);
  }

  /** Logs where the run comes from, and begins to measure the machine. */
  async begin(): Promise<void> {
    await this.logContext();
    if (this.ended === undefined) await this.system?.start();
  }

  get runId(): string {
    return this.run.runId;
  }

  /** The tags that name the source file and the commit. */
  get sourceTags(): Readonly<Record<string, string>> {
    return this.context;
  }

  /** The same value again is fine; another value is warned of and the first one kept. */
  logParams(params: Readonly<Record<string, ParamValue>>): void {
    if (this.isOver('parameters')) return;
    for (const [key, value] of Object.entries(params)) {
      const { text, cut } = limited(paramText(value), Limits.paramValue);
      if (cut) this.options.log.warn(`Parameter ${key} is cut to ${Limits.paramValue} characters.`);
      const known = this.params.get(key);
      if (known !== undefined && known !== text)
        this.options.log.warn(`Parameter ${key} stays ${known}: a run's parameters don't change (to ${text}).`);
      if (known !== undefined) continue;
      this.params.set(key, text);
      this.queue.addParams([{ key, value: text }]);
    }
  }

  /** @param at the step, absent: 0; the time in milliseconds since the epoch, absent: now. */
  logMetrics(metrics: Readonly<Record<string, number>>, at: { readonly step?: number; readonly timestamp?: number } = {}): void {
    if (this.isOver('metrics')) return;
    const timestamp = Math.trunc(at.timestamp ?? Date.now());
    const step = Math.trunc(at.step ?? 0);
    if (!Number.isSafeInteger(step) || !Number.isSafeInteger(timestamp)) {
      this.options.log.warn(`${Object.keys(metrics).join(', ')} not logged: step ${at.step} at ${at.timestamp} is no place.`);
      return;
    }
    const points: MetricPoint[] = [];
    for (const [key, value] of Object.entries(metrics)) {
      if (typeof value === 'number') points.push({ key, value, timestamp, step });
      else this.options.log.warn(`Metric ${key} is not logged: ${String(value)} is not a number.`);
    }
    this.queue.addPoints(points);
  }

  setTags(tags: Readonly<Record<string, string | number | boolean>>): void {
    if (this.isOver('tags')) return;
    for (const [key, value] of Object.entries(tags)) {
      const { text, cut } = limited(String(value), Limits.tagValue);
      if (cut) this.options.log.warn(`Tag ${key} is cut to ${Limits.tagValue} characters.`);
      this.queue.addTags({ [key]: text });
    }
  }

  async deleteTag(key: string): Promise<void> {
    await this.queue.flush();
    await this.engine.runs.deleteTag(this.runId, key);
  }

  /** Copies a file or folder to `path` (absent: its own name) under the run's artifacts. */
  logArtifact(localPath: string, path?: string): Promise<void> {
    return this.engine.artifacts.upload(this.runId, localPath, path);
  }

  logText(path: string, content: string | Uint8Array): Promise<void> {
    return this.engine.artifacts.write(this.runId, path, content);
  }

  /**
   * Notes what data the run uses. Where that can't be had again by the commit alone, it is said once, with what to do.
   * @param context what it was used for: `train`, `validation` or `test`.
   */
  async logDataset(data: Dataset | DataFiles, context: string, tags: Readonly<Record<string, string>> = {}): Promise<Dataset> {
    const described = 'paths' in data ? await this.describe(data) : data;
    const { dataset, tags: own } = this.uses.take(described);
    await this.engine.runs.logInputs(this.runId, [{ dataset, tags: { ...own, ...tags, 'mlflow.data.context': context } }]);
    if (this.uses.state !== undefined) this.setTags({ [TagName.dataState]: this.uses.state });
    return dataset;
  }

  private describe(data: DataFiles): Promise<DescribedDataset> {
    const { folder, readDataVersion, readDataSummary } = this.options;
    return describeDataFiles(data, folder, readDataVersion, readDataSummary);
  }

  /**
   * Saves a model under the run and makes it known as a logged model. Saved to the same path again, it replaces the former one.
   * @returns the logged model's id.
   */
  async logModel(model: TrackedModel, options: LogModelOptions = {}): Promise<string> {
    const modelId = await this.models.save(model, options, Object.fromEntries(this.params));
    this.setTags({ [TagName.modelHistory]: this.models.history });
    await this.queue.flush();
    return modelId;
  }

  /** Shows where the training stands, at most once a second. */
  reportProgress(progress: RunProgress): void {
    if (!this.finishing) this.progress.report(progress);
  }

  /** Work that logs later, and that `flush` and `finish` have to wait for. Its failure is warned of. */
  track(work: Promise<void>): void {
    const tracked = work.catch((error: unknown) => this.options.log.warn(messageOf(error))).finally(() => this.pending.delete(tracked));
    this.pending.add(tracked);
  }

  /** Resolves when everything that was logged before is durable. */
  async flush(): Promise<void> {
    await Promise.all(this.pending);
    await this.queue.flush();
  }

  /** Writes what is left and ends the run; only the first call counts. An error's one line and stack are kept with the run. */
  finish(status: Extract<RunStatus, 'FINISHED' | 'FAILED' | 'KILLED'>, error?: unknown): Promise<void> {
    this.finishing ??= this.close(status, error);
    return this.finishing;
  }

  private async close(status: RunStatus, error: unknown): Promise<void> {
    this.progress.stop();
    this.queue.dropTag(TagName.progress);
    await this.system?.stop();
    if (status === 'FINISHED') await Promise.all(this.pending);
    this.ended = status;
    if (error !== undefined) {
      this.queue.addTags({ [TagName.error]: oneLine(error) });
      await this.guarded('error.txt', () => this.logText('error.txt', `${stackOf(error)}\n`));
    }
    let lost: unknown;
    await this.queue.close().catch((reason: unknown) => (lost = reason));
    if (this.progress.written) await this.guarded('The end of the progress', () => this.removeTag(TagName.progress));
    await this.engine.runs.update(this.runId, { status, endTime: Date.now() });
    if (lost !== undefined)
      throw new TrackingError('INTERNAL_ERROR', `Some of what the run logged could not be written: ${messageOf(lost)}`, { cause: lost });
  }

  /** What is logged late is named, but for a run that was cut off, whose work is still winding down. */
  private isOver(what: string): boolean {
    if (this.ended === 'FINISHED') this.options.log.warn(`Some ${what} came after the run's end and are not logged.`);
    return this.ended !== undefined;
  }

  private async logContext(): Promise<void> {
    const { folder, source, readCodeState, log } = this.options;
    const { tags, files } = await readRunContext(folder, source, readCodeState, log);
    this.context = tags;
    this.setTags(tags);
    await Promise.all([...files].map(([path, content]) => this.guarded(path, () => this.logText(path, content))));
    await this.queue.flush();
  }

  /** A tag that was dropped from the queue before it was written is as good as removed. */
  private async removeTag(key: string): Promise<void> {
    try {
      await this.engine.runs.deleteTag(this.runId, key);
    } catch (error) {
      if (!(error instanceof TrackingError && error.code === 'RESOURCE_DOES_NOT_EXIST')) throw error;
    }
  }

  private async guarded(what: string, work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => this.options.log.warn(`${what} is not logged: ${messageOf(error)}`));
  }
}
