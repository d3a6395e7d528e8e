import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { invalid, messageOf, missing } from '../../core/errors';
import { parseIdx, type IdxArray } from './idx';
import { DIGIT_FILE_NAMES, MNIST_FILES, MNIST_ORIGIN, OTHER_ORIGIN, readOrigin, type DataOrigin, type DigitFileName } from './origin';

/** Width and height of a digit, in pixels. */
export const SIDE = 28;
export const PIXELS = SIDE * SIDE;
/** Where MNIST's digits have their centre of mass, measured from the left or upper edge: within half a pixel, at the centre of pixel 14. */
export const MIDDLE = 14.5;
export const CLASSES = 10;

/** A file that digits were read from. */
export interface DigitFile {
  /** Absolute. */
  readonly path: string;
  /** Of the file as it is, packed or not: the hash that DVC gives it. */
  readonly md5: string;
  readonly bytes: number;
}

/** `count` digits: 784 bytes each, row by row, 0 is paper and 255 ink; labels 0 to 9. */
export interface DigitSplit {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
  readonly count: number;
  readonly files: { readonly images: DigitFile; readonly labels: DigitFile };
}

export interface DigitData {
  readonly train: DigitSplit;
  readonly test: DigitSplit;
  readonly origin: DataOrigin;
  /** Absolute. */
  readonly folder: string;
}

/** Where the four files are in a folder, each under one of its usual names; a missing one is left out. */
export async function findDigitFiles(folder: string): Promise<Partial<Record<DigitFileName, string>>> {
  let names: Set<string>;
  try {
    names = new Set(await readdir(folder));
  } catch (error) {
    const missingFolder = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw missing(missingFolder ? `There is no folder ${folder}.` : `${folder} cannot be read as a folder: ${messageOf(error)}`);
  }
  const found: Partial<Record<DigitFileName, string>> = {};
  for (const name of DIGIT_FILE_NAMES) {
    const match = spellings(name).find((spelling) => names.has(spelling));
    if (match !== undefined) found[name] = join(folder, match);
  }
  return found;
}

/**
 * Reads the four IDX files of a folder.
 * @throws TrackingError with one line when a file is missing, foreign, cut off, or the four don't fit each other
 */
export async function loadDigits(folder: string): Promise<DigitData> {
  const where = resolve(folder);
  const files = await findDigitFiles(where);
  const absent = DIGIT_FILE_NAMES.filter((name) => files[name] === undefined);
  if (absent.length > 0) throw missing(`${where} lacks ${absent.join(', ')}: give the folder with the four IDX files of MNIST.`);
  const [train, test, origin] = await Promise.all([
    readSplit(files['train-images-idx3-ubyte.gz']!, files['train-labels-idx1-ubyte.gz']!),
    readSplit(files['t10k-images-idx3-ubyte.gz']!, files['t10k-labels-idx1-ubyte.gz']!),
    readOrigin(where),
  ]);
  const isMnist = train.files.images.md5 === MNIST_FILES['train-images-idx3-ubyte.gz'].md5;
  return { train, test, origin: origin ?? (isMnist ? MNIST_ORIGIN : OTHER_ORIGIN), folder: where };
}

async function readSplit(imagesPath: string, labelsPath: string): Promise<DigitSplit> {
  const [images, labels] = await Promise.all([readArray(imagesPath), readArray(labelsPath)]);
  const { shape } = images.array;
  if (shape.length !== 3 || shape[1] !== SIDE || shape[2] !== SIDE)
    throw invalid(`${imagesPath} holds an array of ${shape.join(' × ')}, not images of ${SIDE} × ${SIDE}.`);
  if (labels.array.shape.length !== 1)
    throw invalid(`${labelsPath} holds an array of ${labels.array.shape.join(' × ')}, not one label a digit.`);
  const count = shape[0] ?? 0;
  if (count === 0) throw invalid(`${imagesPath} holds no images.`);
  if (labels.array.data.length !== count)
    throw invalid(`${imagesPath} holds ${count} images, but ${labelsPath} holds ${labels.array.data.length} labels.`);
  const wrong = labels.array.data.findIndex((label) => label >= CLASSES);
  if (wrong >= 0) throw invalid(`${labelsPath} has the label ${labels.array.data[wrong]} at position ${wrong}; labels are 0 to 9.`);
  return { images: images.array.data, labels: labels.array.data, count, files: { images: images.file, labels: labels.file } };
}

async function readArray(path: string): Promise<{ array: IdxArray; file: DigitFile }> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw invalid(`${path} cannot be read: ${messageOf(error)}`);
  }
  const md5 = createHash('md5').update(bytes).digest('hex');
  return { array: parseIdx(bytes, path), file: { path, md5, bytes: bytes.length } };
}

/** `train-images-idx3-ubyte.gz`, unpacked, and as some archives spell it: `train-images.idx3-ubyte`. */
function spellings(name: DigitFileName): readonly string[] {
  const bare = name.slice(0, -'.gz'.length);
  const dotted = bare.replace('-idx', '.idx');
  return [name, bare, `${dotted}.gz`, dotted];
}
