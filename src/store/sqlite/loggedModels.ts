import { join } from 'node:path';
import { TrackingError, invalid, missing } from '../../core/errors';
import type { LoggedModel } from '../../core/model';
import type { LoggedModelQuery, LoggedModels, NewLoggedModel, Page } from '../engine';
import { creationTimeOf, modelIdOf } from '../givenIds';
import { Limit, checkKey, checkLength, checkTag, quote } from '../limits';
import { normalizeArtifactPath } from '../artifactPath';
import type { ChangeLog } from './changeLog';
import type { Database } from './database';
import { activeExperiment, experimentNumbers } from './experiments';
import { type LoggedModelRow, findLoggedModel } from './loggedModelRows';
import { modelMetricsOf } from './modelMetrics';
import { activeRun } from './runRows';
import { searchPage } from './searchPage';
import { LOGGED_MODEL_SUBJECT } from './searchSubjects';
import type { StoreFolder } from './storeFolder';
import { LOGGED_MODEL_PARAMS, LOGGED_MODEL_TAGS, deleteTag, setTag, tagsOf } from './tags';

export class SqliteLoggedModels implements LoggedModels {
  constructor(
    private readonly database: Database,
    private readonly folder: StoreFolder,
  ) {}

  async create(model: NewLoggedModel): Promise<LoggedModel> {
    if (!model.name) throw invalid("Missing value for required parameter 'name': give the logged model a name.");
    if (/[/:.%"']/.test(model.name))
      throw invalid(
        `Invalid model name (${model.name}) provided. Model name must be a non-empty string and cannot contain the following characters: / : . % " '`,
      );
    checkLength(model.name, Limit.key, 'name');
    const runPath = model.runPath === undefined ? null : normalizeArtifactPath(model.runPath);
    if (runPath !== null && model.sourceRunId === undefined)
      throw invalid("'runPath' needs 'sourceRunId', the run under whose artifacts the model lies.");
    checkParams(model.params ?? {});
    for (const [key, value] of Object.entries(model.tags ?? {})) checkTag(key, value, Limit.tagValue);
    const modelId = modelIdOf(model.modelId);
    const now = creationTimeOf(model.creationTime);
    return this.database.write((changes) => {
      const experiment = activeExperiment(this.database, model.experimentId);
      // A model that doesn't lie in its run may come from a run that is elsewhere, as in MLflow.
      if (runPath !== null) activeRun(this.database, model.sourceRunId!);
      if (this.database.get('SELECT 1 FROM logged_model WHERE model_id = ?', modelId))
        throw new TrackingError('RESOURCE_ALREADY_EXISTS', `Logged model with ID '${modelId}' already exists.`);
      const id = this.database.insert(
        `INSERT INTO logged_model (model_id, experiment, name, model_type, source_run, run_path, status, lifecycle_stage, creation_time, last_update_time)
         VALUES (?, ?, ?, ?, ?, ?, 'PENDING', 'active', ?, ?)`,
        modelId,
        experiment.id,
        model.name,
        model.modelType ?? '',
        model.sourceRunId ?? null,
        runPath,
        now,
        now,
      );
      for (const [key, value] of Object.entries(model.params ?? {})) setTag(this.database, LOGGED_MODEL_PARAMS, id, key, value);
      for (const [key, value] of Object.entries(model.tags ?? {})) setTag(this.database, LOGGED_MODEL_TAGS, id, key, value);
      changes.loggedModel(modelId, model.sourceRunId);
      return this.describe([findLoggedModel(this.database, modelId)])[0]!;
    });
  }

  async finalize(modelId: string, status: 'READY' | 'FAILED'): Promise<LoggedModel> {
    if (status !== 'READY' && status !== 'FAILED')
      throw invalid(`Invalid model status: ${String(status)}. Expected statuses: READY, FAILED.`);
    return this.change(modelId, (row) => this.database.run('UPDATE logged_model SET status = ? WHERE id = ?', status, row.id));
  }

  async get(modelId: string, allowDeleted = false): Promise<LoggedModel> {
    return this.database.read(() => this.describe([findLoggedModel(this.database, modelId, allowDeleted)])[0]!);
  }

  async search(query: LoggedModelQuery): Promise<Page<LoggedModel>> {
    for (const { name } of query.datasets ?? []) if (!name) throw invalid('`dataset_name` in the `datasets` clause must be specified.');
    return this.database.read(() => {
      const experiments = experimentNumbers(query.experimentIds);
      const also = query.sourceRunId === undefined ? [] : [{ text: 'logged_model.source_run = ?', values: [query.sourceRunId] }];
      const page = searchPage<LoggedModelRow>(this.database, LOGGED_MODEL_SUBJECT, query, {
        usual: 100,
        most: 50_000,
        view: 'ACTIVE_ONLY',
        experiments,
        datasets: query.datasets,
        also,
      });
      return { items: this.describe(page.items), nextPageToken: page.nextPageToken };
    });
  }

  async setTags(modelId: string, tags: Readonly<Record<string, string>>): Promise<void> {
    for (const [key, value] of Object.entries(tags)) checkTag(key, value, Limit.tagValue);
    this.change(modelId, (row) => {
      for (const [key, value] of Object.entries(tags)) setTag(this.database, LOGGED_MODEL_TAGS, row.id, key, value);
    });
  }

  async deleteTag(modelId: string, key: string): Promise<void> {
    checkKey(key, 'key');
    this.change(modelId, (row) => {
      if (!deleteTag(this.database, LOGGED_MODEL_TAGS, row.id, key))
        throw missing(`No tag with key ${quote(key)} found for model with ID ${quote(modelId)}.`);
    });
  }

  async logParams(modelId: string, params: Readonly<Record<string, string>>): Promise<void> {
    checkParams(params);
    this.change(modelId, (row) => {
      const known = tagsOf(this.database, LOGGED_MODEL_PARAMS, [row.id]).get(row.id)!;
      for (const [key, value] of Object.entries(params)) {
        if (Object.hasOwn(known, key) && known[key] !== value)
          throw invalid(
            `Changing param values is not allowed. Param with key='${key}' was already logged with value='${known[key]}' for model ID='${modelId}'. Attempted logging new value '${value}'.`,
          );
        setTag(this.database, LOGGED_MODEL_PARAMS, row.id, key, value);
      }
    });
  }

  async delete(modelId: string): Promise<void> {
    this.change(modelId, (row) => this.database.run(`UPDATE logged_model SET lifecycle_stage = 'deleted' WHERE id = ?`, row.id), true);
  }

  private change(modelId: string, action: (row: LoggedModelRow, changes: ChangeLog) => void, allowDeleted = false): LoggedModel {
    return this.database.write((changes) => {
      const row = findLoggedModel(this.database, modelId, allowDeleted);
      action(row, changes);
      this.database.run('UPDATE logged_model SET last_update_time = ? WHERE id = ?', Date.now(), row.id);
      changes.loggedModel(modelId, row.source_run ?? undefined);
      return this.describe([this.database.get<LoggedModelRow>('SELECT * FROM logged_model WHERE id = ?', row.id)!])[0]!;
    });
  }

  private describe(rows: readonly LoggedModelRow[]): LoggedModel[] {
    const ids = rows.map((row) => row.id);
    const params = tagsOf(this.database, LOGGED_MODEL_PARAMS, ids);
    const tags = tagsOf(this.database, LOGGED_MODEL_TAGS, ids);
    const metrics = modelMetricsOf(this.database, ids);
    return rows.map((row) => ({
      modelId: row.model_id,
      experimentId: String(row.experiment),
      name: row.name,
      modelType: row.model_type,
      sourceRunId: row.source_run ?? undefined,
      status: row.status,
      artifactUri: this.folder.uri(this.filesOf(row)),
      creationTime: row.creation_time,
      lastUpdateTime: row.last_update_time,
      lifecycleStage: row.lifecycle_stage,
      params: params.get(row.id)!,
      metrics: metrics.get(row.id) ?? [],
      tags: tags.get(row.id)!,
    }));
  }

  /** A model with a path lies in its run, which may be of another experiment than the model. */
  private filesOf(row: LoggedModelRow): string {
    if (row.run_path === null || row.source_run === null) return this.folder.modelRoot(String(row.experiment), row.model_id);
    const run = this.database.get<{ experiment: number }>('SELECT experiment FROM run WHERE run_id = ?', row.source_run)!;
    return join(this.folder.runRoot(String(run.experiment), row.source_run), row.run_path);
  }
}

function checkParams(params: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(params)) {
    checkKey(key, 'params.key');
    checkLength(value, Limit.paramValue, `params '${key}'`);
  }
}
