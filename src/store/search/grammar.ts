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
    experiment_id: 'experiment_id',
  },
};

export const EXPERIMENT_GRAMMAR: Grammar = {
  name: 'experiments',
  entities: ['attribute', 'tag'],
  numbers: { creation_time: 'creation_time', last_update_time: 'last_update_time' },
  texts: { name: 'name', experiment_id: 'experiment_id' },
};

export const REGISTERED_MODEL_GRAMMAR: Grammar = {
  name: 'registered models',
  entities: ['attribute', 'tag'],
  numbers: { creation_timestamp: 'creation_time', timestamp: 'last_update_time', last_updated_timestamp: 'last_update_time' },
  texts: { name: 'name' },
};

export const MODEL_VERSION_GRAMMAR: Grammar = {
  name: 'model versions',
  entities: ['attribute', 'tag'],
  numbers: {
    version_number: 'version',
    version: 'version',
    creation_timestamp: 'creation_time',
    last_updated_timestamp: 'last_update_time',
  },
  texts: { name: 'name', run_id: 'run_id', source_path: 'source', source: 'source', current_stage: 'current_stage' },
};

export const LOGGED_MODEL_GRAMMAR: Grammar = {
  name: 'logged models',
  entities: ['attribute', 'param', 'tag'],
  numbers: { creation_timestamp: 'creation_time', creation_time: 'creation_time', last_updated_timestamp: 'last_update_time' },
  texts: { name: 'name', model_id: 'model_id', model_type: 'model_type', status: 'status', source_run_id: 'source_run_id' },
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
export function resolveField(grammar: Grammar, prefix: string | undefined, key: string): Field {
  const entity = prefix === undefined ? 'attribute' : own(PREFIXES, prefix.toLowerCase());
  if (entity === undefined || !grammar.entities.includes(entity))
    throw invalid(`Invalid entity type ${quote(prefix)}. For ${grammar.name}, valid values are ${grammar.entities.join(', ')}.`);
  if (entity === 'dataset' && !DATASET_KEYS.includes(key))
    throw invalid(`Invalid dataset key ${quote(key)}. Valid keys are ${DATASET_KEYS.join(', ')}.`);
  if (entity !== 'attribute') return { entity, key, numeric: entity === 'metric' };
  const number = own(grammar.numbers, key);
  const text = own(grammar.texts, key);
  if (number === undefined && text === undefined) {
    const valid = [...new Set([...Object.values(grammar.numbers), ...Object.values(grammar.texts)])];
    throw invalid(`Invalid attribute key ${quote(key)}. For ${grammar.name}, valid keys are ${valid.join(', ')}.`);
  }
  return { entity, key: number ?? text!, numeric: number !== undefined };
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
