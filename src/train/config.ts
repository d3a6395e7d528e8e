import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LineCounter, isMap, isScalar, isSeq, parseDocument, type Node } from 'yaml';
import { invalid, messageOf, missing } from '../core/errors';

/** What a training is asked to do. The YAML file spells its keys with underscores: `batch_size`. */
export interface TrainConfig {
  readonly experiment: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** The part of the training set that is held out, from 0 up to, not including, 1. */
  readonly validationSplit: number;
  readonly seed: number;
  /** Filters of each convolution, e.g. [32, 64]: as many blocks of convolution and pooling. */
  readonly filters: readonly number[];
  readonly kernelSize: number;
  readonly poolSize: number;
  /** From 0 up to, not including, 1. */
  readonly dropout: number;
  readonly backend: TrainBackend;
  /** The folder with the four files; relative to the configuration's project. Undefined: found by the caller. */
  readonly data: string | undefined;
  /** At most so many training images; undefined: all. */
  readonly limit: number | undefined;
  readonly threads: number | undefined;
}

export type TrainBackend = 'auto' | 'tfjs-node' | 'wasm';

/** PRACTICE's network and training. */
export const TRAIN_DEFAULTS: TrainConfig = {
  experiment: 'cnn',
  epochs: 15,
  batchSize: 128,
  learningRate: 0.002,
  validationSplit: 0.3,
  seed: 42,
  filters: [32, 64],
  kernelSize: 3,
  poolSize: 2,
  dropout: 0.5,
  backend: 'auto',
  data: undefined,
  limit: undefined,
  threads: undefined,
};

type Rule<T> = { readonly means: string; readonly read: (value: unknown) => T | undefined };

const whole = (least: number): Rule<number> => ({
  means: `a whole number of at least ${least}`,
  read: (value) => (Number.isSafeInteger(value) && (value as number) >= least ? (value as number) : undefined),
});
const positive: Rule<number> = {
  means: 'a number above 0',
  read: (value) => (typeof value === 'number' && value > 0 && value < Infinity ? value : undefined),
};
const part: Rule<number> = {
  means: 'a number from 0 up to, but not, 1',
  read: (value) => (typeof value === 'number' && value >= 0 && value < 1 ? value : undefined),
};
const text: Rule<string> = { means: 'a text', read: (value) => (typeof value === 'string' && value.trim() !== '' ? value : undefined) };
const backend: Rule<TrainBackend> = {
  means: 'auto, tfjs-node or wasm',
  read: (value) => (value === 'auto' || value === 'tfjs-node' || value === 'wasm' ? value : undefined),
};
const counts: Rule<readonly number[]> = {
  means: 'a list of whole numbers of at least 1, such as [32, 64]',
  read: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((item) => Number.isSafeInteger(item) && item >= 1)
      ? (value as number[])
      : undefined,
};

const RULES: { readonly [Key in keyof TrainConfig]: Rule<NonNullable<TrainConfig[Key]>> } = {
  experiment: text,
  epochs: whole(1),
  batchSize: whole(1),
  learningRate: positive,
  validationSplit: part,
  seed: whole(0),
  filters: counts,
  kernelSize: whole(1),
  poolSize: whole(1),
  dropout: part,
  backend,
  data: text,
  limit: whole(1),
  threads: whole(1),
};

const KEYS = new Map(
  Object.keys(RULES).map((key) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), key as keyof TrainConfig]),
);

/**
 * The settings that a YAML text gives, without defaults.
 * @param name what the file is called in errors
 * @throws TrackingError with one line naming file, line and key
 */
export function parseConfig(yaml: string, name: string): Partial<TrainConfig> {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines });
  const fault = document.errors[0];
  if (fault) throw invalid(`${name}:${lines.linePos(fault.pos[0]).line}: ${fault.message.split('\n')[0]?.replace(/ at line .*$/, '')}.`);
  const top = document.contents;
  if (top === null || (isScalar(top) && top.value === null)) return {};
  if (!isMap(top)) throw invalid(`${name}: a configuration is a list of settings, such as "epochs: 15".`);
  const settings: Record<string, unknown> = {};
  for (const pair of top.items) {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    const line = lines.linePos((pair.key as Node).range?.[0] ?? 0).line;
    const field = KEYS.get(key);
    if (field === undefined) throw invalid(`${name}:${line}: there is no setting "${key}"${suggestion(key)}.`);
    const value: unknown =
      isSeq(pair.value) || isMap(pair.value) ? pair.value.toJSON() : isScalar(pair.value) ? pair.value.value : undefined;
    const read = RULES[field].read(value);
    if (read === undefined) throw invalid(`${name}:${line}: ${key} must be ${RULES[field].means}, not ${JSON.stringify(value ?? null)}.`);
    settings[field] = read;
  }
  return settings;
}

/** Reads a configuration file and fills in what it leaves out. A relative `data` is relative to the file's project: the folder above `configs`. */
export async function readConfig(file: string): Promise<TrainConfig> {
  let yaml: string;
  try {
    yaml = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw missing(`There is no configuration ${file}.`);
    throw invalid(`${file} cannot be read: ${messageOf(error)}`);
  }
  const settings = parseConfig(yaml, file);
  const folder = dirname(resolve(file));
  const project = /[\\/]configs?$/.test(folder) ? dirname(folder) : folder;
  return { ...TRAIN_DEFAULTS, ...settings, ...(settings.data === undefined ? {} : { data: resolve(project, settings.data) }) };
}

/** Checks settings that came another way (flags, a task's definition), by the same rules; undefined ones are left out. */
export function checkSettings(settings: Partial<TrainConfig>, nameOf: (key: keyof TrainConfig) => string): Partial<TrainConfig> {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined) as [keyof TrainConfig, unknown][];
  for (const [key, value] of given) {
    if (RULES[key].read(value) === undefined) throw invalid(`${nameOf(key)} must be ${RULES[key].means}, not ${JSON.stringify(value)}.`);
  }
  return Object.fromEntries(given);
}

function suggestion(key: string): string {
  const plain = (name: string): string => name.toLowerCase().replace(/[_-]/g, '');
  const near = [...KEYS.keys()].find(
    (known) =>
      plain(known) === plain(key) ||
      (plain(key).length > 3 && (plain(known).startsWith(plain(key)) || plain(key).startsWith(plain(known)))),
  );
  return near ? `; did you mean "${near}"?` : `; there are ${[...KEYS.keys()].join(', ')}`;
}
