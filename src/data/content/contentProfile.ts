import { invalid, messageOf } from '../../core/errors';
import { profileArray, siblingLabels } from './arrays/arrayFile';
import { beginningOf } from './byteStream';
import { formatByName, formatOf, isPictureFolder } from './format';
import { profileImages } from './images/imageFolder';
import type { ContentFile, ContentHandle, ContentSource } from './place';
import { bareProfile, type Dialect, type Problem, type Profile, type ProfileOptions, type ReadControl } from './profile';
import { singleFile } from './singleFile';
import { readCsv } from './tables/csvTable';
import { readJsonLines } from './tables/jsonLines';
import { readParquet } from './tables/parquetTable';
import { MOST_COLUMNS, TableStats } from './tables/tableStats';

/** Files of a mixed folder that are read; the others are counted. */
const MOST_PARTS = 50;
const HEAD = 1024;

/**
 * What is in a file or a folder.
 * @throws TrackingError where it can't be read; AbortError where it was stopped
 */
export async function profileContent(source: ContentSource, options: ProfileOptions = {}, control: ReadControl = {}): Promise<Profile> {
  const files = await source.list(control.signal);
  if (!source.isFolder) return profileFile(source, files[0]!, options, control, source.name);
  const lacking = options.withoutLacking ? files.filter(({ isLacking }) => isLacking).length : 0;
  const profile = isPictureFolder(files)
    ? await profileImages(source, files, control, lacking > 0)
    : await profileFolder(source, files, options, control);
  return lacking > 0 ? { ...profile, lacking } : profile;
}

async function profileFolder(
  source: ContentSource,
  files: readonly ContentFile[],
  options: ProfileOptions,
  control: ReadControl,
): Promise<Profile> {
  const readable = files.filter(({ path }) => formatByName(path) !== undefined && formatByName(path) !== 'images');
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const parts: Profile[] = [];
  const read = options.withoutLacking ? readable.filter(({ isLacking }) => !isLacking) : readable;
  const problems: Problem[] = [];
  let done = 0;
  for (const file of read.slice(0, MOST_PARTS)) {
    const onProgress = (bytes: number): void => control.onProgress?.({ file: file.path, bytes: done + bytes, total });
    try {
      parts.push(await profileFile(source, file, options, { ...control, onProgress: ({ bytes }) => onProgress(bytes) }, file.path));
    } catch (error) {
      control.signal?.throwIfAborted();
      problems.push({ path: file.path, row: undefined, line: undefined, message: messageOf(error) });
    }
    done += file.size;
  }
  const notes = [
    ...(read.length > MOST_PARTS ? [`Only the first ${MOST_PARTS} of ${read.length} data files were read.`] : []),
    ...(files.length > readable.length ? [`${files.length - readable.length} other files were only counted.`] : []),
  ];
  return { ...bareProfile('folder', source.name, files.length, total), parts, problems, problemCount: problems.length, notes };
}

async function profileFile(
  source: ContentSource,
  file: ContentFile,
  options: ProfileOptions,
  control: ReadControl,
  name: string,
): Promise<Profile> {
  const handle = await source.open(file.path);
  const onBytes = (bytes: number): void => control.onProgress?.({ file: file.path, bytes, total: handle.size });
  try {
    const format = formatOf(file.path, await beginningOf(handle, name, HEAD));
    switch (format) {
      case 'csv':
      case 'parquet':
      case 'jsonl':
        return await profileTable(handle, file.path, format, options, { ...control, onBytes }, name);
      case 'idx':
      case 'npy': {
        const profile = await profileArray(handle, name, format, { ...control, onBytes });
        const labels = profile.labels ?? (await siblingLabels(singleFile(source, file), file.path, profile.rows ?? 0, control));
        return { ...profile, labels };
      }
      case 'images':
        return { ...(await profileImages(singleFile(source, file), [file], control)), name };
      default:
        return { ...bareProfile('other', name, 1, handle.size), notes: ['What is in this kind of file is not read.'] };
    }
  } finally {
    await handle.close();
  }
}

async function profileTable(
  handle: ContentHandle,
  path: string,
  format: 'csv' | 'parquet' | 'jsonl',
  options: ProfileOptions,
  control: ReadControl & { readonly onBytes: (bytes: number) => void },
  name: string,
): Promise<Profile> {
  const stats = new TableStats(path, options);
  let dialect: Dialect | undefined;
  if (format === 'csv') dialect = await readCsv(handle, path, options, stats, control.signal, control.onBytes);
  else if (format === 'jsonl') await readJsonLines(handle, path, stats, control.signal, control.onBytes);
  else await readParquet(handle, path, stats, control.signal, control.onBytes);
  const table = stats.finish();
  control.onRows?.(stats.hashes, path);
  if (table.columnCount === 0 && table.problemCount > 0)
    throw invalid(`${name}: line ${table.problems[0]?.line} ${table.problems[0]?.message}.`);
  const notes = [
    ...(dialect?.encoding ? ['It is not UTF-8: read as Windows-1252.'] : []),
    ...(table.columnCount > MOST_COLUMNS ? [`Only the first ${MOST_COLUMNS} of ${table.columnCount} columns were looked at.`] : []),
  ];
  return { ...bareProfile(format, name, 1, handle.size), ...table, dialect, notes };
}
