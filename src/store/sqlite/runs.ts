import type { DatasetInput } from '../../core/dataset';
import { TrackingError, invalid, missing } from '../../core/errors';
import type { ModelOutput, Param, Run, RunInfo, RunStatus } from '../../core/run';
import { TagName } from '../../core/tagNames';
import type { Batch, NewRun, Page, RunQuery, Runs } from '../engine';
import { runIdOf } from '../givenIds';
import { Limit, checkBatch, checkInputs, checkKey, checkLength, checkTag, quote } from '../limits';
import { generateRunName } from '../runNames';
import type { Database } from './database';
import { activeExperiment, experimentNumbers } from './experiments';
import { addInput } from './inputs';
import { writeModelMetrics } from './modelMetrics';
import { PointWrites } from './pointWrites';
import { addModelLinks, checkModelLinks } from './runModels';
import { type RunRow, activeRun, describeRuns, findRun, toRunInfo } from './runRows';
import { searchPage } from './searchPage';
import { RUN_SUBJECT } from './searchSubjects';
import type { StoreFolder } from './storeFolder';
import { RUN_TAGS, deleteTag, setTag } from './tags';

const STATUSES: ReadonlySet<string> = new Set<RunStatus>(['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']);

export class SqliteRuns implements Runs {
  private readonly points: PointWrites;

  constructor(
    private readonly database: Database,
    private readonly folder: StoreFolder,
  ) {
    this.points = new PointWrites(database);
  }

  async create(run: NewRun): Promise<Run> {
    const tags = { ...run.tags };
    for (const [key, value] of Object.entries(tags)) checkTag(key, value, Limit.tagValue);
    const name = nameOf(run);
    checkLength(name, Limit.tagValue, 'run_name');
    tags[TagName.runName] = name;
    const startTime = run.startTime ?? Date.now();
    if (!Number.isSafeInteger(startTime))
      throw invalid(`Invalid value ${quote(startTime)} for parameter 'start_time' supplied: it must be an integer number of milliseconds.`);
    const runId = runIdOf(run.runId);
    return this.database.write((changes) => {
      const experiment = activeExperiment(this.database, run.experimentId);
      if (this.database.get('SELECT 1 FROM run WHERE run_id = ?', runId))
        throw new TrackingError('RESOURCE_ALREADY_EXISTS', `Run with id=${runId} already exists.`);
      const id = this.database.insert(
        `INSERT INTO run (run_id, experiment, name, user_id, status, start_time, lifecycle_stage) VALUES (?, ?, ?, ?, 'RUNNING', ?, 'active')`,
        runId,
        experiment.id,
        name,
        run.userId ?? tags[TagName.user] ?? '',
        startTime,
      );
      for (const [key, value] of Object.entries(tags)) setTag(this.database, RUN_TAGS, id, key, value);
      changes.run(runId, String(experiment.id));
      return this.describe(runId);
    });
  }

  async get(runId: string): Promise<Run> {
    return this.database.read(() => this.describe(runId));
  }

  async search(query: RunQuery): Promise<Page<Run>> {
    return this.database.read(() => {
      const experiments = experimentNumbers(query.experimentIds);
      const page = searchPage<RunRow>(this.database, RUN_SUBJECT, query, {
        usual: 1_000,
        most: 50_000,
        view: query.view ?? 'ACTIVE_ONLY',
        experiments,
      });
      return { items: describeRuns(this.database, this.folder, page.items), nextPageToken: page.nextPageToken };
    });
  }

  async update(
    runId: string,
    change: { readonly status?: RunStatus; readonly endTime?: number; readonly name?: string },
  ): Promise<RunInfo> {
    if (change.status !== undefined && !STATUSES.has(change.status))
      throw invalid(`Invalid run status: ${quote(change.status)}. It is one of ${[...STATUSES].join(', ')}.`);
    if (change.name !== undefined) checkLength(change.name, Limit.tagValue, 'run_name');
    return this.database.write((changes) => {
      const row = activeRun(this.database, runId);
      const name = change.name || row.name;
      this.database.run(
        'UPDATE run SET status = ?, end_time = ?, name = ? WHERE id = ?',
        change.status ?? row.status,
        change.endTime ?? row.end_time,
        name,
        row.id,
      );
      if (change.name) setTag(this.database, RUN_TAGS, row.id, TagName.runName, name);
      changes.run(runId, String(row.experiment));
      return toRunInfo(findRun(this.database, runId), this.folder);
    });
  }

  async delete(runId: string): Promise<void> {
    this.setStage(runId, 'deleted');
  }

  async restore(runId: string): Promise<void> {
    this.setStage(runId, 'active');
  }

  async logBatch(runId: string, batch: Batch): Promise<void> {
    checkBatch(batch);
    this.database.write((changes) => {
      const row = activeRun(this.database, runId);
      for (const param of batch.params ?? []) this.logParam(row, param);
      for (const [key, value] of Object.entries(batch.tags ?? {})) this.setTag(row, key, value);
      this.points.write(row.id, batch.metrics ?? [], changes);
      writeModelMetrics(this.database, row.id, batch.metrics ?? [], changes);
      if ((batch.params?.length ?? 0) > 0 || Object.keys(batch.tags ?? {}).length > 0) changes.run(runId, String(row.experiment));
    });
  }

  async deleteTag(runId: string, key: string): Promise<void> {
    checkKey(key, 'key');
    this.database.write((changes) => {
      const row = activeRun(this.database, runId);
      if (!deleteTag(this.database, RUN_TAGS, row.id, key)) throw missing(`No tag with name: ${key} in run with id ${runId}`);
      changes.run(runId, String(row.experiment));
    });
  }

  async logInputs(runId: string, inputs: readonly DatasetInput[], modelIds: readonly string[] = []): Promise<void> {
    checkInputs(inputs);
    const models = modelIds.map((modelId) => ({ modelId, step: 0 }));
    checkModelLinks(models);
    this.database.write((changes) => {
      const row = activeRun(this.database, runId);
      for (const input of inputs) addInput(this.database, row.id, row.experiment, input);
      addModelLinks(this.database, row.id, 'input', models);
      changes.run(runId, String(row.experiment));
    });
  }

  async logOutputs(runId: string, models: readonly ModelOutput[]): Promise<void> {
    checkModelLinks(models);
    this.database.write((changes) => {
      const row = activeRun(this.database, runId);
      addModelLinks(this.database, row.id, 'output', models);
      changes.run(runId, String(row.experiment));
    });
  }

  private setStage(runId: string, stage: 'active' | 'deleted'): void {
    this.database.write((changes) => {
      const row = findRun(this.database, runId);
      this.database.run(
        'UPDATE run SET lifecycle_stage = ?, deleted_time = ? WHERE id = ?',
        stage,
        stage === 'deleted' ? Date.now() : null,
        row.id,
      );
      changes.run(runId, String(row.experiment));
    });
  }

  private logParam(run: RunRow, { key, value }: Param): void {
    if (this.database.run('INSERT INTO param (run, key, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', run.id, key, value) > 0) return;
    const known = this.database.get<{ value: string }>('SELECT value FROM param WHERE run = ? AND key = ?', run.id, key)!.value;
    if (known !== value)
      throw invalid(
        `Changing param values is not allowed. Param with key='${key}' was already logged with value='${known}' for run ID='${run.run_id}'. Attempted logging new value '${value}'.`,
      );
  }

  /** The run's name and the tag that MLflow keeps it in say the same, and are never empty. */
  private setTag(run: RunRow, key: string, value: string): void {
    if (key === TagName.runName && value === '') return;
    setTag(this.database, RUN_TAGS, run.id, key, value);
    if (key === TagName.runName) this.database.run('UPDATE run SET name = ? WHERE id = ?', value, run.id);
  }

  private describe(runId: string): Run {
    return describeRuns(this.database, this.folder, [findRun(this.database, runId)])[0]!;
  }
}

function nameOf({ name, tags }: NewRun): string {
  const tag = tags?.[TagName.runName];
  if (name && tag && name !== tag)
    throw invalid(
      `Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='${name}', mlflow.runName='${tag}').`,
    );
  return name || tag || generateRunName();
}
