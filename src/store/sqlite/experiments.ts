import { TrackingError, invalid, missing } from '../../core/errors';
import type { Experiment, LifecycleStage } from '../../core/experiment';
import type { Experiments, Page, SearchQuery, ViewType } from '../engine';
import { creationTimeOf } from '../givenIds';
import { Limit, checkExperimentName, checkKey, checkTag, quote } from '../limits';
import type { ChangeLog } from './changeLog';
import type { Database } from './database';
import { searchPage } from './searchPage';
import { EXPERIMENT_SUBJECT } from './searchSubjects';
import type { StoreFolder } from './storeFolder';
import { EXPERIMENT_TAGS, deleteTag, setTag, tagsOf } from './tags';

export interface ExperimentRow {
  id: number;
  name: string;
  lifecycle_stage: LifecycleStage;
  creation_time: number;
  last_update_time: number;
}

export class SqliteExperiments implements Experiments {
  constructor(
    private readonly database: Database,
    private readonly folder: StoreFolder,
  ) {}

  async create(name: string, tags: Readonly<Record<string, string>> = {}, given: { readonly creationTime?: number } = {}): Promise<string> {
    checkExperimentName(name);
    for (const [key, value] of Object.entries(tags)) checkTag(key, value, Limit.experimentTagValue);
    const now = creationTimeOf(given.creationTime);
    return this.database.write((changes) => {
      this.refuseTaken(name);
      const id = this.database.insert(
        `INSERT INTO experiment (name, lifecycle_stage, creation_time, last_update_time) VALUES (?, 'active', ?, ?)`,
        name,
        now,
        now,
      );
      for (const [key, value] of Object.entries(tags)) setTag(this.database, EXPERIMENT_TAGS, id, key, value);
      changes.experiment(String(id));
      return String(id);
    });
  }

  async get(experimentId: string): Promise<Experiment> {
    return this.database.read(() => this.describe([findExperiment(this.database, experimentId)])[0]!);
  }

  async getByName(name: string): Promise<Experiment | undefined> {
    return this.database.read(() => {
      const row = this.database.get<ExperimentRow>('SELECT * FROM experiment WHERE name = ?', name);
      return row && this.describe([row])[0];
    });
  }

  async search(query: SearchQuery & { readonly view?: ViewType } = {}): Promise<Page<Experiment>> {
    return this.database.read(() => {
      const page = searchPage<ExperimentRow>(this.database, EXPERIMENT_SUBJECT, query, {
        usual: 1_000,
        most: 50_000,
        view: query.view ?? 'ACTIVE_ONLY',
      });
      return { items: this.describe(page.items), nextPageToken: page.nextPageToken };
    });
  }

  async rename(experimentId: string, name: string): Promise<void> {
    checkExperimentName(name);
    this.database.write((changes) => {
      const row = findExperiment(this.database, experimentId);
      if (row.lifecycle_stage !== 'active') throw new TrackingError('INVALID_STATE', 'Cannot rename a non-active experiment.');
      if (row.name !== name) this.refuseTaken(name);
      this.database.run('UPDATE experiment SET name = ? WHERE id = ?', name, row.id);
      this.touch(row.id, changes);
    });
  }

  async delete(experimentId: string): Promise<void> {
    this.setStage(experimentId, 'active', 'deleted');
  }

  async restore(experimentId: string): Promise<void> {
    this.setStage(experimentId, 'deleted', 'active');
  }

  async setTag(experimentId: string, key: string, value: string): Promise<void> {
    checkTag(key, value, Limit.experimentTagValue);
    this.database.write((changes) => {
      const id = activeExperiment(this.database, experimentId).id;
      setTag(this.database, EXPERIMENT_TAGS, id, key, value);
      this.touch(id, changes);
    });
  }

  async deleteTag(experimentId: string, key: string): Promise<void> {
    checkKey(key, 'key');
    this.database.write((changes) => {
      const id = activeExperiment(this.database, experimentId).id;
      if (!deleteTag(this.database, EXPERIMENT_TAGS, id, key))
        throw missing(`No tag with name: ${key} in experiment with id ${experimentId}`);
      this.touch(id, changes);
    });
  }

  private setStage(experimentId: string, from: LifecycleStage, to: LifecycleStage): void {
    this.database.write((changes) => {
      const row = findExperiment(this.database, experimentId);
      if (row.lifecycle_stage !== from) throw missing(`No Experiment with id=${experimentId} exists that is ${from}.`);
      const runs = this.database.all<{ run_id: string }>(
        'UPDATE run SET lifecycle_stage = ?, deleted_time = ? WHERE experiment = ? AND lifecycle_stage <> ? RETURNING run_id',
        to,
        to === 'deleted' ? Date.now() : null,
        row.id,
        to,
      );
      this.database.run('UPDATE experiment SET lifecycle_stage = ? WHERE id = ?', to, row.id);
      for (const { run_id: runId } of runs) changes.run(runId, experimentId);
      this.touch(row.id, changes);
    });
  }

  private touch(id: number, changes: ChangeLog): void {
    this.database.run('UPDATE experiment SET last_update_time = ? WHERE id = ?', Date.now(), id);
    changes.experiment(String(id));
  }

  private refuseTaken(name: string): void {
    const taken = this.database.get<ExperimentRow>('SELECT * FROM experiment WHERE name = ?', name);
    if (!taken) return;
    const how = taken.lifecycle_stage === 'deleted' ? ` It is deleted: restore it, or choose another name.` : '';
    throw new TrackingError('RESOURCE_ALREADY_EXISTS', `Experiment(name=${name}) already exists.${how}`);
  }

  private describe(rows: readonly ExperimentRow[]): Experiment[] {
    const ids = rows.map((row) => row.id);
    const tags = tagsOf(this.database, EXPERIMENT_TAGS, ids);
    return rows.map((row) => ({
      experimentId: String(row.id),
      name: row.name,
      lifecycleStage: row.lifecycle_stage,
      artifactLocation: this.folder.uri(this.folder.experimentRoot(String(row.id))),
      creationTime: row.creation_time,
      lastUpdateTime: row.last_update_time,
      tags: tags.get(row.id)!,
    }));
  }
}

/** The rows' numbers of experiments' ids; numbers too large for any are left out. */
export function experimentNumbers(experimentIds: readonly string[]): number[] {
  const bad = experimentIds.find((id) => !/^[+-]?\d+$/.test(id));
  if (bad !== undefined) throw invalid(`Invalid experiment ID '${bad.slice(0, 100)}'. Experiment ID must be a valid integer.`);
  return experimentIds.map(Number).filter(Number.isSafeInteger);
}

export function findExperiment(database: Database, experimentId: string): ExperimentRow {
  const [id] = experimentNumbers([experimentId]);
  const row = id === undefined ? undefined : database.get<ExperimentRow>('SELECT * FROM experiment WHERE id = ?', id);
  if (!row) throw missing(`No Experiment with id=${experimentId} exists`);
  return row;
}

/** For everything that writes into an experiment. */
export function activeExperiment(database: Database, experimentId: string): ExperimentRow {
  const row = findExperiment(database, experimentId);
  if (row.lifecycle_stage !== 'active')
    throw invalid(`The experiment ${quote(row.name)} must be in the 'active' state. Current state is ${row.lifecycle_stage}.`);
  return row;
}
