import { isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TrackingError, invalid } from '../../core/errors';
import type { ModelStage, ModelVersion } from '../../core/model';
import type { NewModelVersion, Page, SearchQuery } from '../engine';
import { creationTimeOf, versionOf } from '../givenIds';
import { Limit, checkKey, checkLength, checkTag, quote } from '../limits';
import { normalizeArtifactPath } from '../artifactPath';
import type { ChangeLog } from './changeLog';
import type { Database } from './database';
import { findLoggedModel } from './loggedModelRows';
import { findModel } from './registeredModels';
import { findRun } from './runRows';
import { searchPage } from './searchPage';
import { MODEL_VERSION_SUBJECT } from './searchSubjects';
import type { StoreFolder } from './storeFolder';
import { MODEL_VERSION_TAGS, deleteTag, setTag } from './tags';
import { type VersionRow, describeVersions, findVersion, keepCopies } from './versionRows';

const STAGES: readonly ModelStage[] = ['None', 'Staging', 'Production', 'Archived'];
/** What stands in for the files of MLflow's prompts, which have none. */
const PROMPT_SOURCES: readonly string[] = ['dummy-source', 'prompt-template'];
const ACTIVE_STAGES: readonly ModelStage[] = ['Staging', 'Production'];

/** The versions of registered models. */
export class ModelVersions {
  constructor(
    private readonly database: Database,
    private readonly folder: StoreFolder,
  ) {}

  create(version: NewModelVersion): ModelVersion {
    checkLength(version.description ?? '', Limit.description, 'description');
    for (const [key, value] of Object.entries(version.tags ?? {})) checkTag(key, value, Limit.registryTagValue);
    if (version.runLink !== undefined) checkLength(version.runLink, Limit.runLink, 'run_link');
    const now = creationTimeOf(version.creationTime);
    return this.database.write((changes) => {
      const model = findModel(this.database, version.name);
      const runId = this.runOfSource(version);
      const number = versionOf(version.version, model.last_version);
      if (this.database.get('SELECT 1 FROM model_version WHERE model = ? AND version = ?', model.id, number))
        throw new TrackingError('RESOURCE_ALREADY_EXISTS', `Model Version (name=${version.name}, version=${number}) already exists.`);
      const id = this.database.insert(
        `INSERT INTO model_version (model, version, description, user_id, stage, source, run_id, run_link, status, creation_time, last_update_time)
         VALUES (?, ?, ?, ?, 'None', ?, ?, ?, 'READY', ?, ?)`,
        model.id,
        number,
        version.description ?? '',
        version.userId ?? '',
        version.source,
        runId ?? null,
        version.runLink ?? '',
        now,
        now,
      );
      this.database.run(
        'UPDATE registered_model SET last_version = max(last_version, ?), last_update_time = max(last_update_time, ?) WHERE id = ?',
        number,
        now,
        model.id,
      );
      for (const [key, value] of Object.entries(version.tags ?? {})) setTag(this.database, MODEL_VERSION_TAGS, id, key, value);
      changes.registeredModel(version.name);
      return this.describe(findVersion(this.database, version.name, number));
    });
  }

  get(name: string, version: number): ModelVersion {
    return this.database.read(() => this.describe(findVersion(this.database, name, version)));
  }

  getByAlias(name: string, alias: string): ModelVersion {
    return this.database.read(() => {
      const model = findModel(this.database, name);
      const row = this.database.get<VersionRow>(
        'SELECT model_version.* FROM model_alias JOIN model_version ON model_version.id = model_alias.version WHERE model_alias.model = ? AND alias = ?',
        model.id,
        alias,
      );
      if (!row) throw invalid(`Registered model alias ${alias} not found.`);
      return this.describe(row);
    });
  }

  search(query: SearchQuery & { readonly name?: string }): Page<ModelVersion> {
    return this.database.read(() => {
      const also =
        query.name === undefined
          ? []
          : [{ text: 'model_version.model = (SELECT id FROM registered_model WHERE name = ?)', values: [query.name] }];
      const page = searchPage<VersionRow>(this.database, MODEL_VERSION_SUBJECT, query, { usual: 10_000, most: 200_000, also });
      return { items: describeVersions(this.database, page.items), nextPageToken: page.nextPageToken };
    });
  }

  update(
    name: string,
    version: number,
    change: { readonly description?: string; readonly stage?: ModelStage; readonly archiveExisting?: boolean },
  ): ModelVersion {
    if (change.description !== undefined) checkLength(change.description, Limit.description, 'description');
    const stage = change.stage === undefined ? undefined : readStage(change.stage);
    if (change.archiveExisting && (stage === undefined || !ACTIVE_STAGES.includes(stage)))
      throw invalid(
        `Model version transition cannot archive existing model versions because '${stage}' is not an Active stage. Valid stages are ${ACTIVE_STAGES.join(', ')}`,
      );
    return this.change(name, version, (row) => {
      if (change.archiveExisting)
        this.database.run(
          `UPDATE model_version SET stage = 'Archived', last_update_time = ? WHERE model = ? AND stage = ? AND id <> ?`,
          Date.now(),
          row.model,
          stage!,
          row.id,
        );
      this.database.run(
        'UPDATE model_version SET description = ?, stage = ? WHERE id = ?',
        change.description ?? row.description,
        stage ?? row.stage,
        row.id,
      );
    });
  }

  delete(name: string, version: number): void {
    this.database.write((changes) => {
      const row = findVersion(this.database, name, version);
      keepCopies(this.database, name, [row]);
      this.database.run('DELETE FROM model_version WHERE id = ?', row.id);
      this.database.run('UPDATE registered_model SET last_update_time = ? WHERE id = ?', Date.now(), row.model);
      changes.registeredModel(name);
    });
  }

  setTag(name: string, version: number, key: string, value: string): void {
    checkTag(key, value, Limit.registryTagValue);
    this.change(name, version, (row) => setTag(this.database, MODEL_VERSION_TAGS, row.id, key, value));
  }

  deleteTag(name: string, version: number, key: string): void {
    checkKey(key, 'key');
    this.change(name, version, (row) => deleteTag(this.database, MODEL_VERSION_TAGS, row.id, key));
  }

  private change(name: string, version: number, action: (row: VersionRow, changes: ChangeLog) => void): ModelVersion {
    return this.database.write((changes) => {
      const row = findVersion(this.database, name, version);
      action(row, changes);
      const now = Date.now();
      this.database.run('UPDATE model_version SET last_update_time = ? WHERE id = ?', now, row.id);
      this.database.run('UPDATE registered_model SET last_update_time = ? WHERE id = ?', now, row.model);
      changes.registeredModel(name);
      return this.describe(findVersion(this.database, name, version));
    });
  }

  private describe(row: VersionRow): ModelVersion {
    return describeVersions(this.database, [row])[0]!;
  }

  /** The run that a version comes from. A source that names something of this store must name what is there. */
  private runOfSource({ source, runId, tags }: NewModelVersion): string | undefined {
    if (typeof source !== 'string' || source === '') throw invalid("Missing value for required parameter 'source'.");
    // A model that lies elsewhere may come from a run that is elsewhere.
    if (/^(?!runs:|models:|file:)[a-z][a-z0-9+.-]+:/i.test(source)) return runId;
    if (runId !== undefined) findRun(this.database, runId);
    if (tags?.['mlflow.prompt.is_prompt']?.toLowerCase() === 'true' && PROMPT_SOURCES.includes(source)) return runId;
    const run = /^runs:\/([^/]+)\/(.+)$/.exec(source);
    if (run) {
      normalizeArtifactPath(run[2]!);
      if (runId !== undefined && runId !== run[1]) throw invalid(`The source ${quote(source)} is not of the run ${runId}.`);
      return findRun(this.database, run[1]!).run_id;
    }
    const logged = /^models:\/(m-[0-9a-f]{32})$/.exec(source);
    if (logged) return runId ?? findLoggedModel(this.database, logged[1]!).source_run ?? undefined;
    const copied = /^models:\/([^/]+)\/(\d{1,15})$/.exec(source);
    if (copied) return runId ?? findVersion(this.database, copied[1]!, Number(copied[2])).run_id ?? undefined;
    if (/^runs:/.test(source)) throw invalid(`Invalid model version source ${quote(source)}: write runs:/<run id>/<path>.`);
    const local = localPathOf(source);
    if (local !== undefined) this.refuseOutside(local, source, runId);
    return runId;
  }

  private refuseOutside(path: string, source: string, runId: string | undefined): void {
    const refusal = invalid(
      `Invalid model version source: ${quote(source)}. To use a local path as a model version source, the run_id request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the run_id.`,
    );
    if (runId === undefined || !isAbsolute(path)) throw refusal;
    const inside = relative(this.folder.runRoot(String(findRun(this.database, runId).experiment), runId), path);
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) throw refusal;
  }
}

/** Stages are taken in any case. */
function readStage(stage: string): ModelStage {
  const found = STAGES.find((known) => known.toLowerCase() === String(stage).toLowerCase());
  if (!found) throw invalid(`Invalid Model Version stage: ${stage}. Value must be one of ${STAGES.join(', ')}.`);
  return found;
}

function localPathOf(source: string): string | undefined {
  if (/^file:/i.test(source)) {
    try {
      return fileURLToPath(source);
    } catch {
      throw invalid(`Invalid model version source: ${quote(source)}.`);
    }
  }
  return /^[a-z][a-z0-9+.-]+:/i.test(source) ? undefined : source;
}
