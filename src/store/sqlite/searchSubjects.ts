import {
  EXPERIMENT_GRAMMAR,
  type Grammar,
  LOGGED_MODEL_GRAMMAR,
  MODEL_VERSION_GRAMMAR,
  REGISTERED_MODEL_GRAMMAR,
  RUN_GRAMMAR,
} from '../search/grammar';
import type { Entity } from '../search/query';

/** Where the keys and values beside a row stand. */
export interface Related {
  readonly table: string;
  readonly owner: string;
  readonly value: string;
}

/** How the things of a grammar lie in the tables. */
export interface SqlSubject {
  readonly grammar: Grammar;
  /** The table, and its name in every expression. */
  readonly table: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly related: Readonly<Partial<Record<Entity, Related>>>;
  /** Whether a thing without a tag differs from every value of it, as in MLflow's registry. */
  readonly absentDiffers: boolean;
  /** The order where the query leaves one open. */
  readonly ties: string;
}

export const RUN_SUBJECT: SqlSubject = {
  grammar: RUN_GRAMMAR,
  table: 'run',
  attributes: {
    start_time: 'run.start_time',
    end_time: 'run.end_time',
    run_id: 'run.run_id',
    run_name: 'run.name',
    status: 'run.status',
    user_id: 'run.user_id',
    experiment_id: 'CAST(run.experiment AS TEXT)',
  },
  related: {
    metric: { table: 'metric', owner: 'run', value: 'last_value' },
    param: { table: 'param', owner: 'run', value: 'value' },
    tag: { table: 'run_tag', owner: 'run', value: 'value' },
  },
  absentDiffers: false,
  ties: 'run.start_time DESC, run.run_id',
};

export const EXPERIMENT_SUBJECT: SqlSubject = {
  grammar: EXPERIMENT_GRAMMAR,
  table: 'experiment',
  attributes: {
    name: 'experiment.name',
    experiment_id: 'CAST(experiment.id AS TEXT)',
    creation_time: 'experiment.creation_time',
    last_update_time: 'experiment.last_update_time',
  },
  related: { tag: { table: 'experiment_tag', owner: 'experiment', value: 'value' } },
  absentDiffers: false,
  ties: 'experiment.creation_time DESC, experiment.id DESC',
};

export const LOGGED_MODEL_SUBJECT: SqlSubject = {
  grammar: LOGGED_MODEL_GRAMMAR,
  table: 'logged_model',
  attributes: {
    name: 'logged_model.name',
    model_id: 'logged_model.model_id',
    model_type: 'logged_model.model_type',
    status: 'logged_model.status',
    source_run_id: 'logged_model.source_run',
    creation_time: 'logged_model.creation_time',
    last_update_time: 'logged_model.last_update_time',
  },
  related: {
    param: { table: 'logged_model_param', owner: 'model', value: 'value' },
    tag: { table: 'logged_model_tag', owner: 'model', value: 'value' },
  },
  absentDiffers: false,
  ties: 'logged_model.creation_time DESC, logged_model.id DESC',
};

export const REGISTERED_MODEL_SUBJECT: SqlSubject = {
  grammar: REGISTERED_MODEL_GRAMMAR,
  table: 'registered_model',
  attributes: {
    name: 'registered_model.name',
    creation_time: 'registered_model.creation_time',
    last_update_time: 'registered_model.last_update_time',
  },
  related: { tag: { table: 'registered_model_tag', owner: 'model', value: 'value' } },
  absentDiffers: true,
  ties: 'registered_model.name',
};

export const MODEL_VERSION_SUBJECT: SqlSubject = {
  grammar: MODEL_VERSION_GRAMMAR,
  table: 'model_version',
  attributes: {
    name: '(SELECT name FROM registered_model WHERE id = model_version.model)',
    version: 'model_version.version',
    run_id: 'model_version.run_id',
    source: 'model_version.source',
    current_stage: 'model_version.stage',
    creation_time: 'model_version.creation_time',
    last_update_time: 'model_version.last_update_time',
  },
  related: { tag: { table: 'model_version_tag', owner: 'version', value: 'value' } },
  absentDiffers: true,
  ties: 'model_version.creation_time DESC, model_version.id DESC',
};
