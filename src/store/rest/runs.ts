import type { DatasetInput } from '../../core/dataset';
import { invalid } from '../../core/errors';
import type { ModelOutput, Run, RunInfo, RunStatus } from '../../core/run';
import { TagName } from '../../core/tagNames';
import type { Batch, NewRun, Page, RunQuery, Runs } from '../engine';
import { Limit, checkBatch, checkInputs, checkKey, checkLength, checkTag, quote } from '../limits';
import { type Api, pageOf, searchFields } from './api';
import { type KnownSummary, readRun, readRunInfo } from './decoding';
import { writeInput, writePairs, writePoint } from './encoding';
import type { Journal } from './journal';
import { RecentMap } from './recentMap';
import type { WireRun, WireRunInfo } from './wire';

const STATUSES: ReadonlySet<string> = new Set<RunStatus>(['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']);

const MOST_KEPT = 10_000;

/** What the runs' part needs to know of the metrics that have been read. */
export interface ReadHistories {
  readonly known: KnownSummary;
  /** That points of a metric were written, which a kept history lacks. */
  stale(runId: string, key: string): void;
}

export class RestRuns implements Runs {
  /** Run id → experiment id, for the journal. Runs never move. */
  private readonly experimentOf = new RecentMap<string>(MOST_KEPT);

  constructor(
    private readonly api: Api,
    private readonly journal: Journal,
    private readonly histories: ReadHistories,
  ) {}

  async create(run: NewRun): Promise<Run> {
    for (const [key, value] of Object.entries(run.tags ?? {})) checkTag(key, value, Limit.tagValue);
    if (run.name !== undefined) checkLength(run.name, Limit.tagValue, 'run_name');
    const startTime = run.startTime ?? Date.now();
    if (!Number.isSafeInteger(startTime))
      throw invalid(`Invalid value ${quote(startTime)} for parameter 'start_time' supplied: it must be an integer number of milliseconds.`);
    const userId = run.userId ?? run.tags?.[TagName.user];
    const answer = await this.api.postOnce<{ run: WireRun }>('runs/create', {
      experiment_id: run.experimentId,
      start_time: startTime,
      ...(userId === undefined ? {} : { user_id: userId }),
      ...(run.name ? { run_name: run.name } : {}),
      tags: writePairs(run.tags),
    });
    const created = this.read(answer.run);
    this.journal.note({ kind: 'run', runId: created.runId, experimentId: created.experimentId });
    return created;
  }

  async get(runId: string): Promise<Run> {
    return this.read((await this.api.get<{ run: WireRun }>('runs/get', { run_id: runId })).run);
  }

  async search(query: RunQuery): Promise<Page<Run>> {
    if (query.experimentIds.length === 0) return { items: [], nextPageToken: undefined };
    const answer = await this.api.post<{ runs?: WireRun[]; next_page_token?: string }>('runs/search', {
      experiment_ids: query.experimentIds,
      ...searchFields(query),
      run_view_type: query.view ?? 'ACTIVE_ONLY',
    });
    return pageOf(answer.runs, answer.next_page_token, (run) => this.read(run));
  }

  async update(
    runId: string,
    change: { readonly status?: RunStatus; readonly endTime?: number; readonly name?: string },
  ): Promise<RunInfo> {
    if (change.status !== undefined && !STATUSES.has(change.status))
      throw invalid(`Invalid run status: ${quote(change.status)}. It is one of ${[...STATUSES].join(', ')}.`);
    if (change.name !== undefined) checkLength(change.name, Limit.tagValue, 'run_name');
    const answer = await this.api.post<{ run_info?: WireRunInfo }>('runs/update', {
      run_id: runId,
      ...(change.status === undefined ? {} : { status: change.status }),
      ...(change.endTime === undefined ? {} : { end_time: change.endTime }),
      ...(change.name ? { run_name: change.name } : {}),
    });
    await this.changed(runId);
    return readRunInfo(answer.run_info);
  }

  async delete(runId: string): Promise<void> {
    await this.api.postOnce('runs/delete', { run_id: runId });
    await this.changed(runId);
  }

  async restore(runId: string): Promise<void> {
    await this.api.postOnce('runs/restore', { run_id: runId });
    await this.changed(runId);
  }

  async logBatch(runId: string, batch: Batch): Promise<void> {
    checkBatch(batch);
    const metrics = batch.metrics ?? [];
    await this.api.post('runs/log-batch', {
      run_id: runId,
      metrics: metrics.map((point) => writePoint(point, runId)),
      params: batch.params ?? [],
      tags: writePairs(batch.tags),
    });
    for (const key of new Set(metrics.map((point) => point.key))) {
      this.histories.stale(runId, key);
      this.journal.note({ kind: 'metric', runId, key });
    }
    if ((batch.params?.length ?? 0) > 0 || Object.keys(batch.tags ?? {}).length > 0) await this.changed(runId);
  }

  async deleteTag(runId: string, key: string): Promise<void> {
    checkKey(key, 'key');
    await this.api.postOnce('runs/delete-tag', { run_id: runId, key });
    await this.changed(runId);
  }

  async logInputs(runId: string, inputs: readonly DatasetInput[], modelIds: readonly string[] = []): Promise<void> {
    checkInputs(inputs);
    await this.api.post('runs/log-inputs', {
      run_id: runId,
      datasets: inputs.map(writeInput),
      ...(modelIds.length > 0 ? { models: modelIds.map((modelId) => ({ model_id: modelId })) } : {}),
    });
    await this.changed(runId);
  }

  async logOutputs(runId: string, models: readonly ModelOutput[]): Promise<void> {
    await this.api.post('runs/outputs', {
      run_id: runId,
      models: models.map(({ modelId, step }) => ({ model_id: modelId, step })),
    });
    await this.changed(runId);
  }

  private read(wire: WireRun): Run {
    const run = readRun(wire, this.histories.known);
    this.experimentOf.set(run.runId, run.experimentId);
    return run;
  }

  private async changed(runId: string): Promise<void> {
    const experimentId = this.experimentOf.get(runId) ?? (await this.get(runId).catch(() => undefined))?.experimentId;
    if (experimentId !== undefined) this.journal.note({ kind: 'run', runId, experimentId });
  }
}
