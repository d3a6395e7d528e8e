import { invalid } from '../../core/errors';
import { quote } from '../limits';
import type { Entity, Field } from './query';

/** What can be searched for among one kind of things. Attribute names lead to the one that engines know. */
export interface Grammar {
  /** In the plural, for messages. */
  readonly name: string;
  readonly entities: readonly Entity[];
  readonly numbers: Readonly<Record<string, string>>;
  readonly texts: Readonly<Record<string, string>>;
  /** What things can be ordered by, but not searched for. */
  readonly orderOnly?: readonly string[];
  /** Which of the engine's attributes can be compared with a list; `everything` means params and tags as well. */
  readonly lists: readonly string[] | 'everything';
  /** Whether params and tags can be asked for being there at all. */
  readonly nulls: boolean;
  /** What things can be ordered by. */
  readonly orders: readonly Entity[];
  /** Attributes that are the same or not, and nothing else. */
  readonly exact?: readonly string[];
  /** Whether numbers in attributes are whole ones. */
  readonly integers: boolean;
}

export const RUN_GRAMMAR: Grammar = {
  name: 'runs',
  entities: ['attribute', 'metric', 'param', 'tag', 'dataset'],
  numbers: { start_time: 'start_time', created: 'start_time', Created: 'start_time', end_time: 'end_time' },
  texts: {
    run_id: 'run_id',
    run_name: 'run_name',
    'run name': 'run_name',
    'Run name': 'run_name',
    'Run Name': 'run_name',
    status: 'status',
    user_id: 'user_id',
    User: 'user_id',
    artifact_uri: 'artifact_uri',
  },
  lists: ['run_id'],
  nulls: true,
  orders: ['attribute', 'metric', 'param', 'tag'],
  integers: false,
};

export const EXPERIMENT_GRAMMAR: Grammar = {
  name: 'experiments',
  entities: ['attribute', 'tag'],
  numbers: { creation_time: 'creation_time', last_update_time: 'last_update_time' },
  texts: { name: 'name', experiment_id: 'experiment_id' },
  lists: ['experiment_id'],
  nulls: true,
  orders: ['attribute'],
  exact: ['experiment_id'],
  integers: true,
};

export const REGISTERED_MODEL_GRAMMAR: Grammar = {
  name: 'registered models',
  entities: ['attribute', 'tag'],
  numbers: { timestamp: 'last_update_time', last_updated_timestamp: 'last_update_time' },
  texts: { name: 'name' },
  orderOnly: ['last_update_time'],
  lists: ['name'],
  nulls: false,
  orders: ['attribute'],
  integers: true,
};

export const MODEL_VERSION_GRAMMAR: Grammar = {
  name: 'model versions',
  entities: ['attribute', 'tag'],
  numbers: {
    version_number: 'version',
    creation_timestamp: 'creation_time',
    last_updated_timestamp: 'last_update_time',
  },
  texts: { name: 'name', run_id: 'run_id', source_path: 'source' },
  orderOnly: ['creation_time', 'last_update_time'],
  lists: ['name', 'run_id'],
  nulls: false,
  orders: ['attribute'],
  integers: true,
};

export const LOGGED_MODEL_GRAMMAR: Grammar = {
  name: 'logged models',
  entities: ['attribute', 'metric', 'param', 'tag'],
  numbers: {
    creation_timestamp: 'creation_time',
    creation_timestamp_ms: 'creation_time',
    creation_time: 'creation_time',
    last_updated_timestamp: 'last_update_time',
    last_updated_timestamp_ms: 'last_update_time',
  },
  texts: {
    name: 'name',
    model_id: 'model_id',
    model_type: 'model_type',
    status: 'status',
    source_run_id: 'source_run_id',
    experiment_id: 'experiment_id',
  },
  lists: 'everything',
  nulls: false,
  orders: ['attribute', 'metric'],
  integers: false,
};

const PREFIXES: Readonly<Record<string, Entity>> = {
  metric: 'metric',
  metrics: 'metric',
  param: 'param',
  params: 'param',
  parameter: 'param',
  parameters: 'param',
  tag: 'tag',
  tags: 'tag',
  attr: 'attribute',
  attribute: 'attribute',
  attributes: 'attribute',
  run: 'attribute',
  dataset: 'dataset',
  datasets: 'dataset',
};
const DATASET_KEYS = ['name', 'digest', 'context'];

/** What a written field means in a grammar. A name without a known prefix is an attribute. */
export function resolveField(grammar: Grammar, prefix: string | undefined, key: string, use: 'filter' | 'order' = 'filter'): Field {
  const entity = prefix === undefined ? 'attribute' : own(PREFIXES, prefix.toLowerCase());
  const entities = use === 'order' ? grammar.orders : grammar.entities;
  if (entity === undefined || !entities.includes(entity))
    throw invalid(`Invalid entity type ${quote(prefix)}. For ${grammar.name}, valid values are ${entities.join(', ')}.`);
  if (entity === 'dataset' && !DATASET_KEYS.includes(key))
    throw invalid(`Invalid dataset key ${quote(key)}. Valid keys are ${DATASET_KEYS.join(', ')}.`);
  if (entity !== 'attribute') return { entity, key, numeric: entity === 'metric' };
  const number = own(grammar.numbers, key);
  const text = own(grammar.texts, key);
  const name = number ?? text;
  const hidden = use === 'filter' ? (grammar.orderOnly ?? []) : [];
  if (name === undefined || hidden.includes(name)) {
    const all = [...Object.values(grammar.numbers), ...Object.values(grammar.texts)];
    const valid = [...new Set(all)].filter((one) => !hidden.includes(one));
    throw invalid(`Invalid attribute key ${quote(key)}. For ${grammar.name}, valid keys are ${valid.join(', ')}.`);
  }
  return { entity, key: name, numeric: number !== undefined };
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
