import { createHash } from 'node:crypto';
import { messageOf } from '../../../core/errors';
import { digestOf } from '../contentDigest';
import type { ContentFile, ContentSource } from '../place';
import { bareProfile, type Duplicates, type ImageSize, type LabelCounts, type Problem, type Profile, type ReadControl } from '../profile';
import { summaryOfCounts } from '../stats/numberSummary';
import { decodePicture } from './picture';
import { HEAD_BYTES, isPictureName, parsePictureHeader } from './pictureHeader';

/** Pixels that are decoded for their range: some seconds. */
const MOST_DECODED = 40_000_000;
const MOST_BYTES = 100_000_000;
const MOST_SIZES = 50;
const MOST_PROBLEMS = 20;
const EXAMPLES = 5;
/** More folders are no classes; as many as a column's different values are counted. */
const MOST_CLASSES = 10_000;

/** The class of a picture: the name of the folder it is in; undefined at the top. */
export function classOf(path: string): string | undefined {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? undefined : path.slice(path.lastIndexOf('/', slash - 1) + 1, slash);
}

/**
 * The profile of a folder's pictures. Every header is read; pixels are, up to a limit; files of the same size are compared.
 * @param withoutLacking whether pictures that the cache lacks are counted only
 */
export async function profileImages(
  source: ContentSource,
  files: readonly ContentFile[],
  control: ReadControl,
  withoutLacking = false,
): Promise<Profile> {
  const pictures = files.filter(({ path }) => isPictureName(path));
  const here = withoutLacking ? pictures.filter(({ isLacking }) => !isLacking) : pictures;
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const sizes = new Map<string, ImageSize>();
  const pixels = new Float64Array(256);
  const problems: Problem[] = [];
  let [problemCount, decoded, decodedPixels, bytes] = [0, 0, 0, 0];
  const digests = new Digests(source, here);
  for (const file of here) {
    control.signal?.throwIfAborted();
    try {
      const handle = await source.open(file.path);
      try {
        const all = decodedPixels < MOST_DECODED && handle.size <= MOST_BYTES;
        const content = await handle.read(0, all ? handle.size : Math.min(handle.size, HEAD_BYTES));
        const header = parsePictureHeader(content);
        if (!header) throw new Error('it is no PNG or JPEG, or is cut off');
        if (all) {
          const picture = decodePicture(content);
          countPixels(picture.rgba, picture.channels, pixels);
          decoded++;
          decodedPixels += picture.width * picture.height;
        }
        const key = `${header.width}×${header.height}×${header.channels}`;
        const before = sizes.get(key);
        const { width, height, channels } = header;
        if (before || sizes.size < 100_000) sizes.set(key, { width, height, channels, count: (before?.count ?? 0) + 1 });
        await digests.add(file, all ? content : undefined, control.signal);
      } finally {
        await handle.close();
      }
    } catch (error) {
      control.signal?.throwIfAborted();
      problemCount++;
      if (problems.length < MOST_PROBLEMS)
        problems.push({ path: file.path, row: undefined, line: undefined, message: `cannot be read: ${messageOf(error)}` });
    }
    bytes += file.size;
    control.onProgress?.({ file: file.path, bytes, total });
  }
  const labels = folderLabels(pictures);
  const ordered = [...sizes.values()].sort((a, b) => b.count - a.count);
  return {
    ...bareProfile('images', source.name, files.length, total),
    rows: pictures.length,
    images: {
      ...{ count: pictures.length, sizes: ordered.slice(0, MOST_SIZES), omittedSizes: Math.max(0, ordered.length - MOST_SIZES), decoded },
      pixels: summaryOfCounts(Array.from(pixels, (count, value) => [value, count] as const)),
    },
    labels: labels === 'too many' ? undefined : labels,
    duplicates: digests.duplicates(here.length),
    ...{ problems, problemCount },
    notes: [
      ...(decoded + problemCount < here.length ? [`Pixel values are those of the first ${decoded + problemCount} images.`] : []),
      ...(files.length > pictures.length ? [`${files.length - pictures.length} other files are not images.`] : []),
      ...(labels === 'too many' ? [`The images lie in more than ${MOST_CLASSES} folders, which are not taken for classes.`] : []),
    ],
  };
}

function folderLabels(pictures: readonly ContentFile[]): LabelCounts | 'too many' | undefined {
  const counts = new Map<string, number>();
  for (const { path } of pictures) {
    const label = classOf(path);
    if (label === undefined) return undefined;
    counts.set(label, (counts.get(label) ?? 0) + 1);
    if (counts.size > MOST_CLASSES) return 'too many';
  }
  const list = [...counts].map(([value, count]) => ({ value, count }));
  return list.length > 0
    ? { from: 'folders', counts: list.sort((a, b) => a.value.localeCompare(b.value, 'en', { numeric: true })) }
    : undefined;
}

/** Alpha says nothing of the picture's own values. */
function countPixels(rgba: Uint8Array, channels: number, counts: Float64Array): void {
  const colours = channels < 3 ? 1 : 3;
  for (let at = 0; at < rgba.length; at += 4) for (let channel = 0; channel < colours; channel++) counts[rgba[at + channel]!]!++;
}

/** Finds equal files: by the digests that are known, else by hashing those that share their size with another. */
class Digests {
  private readonly sizes = new Map<number, number>();
  private readonly seen = new Set<string>();
  private readonly examples: string[] = [];
  private count = 0;

  constructor(
    private readonly source: ContentSource,
    files: readonly ContentFile[],
  ) {
    for (const { size } of files) this.sizes.set(size, (this.sizes.get(size) ?? 0) + 1);
  }

  async add(file: ContentFile, content: Uint8Array | undefined, signal: AbortSignal | undefined): Promise<void> {
    if (file.digest === undefined && (this.sizes.get(file.size) ?? 0) < 2) return;
    const digest =
      file.digest ?? (content ? createHash('md5').update(content).digest('hex') : await digestOf(this.source, file.path, signal));
    if (!this.seen.has(digest)) return void this.seen.add(digest);
    this.count++;
    if (this.examples.length < EXAMPLES) this.examples.push(file.path);
  }

  duplicates(compared: number): Duplicates {
    return { count: this.count, examples: this.examples, exact: true, compared };
  }
}
