import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { invalid } from '../../core/errors';

/** What is known of where digits came from; kept beside the four files as `source.json`, so that every run can name it. */
export interface DataOrigin {
  readonly name: string;
  readonly kind: 'mnist' | 'synthetic' | 'other';
  /** One sentence for people. */
  readonly description: string;
  /** The URLs or the generator it came from, when that is known. */
  readonly from: string | undefined;
  /** What was done to it before it became these files. */
  readonly steps: readonly string[];
}

export const ORIGIN_FILE = 'source.json';

/** MD5s and sizes of the four files as Yann LeCun published them, and as every mirror holds them. */
export const MNIST_FILES = {
  'train-images-idx3-ubyte.gz': { md5: 'f68b3c2dcbeaaa9fbdd348bbdeb94873', bytes: 9_912_422 },
  'train-labels-idx1-ubyte.gz': { md5: 'd53e105ee54ea40749a09fcbcd1e9432', bytes: 28_881 },
  't10k-images-idx3-ubyte.gz': { md5: '9fb629c4189551a2d022fa330f9573f3', bytes: 1_648_877 },
  't10k-labels-idx1-ubyte.gz': { md5: 'ec29112dd5afa0611ce80d1b7f02629c', bytes: 4_542 },
} as const;

export type DigitFileName = keyof typeof MNIST_FILES;

/** The names of the four files, training images first. */
export const DIGIT_FILE_NAMES = Object.keys(MNIST_FILES) as readonly DigitFileName[];

export const MNIST_ORIGIN: DataOrigin = {
  name: 'MNIST',
  kind: 'mnist',
  description: 'Handwritten digits by Yann LeCun, Corinna Cortes and Christopher J. C. Burges (CC BY-SA 3.0).',
  from: 'http://yann.lecun.com/exdb/mnist/',
  steps: ['size-normalised to fit 20×20', 'centred by mass in 28×28'],
};

export const OTHER_ORIGIN: DataOrigin = {
  name: 'digits',
  kind: 'other',
  description: 'Digits of unknown origin.',
  from: undefined,
  steps: [],
};

/** What `source.json` in a folder says; undefined where there is none. */
export async function readOrigin(folder: string): Promise<DataOrigin | undefined> {
  const file = join(folder, ORIGIN_FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return parseOrigin(JSON.parse(text));
  } catch {
    throw invalid(`${file} is no description of a data set: it needs name, kind, description and steps.`);
  }
}

/** The text of `source.json`. */
export function formatOrigin(origin: DataOrigin): string {
  return `${JSON.stringify(origin, undefined, 2)}\n`;
}

function parseOrigin(value: unknown): DataOrigin {
  if (typeof value !== 'object' || value === null) throw new TypeError('not an object');
  const { name, kind, description, from, steps } = value as Record<string, unknown>;
  if (typeof name !== 'string' || typeof description !== 'string') throw new TypeError('name and description must be texts');
  if (kind !== 'mnist' && kind !== 'synthetic' && kind !== 'other') throw new TypeError('unknown kind');
  if (from !== undefined && typeof from !== 'string') throw new TypeError('from must be a text');
  if (!Array.isArray(steps) || !steps.every((step) => typeof step === 'string')) throw new TypeError('steps must be texts');
  return { name, kind, description, from, steps };
}
