import { TrackingError } from '../../../core/errors';
import { beginningOf, bytesOf } from '../byteStream';
import type { ContentHandle, ContentSource } from '../place';
import { bareProfile, type LabelCounts, type Profile, type ReadControl } from '../profile';
import { isIdx, MOST_HEADER, parseIdxHeader, parseNpyHeader, type ArrayHeader } from './arrayHeader';
import { elementsOf } from './arrayReader';
import { ArrayStats } from './arrayStats';

/** An item has so many pixels at most; what is larger is an array like any other. */
const MOST_PIXELS = 2 ** 24;

export async function readArrayHeader(handle: ContentHandle, name: string): Promise<ArrayHeader> {
  const head = await beginningOf(handle, name, MOST_HEADER);
  return isIdx(head) ? parseIdxHeader(head, name) : parseNpyHeader(head, name);
}

/**
 * The profile of an IDX or NumPy file, in one pass.
 * @throws TrackingError where it is damaged
 */
export async function profileArray(
  handle: ContentHandle,
  name: string,
  format: 'idx' | 'npy',
  control: ReadControl & { readonly onBytes?: (bytes: number) => void },
): Promise<Profile> {
  const header = await readArrayHeader(handle, name);
  const stats = new ArrayStats(header);
  for await (const view of elementsOf(header, bytesOf(handle, name, control.signal, control.onBytes), name)) stats.take(view);
  control.onRows?.(stats.hashes, name);
  const array = stats.profile();
  const size = imageSize(header);
  const classes = header.shape.length === 1 ? labelsOf(stats, header, name) : undefined;
  return {
    ...bareProfile(format, name, 1, handle.size),
    rows: header.shape[0] ?? 1,
    array,
    duplicates: stats.duplicates,
    labels: classes,
    images: size && {
      ...{ count: header.shape[0]!, sizes: [{ ...size, count: header.shape[0]! }], omittedSizes: 0 },
      ...{ pixels: array.numbers, decoded: header.shape[0]! },
    },
  };
}

/** Bytes of items with two dimensions, or with a third one of 1 to 4 channels, are pictures. */
export function imageSize({ shape, type }: ArrayHeader): { width: number; height: number; channels: number } | undefined {
  const [, height, width, channels = 1] = shape;
  if (type !== 'uint8' || height === undefined || width === undefined || shape.length > 4 || channels > 4 || channels < 1) return undefined;
  return height * width <= MOST_PIXELS && height * width > 0 ? { width, height, channels } : undefined;
}

function labelsOf(stats: ArrayStats, { type }: ArrayHeader, name: string): LabelCounts | undefined {
  const counts = type === 'uint8' || type === 'bool' || type.startsWith('int') ? stats.valueCounts() : undefined;
  return counts && counts.length <= 256 ? { from: name, counts } : undefined;
}

/** The file of labels that belongs to a file of images, as MNIST's are named; undefined where the name isn't of that kind. */
export function labelsFileName(name: string): string | undefined {
  const labels = name.replace(/images([-._])idx\d/, 'labels$1idx1');
  return labels === name ? undefined : labels;
}

/** The class balance that a file of labels beside one of images tells of; undefined without one, or where their numbers don't fit. */
export async function siblingLabels(
  source: ContentSource,
  name: string,
  items: number,
  control: ReadControl,
): Promise<LabelCounts | undefined> {
  const labelsName = labelsFileName(name);
  if (labelsName === undefined) return undefined;
  for (const candidate of [labelsName, labelsName.endsWith('.gz') ? labelsName.slice(0, -3) : `${labelsName}.gz`]) {
    // What is wrong with a file of labels is told where that one is looked at.
    const handle = await source
      .sibling(candidate)
      ?.open(candidate)
      .catch(() => undefined);
    if (!handle) continue;
    try {
      const profile = await profileArray(handle, candidate, 'idx', { signal: control.signal });
      return profile.rows === items ? profile.labels : undefined;
    } catch (error) {
      if (!(error instanceof TrackingError)) throw error;
    } finally {
      await handle.close();
    }
  }
  return undefined;
}
