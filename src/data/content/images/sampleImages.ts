import { comparableEntries } from '../contentDigest';
import { compareFiles } from '../fileChanges';
import { isPictureFolder } from '../format';
import type { ContentSource } from '../place';
import type { ProfileOptions } from '../profile';
import { compareLabels } from '../stats/columnStats';
import type { ImageItem } from './imageItem';
import { imageItems } from './imageItems';
import { thumbnail } from './picture';
import { isPictureName } from './pictureHeader';

export interface SampleOptions extends ProfileOptions {
  /** Of each class, or in all where there are none. */
  readonly perClass?: number;
  /** Pixels of a sample's longer side at most. */
  readonly side?: number;
}

export interface SampleImage {
  /** Its path, or its number from 1. */
  readonly key: string;
  readonly label: string | undefined;
  readonly png: Uint8Array;
}

/** An image of two versions; of an added one there is no `before`, of a removed one no `after`. */
export interface ChangedImage {
  readonly key: string;
  readonly before: SampleImage | undefined;
  readonly after: SampleImage | undefined;
}

export interface ImageChanges {
  /** The first ones. */
  readonly images: readonly ChangedImage[];
  /** All of them. */
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

const MOST_CLASSES = 100;
const MOST_CHANGED = 60;

/** The first images of each class, by class; none where the data isn't images. Those that can't be decoded are left out. */
export async function sampleImages(source: ContentSource, options: SampleOptions = {}, signal?: AbortSignal): Promise<SampleImage[]> {
  const { perClass = 10, side = 64 } = options;
  const byClass = new Map<string | undefined, SampleImage[]>();
  for await (const item of imageItems(source, options, signal)) {
    const list = byClass.get(item.label) ?? [];
    if (list.length >= perClass || (list.length === 0 && byClass.size >= MOST_CLASSES)) continue;
    const sample = await sampleOf(item, side);
    if (sample) byClass.set(item.label, [...list, sample]);
  }
  const classes = [...byClass].sort(([a], [b]) => compareLabels(a ?? '', b ?? ''));
  return classes.flatMap(([, list]) => list);
}

/** The images that differ between two versions: by path in folders, by number in arrays and tables. */
export async function changedImages(
  before: ContentSource,
  after: ContentSource,
  options: SampleOptions = {},
  signal?: AbortSignal,
): Promise<ImageChanges> {
  if (before.isFolder && after.isFolder) return changedFiles(before, after, options.side ?? 64, signal);
  const [old, young] = [imageItems(before, options, signal), imageItems(after, options, signal)];
  const images: ChangedImage[] = [];
  const counts = { added: 0, removed: 0, changed: 0 };
  try {
    for (;;) {
      const [was, is] = [(await old.next()).value, (await young.next()).value] as [ImageItem | undefined, ImageItem | undefined];
      if (!was && !is) break;
      if (was && is && isSameLabel(was, is) && Buffer.compare(bytesOf(was), bytesOf(is)) === 0) continue;
      counts[was ? (is ? 'changed' : 'removed') : 'added']++;
      if (images.length >= MOST_CHANGED) continue;
      const side = options.side ?? 64;
      images.push({ key: (is ?? was)!.key, before: was && (await sampleOf(was, side)), after: is && (await sampleOf(is, side)) });
    }
  } finally {
    await Promise.all([old.return(undefined), young.return(undefined)]);
  }
  return { images, ...counts };
}

async function changedFiles(before: ContentSource, after: ContentSource, side: number, signal?: AbortSignal): Promise<ImageChanges> {
  if (!isPictureFolder([...(await before.list(signal)), ...(await after.list(signal))]))
    return { images: [], added: 0, removed: 0, changed: 0 };
  const files = compareFiles(...(await comparableEntries(before, after, signal)));
  const [added, removed, changed] = [files.added, files.removed, files.changed].map((paths) => paths.filter(isPictureName)) as [
    string[],
    string[],
    string[],
  ];
  const images: ChangedImage[] = [];
  const keys = [...changed, ...removed, ...added].slice(0, MOST_CHANGED);
  const wanted = new Set(keys);
  const samples = async (source: ContentSource): Promise<Map<string, SampleImage | undefined>> => {
    const found = new Map<string, SampleImage | undefined>();
    for await (const item of imageItems(source, {}, signal)) if (wanted.has(item.key)) found.set(item.key, await sampleOf(item, side));
    return found;
  };
  const [old, young] = [await samples(before), await samples(after)];
  for (const key of keys) images.push({ key, before: old.get(key), after: young.get(key) });
  return { images, added: added.length, removed: removed.length, changed: changed.length };
}

/** An unknown label is no other one. */
function isSameLabel({ label: was }: ImageItem, { label: is }: ImageItem): boolean {
  return was === undefined || is === undefined || was === is;
}

function bytesOf({ content }: ImageItem): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : content;
}

async function sampleOf(item: ImageItem, side: number): Promise<SampleImage | undefined> {
  try {
    return { key: item.key, label: item.label, png: thumbnail(await item.picture(), side) };
  } catch {
    return undefined;
  }
}
