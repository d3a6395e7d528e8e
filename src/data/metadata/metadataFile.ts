import { randomBytes } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { invalid, missing, TrackingError } from '../../core/errors';
import { readRecord } from '../records/record';
import { diskSource } from '../records/recordSource';
import { textOf } from '../records/textFile';
import { editMetadata, type DescribedOut, type MetadataChange } from './metadataEdit';
import { placeInRecord } from './metadataPlace';

/** What became of a record. */
export interface MetadataWritten {
  /** The `.dvc` file or `dvc.yaml`, absolute. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** The group of stages (`foreach`, `matrix`) whose outs are all described by what was written. */
  readonly group: string | undefined;
}

export interface MetadataTarget {
  /** The DVC repository's root. */
  readonly root: string;
  /** The `.dvc` file or `dvc.yaml` that has the out; absolute, like the out's path. */
  readonly file: string;
  readonly target: string;
  /** Where several stages of the file have such an out. */
  readonly address?: string;
}

/** The out and its stage as its record has them now. Throws a TrackingError where it has none. */
export async function describedOut({ root, file, target, address }: MetadataTarget): Promise<DescribedOut> {
  const { stages, broken } = await readRecord(root, file, diskSource);
  const name = relative(root, file);
  for (const stage of stages) {
    if (address !== undefined && stage.address !== address) continue;
    const out = stage.outs.find((each) => each.target === target);
    if (out) return { stage, out };
  }
  const [problem] = broken;
  throw problem ? invalid(`${name}:${problem.line} ${problem.message}`) : missing(`${name} has no out ${relative(root, target)} any more.`);
}

/**
 * Writes what is said of an out into its record: through a temporary file, and not where the file has changed meanwhile.
 * @param isOpen whether an editor holds the file with changes that are not saved
 */
export async function writeMetadata(
  target: MetadataTarget,
  change: MetadataChange,
  isOpen: (file: string) => boolean = () => false,
): Promise<MetadataWritten> {
  const { root, file } = target;
  const described = await describedOut(target);
  const bytes = await readFile(file);
  const before = textOf(bytes);
  const after = await editMetadata(root, before, described, change);
  const { group } = placeInRecord(before, described.stage, described.out);
  if (after !== before) await replaceFile(file, bytes, after, isOpen);
  return { file, before, after, group };
}

/** Takes back what was written, where nothing was changed since. */
export async function undoMetadata(
  { file, before, after }: MetadataWritten,
  isOpen: (file: string) => boolean = () => false,
): Promise<void> {
  if (after !== before) await replaceFile(file, Buffer.from(after), before, isOpen);
}

async function replaceFile(file: string, expected: Buffer, text: string, isOpen: (file: string) => boolean): Promise<void> {
  // A link stays one: what it leads to is replaced.
  const place = await realpath(file);
  if (isOpen(file) || isOpen(place)) throw busy(`${basename(file)} is open with changes that are not saved: save it, and try again.`);
  const { mode } = await stat(place);
  // Renaming would take away what somebody has protected.
  if ((mode & 0o222) === 0) throw busy(`${basename(file)} is read-only: make it writable, and try again.`);
  const temporary = join(dirname(place), `.${basename(place)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', mode & 0o777);
    try {
      await handle.writeFile(text);
      // What the umask left out.
      if (process.platform !== 'win32') await handle.chmod(mode & 0o777);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (!(await readFile(place)).equals(expected)) throw busy(`${basename(file)} was changed meanwhile: try again.`);
    await rename(temporary, place);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function busy(message: string): TrackingError {
  return new TrackingError('INVALID_STATE', message);
}
