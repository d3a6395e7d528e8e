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
  /** The order in which the first row of a key is the one that counts, where a key has many rows. */
  readonly newest?: string;
}

/** A column of the subject's table in the order that a query leaves open; together they tell every row from all others. */
export interface OrderColumn {
  readonly name: string;
  readonly descending: boolean;
}

/** How the things of a grammar lie in the tables. */
export interface SqlSubject {
  readonly grammar: Grammar;
  /** The table, and its name in every expression. */
  readonly table: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly related: Readonly<Partial<Record<Entity, Related>>>;
  /** How equality with a value is asked for where that is faster than by the attribute. */
  readonly lookups?: Readonly<Record<string, string>>;
  /** What finds the prompts among the rows, which MLflow keeps in its registry, and searches for only when asked to. */
  readonly isPrompt?: string;
  /** The order where the query leaves one open. */
  readonly ties: readonly OrderColumn[];
}

const ascending = (name: string): OrderColumn => ({ name, descending: false });
const descending = (name: string): OrderColumn => ({ name, descending: true });

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
  },
  related: {
    metric: { table: 'metric', owner: 'run', value: 'last_value' },
    param: { table: 'param', owner: 'run', value: 'value' },
    tag: { table: 'run_tag', owner: 'run', value: 'value' },
  },
  ties: [descending('start_time'), ascending('run_id')],
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
  ties: [descending('creation_time'), descending('id')],
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
    experiment_id: 'CAST(logged_model.experiment AS TEXT)',
    creation_time: 'logged_model.creation_time',
    last_update_time: 'logged_model.last_update_time',
  },
  related: {
    metric: { table: 'logged_model_metric', owner: 'model', value: 'value', newest: 'timestamp DESC, step DESC, run' },
    param: { table: 'logged_model_param', owner: 'model', value: 'value' },
    tag: { table: 'logged_model_tag', owner: 'model', value: 'value' },
  },
  ties: [descending('creation_time'), descending('id')],
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
  isPrompt: `EXISTS (SELECT 1 FROM registered_model_tag p WHERE p.model = registered_model.id AND p.key = 'mlflow.prompt.is_prompt' AND p.value = 'true')`,
  ties: [ascending('name')],
};

export const MODEL_VERSION_SUBJECT: SqlSubject = {
  grammar: MODEL_VERSION_GRAMMAR,
  table: 'model_version',
  attributes: {
    name: '(SELECT name FROM registered_model WHERE id = model_version.model)',
    version: 'model_version.version',
    run_id: 'model_version.run_id',
    source: 'model_version.source',
    creation_time: 'model_version.creation_time',
    last_update_time: 'model_version.last_update_time',
  },
  related: { tag: { table: 'model_version_tag', owner: 'version', value: 'value' } },
  lookups: { name: 'model_version.model = (SELECT id FROM registered_model WHERE name = ?)' },
  isPrompt: `EXISTS (SELECT 1 FROM model_version v JOIN model_version_tag p ON p.version = v.id
    WHERE v.model = model_version.model AND p.key = 'mlflow.prompt.is_prompt' AND p.value = 'true')`,
  ties: [descending('creation_time'), descending('id')],
};
