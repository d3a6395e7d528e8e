import { elementsOf } from '../arrays/arrayReader';
import { imageSize, labelsFileName, readArrayHeader } from '../arrays/arrayFile';
import type { ArrayHeader } from '../arrays/arrayHeader';
import { beginningOf, bytesOf } from '../byteStream';
import { formatOf, isPictureFolder } from '../format';
import type { ContentHandle, ContentSource } from '../place';
import type { ProfileOptions } from '../profile';
import { classOf } from './imageFolder';
import { decodePicture, pictureOf, type Picture } from './picture';
import { isPictureName } from './pictureHeader';
import type { ImageItem } from './imageItem';
import { pixelRows } from './pixelRows';

/** A file of labels has one byte each. */
const MOST_LABELS = 2 ** 26;
const MOST_PICTURE = 100_000_000;

/**
 * The images of a folder, of an array file, or of a table whose rows are pixels, in order; nothing where there are none.
 * An item's content is its own only until the next one.
 * @throws TrackingError where the data can't be read
 */
export async function* imageItems(source: ContentSource, options: ProfileOptions = {}, signal?: AbortSignal): AsyncGenerator<ImageItem> {
  const files = await source.list(signal);
  if (source.isFolder) {
    if (!isPictureFolder(files)) return;
    for (const file of files) {
      if (!isPictureName(file.path) || file.isLacking) continue;
      signal?.throwIfAborted();
      const picture = async (): Promise<Picture> => decodePicture(await wholeFile(source, file.path));
      yield { key: file.path, label: classOf(file.path), content: file.digest ?? '', picture };
    }
    return;
  }
  const { path } = files[0]!;
  const handle = await source.open(path);
  try {
    const format = formatOf(path, await beginningOf(handle, path, 1024));
    if (format === 'images')
      yield { key: path, label: undefined, content: '', picture: async () => decodePicture(await wholeFile(source, path)) };
    if (format === 'csv') yield* pixelRows(handle, path, options, signal);
    if (format === 'idx' || format === 'npy') yield* arrayItems(source, handle, path, signal);
  } finally {
    await handle.close();
  }
}

async function* arrayItems(source: ContentSource, handle: ContentHandle, path: string, signal?: AbortSignal): AsyncGenerator<ImageItem> {
  const header = await readArrayHeader(handle, path);
  const size = imageSize(header);
  if (!size || !header.rowMajor) return;
  const labels = await readLabels(source, path, header.shape[0]!, signal);
  const { width, height, channels } = size;
  let number = 0;
  for await (const item of itemsOf(header, bytesOf(handle, path, signal), path, width * height * channels)) {
    const label = labels?.[number];
    const picture = (): Promise<Picture> => Promise.resolve(pictureOf(item, width, height, channels));
    yield { key: String(++number), label: label === undefined ? undefined : String(label), content: item, picture };
  }
}

async function* itemsOf(header: ArrayHeader, bytes: AsyncIterable<Uint8Array>, name: string, length: number): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const view of elementsOf(header, bytes, name)) {
    const piece = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const joined = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let from = 0;
    for (; from + length <= joined.length; from += length) yield joined.subarray(from, from + length);
    rest = Buffer.from(joined.subarray(from));
  }
}

async function readLabels(source: ContentSource, path: string, items: number, signal?: AbortSignal): Promise<Uint8Array | undefined> {
  const name = labelsFileName(path);
  if (name === undefined || items > MOST_LABELS) return undefined;
  for (const candidate of [name, name.endsWith('.gz') ? name.slice(0, -3) : `${name}.gz`]) {
    const handle = await source
      .sibling(candidate)
      ?.open(candidate)
      .catch(() => undefined);
    if (!handle) continue;
    try {
      const header = await readArrayHeader(handle, candidate);
      if (header.shape.length !== 1 || header.shape[0] !== items || header.type !== 'uint8') return undefined;
      const labels = new Uint8Array(items);
      let at = 0;
      for await (const view of elementsOf(header, bytesOf(handle, candidate, signal), candidate)) {
        labels.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), at);
        at += view.byteLength;
      }
      return labels;
    } finally {
      await handle.close();
    }
  }
  return undefined;
}

async function wholeFile(source: ContentSource, path: string): Promise<Uint8Array> {
  const handle = await source.open(path);
  try {
    if (handle.size > MOST_PICTURE) throw new Error(`it has ${handle.size} bytes`);
    return await handle.read(0, handle.size);
  } finally {
    await handle.close();
  }
}
