import { readArrayHeader } from '../content/arrays/arrayFile';
import { ELEMENT_BYTES } from '../content/arrays/arrayHeader';
import { elementReader, elementsOf } from '../content/arrays/arrayReader';
import { bytesOf } from '../content/byteStream';
import { HEAD_BYTES, isPictureName, parsePictureHeader } from '../content/images/pictureHeader';
import type { ContentHandle, ContentSource } from '../content/place';
import type { Profile, ProfileOptions } from '../content/profile';
import { readCsv } from '../content/tables/csvTable';
import { readJsonLines } from '../content/tables/jsonLines';
import { readParquet } from '../content/tables/parquetTable';
import type { CheckExample, CheckResult } from './checks';
import type { Finding } from './finding';
import { RowFinder } from './rowFinder';

const EXAMPLES = 5;

/** Results with examples of what fails: the data is read once more, where there are any to find. */
export async function withExamples(
  findings: readonly Finding[],
  source: ContentSource,
  profile: Profile,
  options: ProfileOptions,
  signal?: AbortSignal,
): Promise<CheckResult[]> {
  const failed = findings.filter(({ passed, examples }) => !passed && examples.length === 0);
  const found = new Map<Finding, CheckExample[]>(failed.map((each) => [each, []]));
  if (profile.columns && failed.some(({ cells }) => cells)) await findCells(failed, found, source, profile, options, signal);
  if (profile.array && failed.some(({ numbers }) => numbers)) await findItems(failed, found, source, signal);
  if (profile.format === 'images') await findPictures(failed, found, source, signal);
  return findings.map((finding) => {
    const { check, line, passed, expected, found: text, examples } = finding;
    return { check, line, passed, expected, found: text, examples: found.get(finding) ?? examples };
  });
}

type Found = ReadonlyMap<Finding, CheckExample[]>;

async function findCells(
  failed: readonly Finding[],
  found: Found,
  source: ContentSource,
  profile: Profile,
  options: ProfileOptions,
  signal?: AbortSignal,
): Promise<void> {
  const searches = failed.flatMap((each) =>
    each.cells ? [{ columns: new Set(each.cells.columns), test: each.cells.test, found: found.get(each)! }] : [],
  );
  const finder = new RowFinder(searches, profile.format === 'parquet');
  await withFile(source, async (handle, path) => {
    if (profile.format === 'csv') await readCsv(handle, path, { ...options, ...profile.dialect }, finder, signal);
    else if (profile.format === 'jsonl') await readJsonLines(handle, path, finder, signal);
    else await readParquet(handle, path, finder, signal);
  });
}

async function findItems(failed: readonly Finding[], found: Found, source: ContentSource, signal?: AbortSignal): Promise<void> {
  await withFile(source, async (handle, path) => {
    const header = await readArrayHeader(handle, path);
    if (!header.rowMajor) return;
    const read = elementReader(header.type, header.littleEndian);
    const width = ELEMENT_BYTES[header.type];
    const itemSize = header.shape.slice(1).reduce((product, size) => product * size, 1);
    const searches = failed.flatMap((each) => (each.numbers ? [{ test: each.numbers, examples: found.get(each)!, last: 0 }] : []));
    let index = 0;
    for await (const view of elementsOf(header, bytesOf(handle, path, signal), path))
      for (let at = 0; at < view.byteLength; at += width, index++) {
        const value = read(view, at);
        for (const search of searches) {
          if (search.examples.length >= EXAMPLES || !search.test(value)) continue;
          const row = Math.floor(index / itemSize) + 1;
          if (row !== search.last) search.examples.push({ row, value: String(value) });
          search.last = row;
        }
      }
  });
}

async function findPictures(failed: readonly Finding[], found: Found, source: ContentSource, signal?: AbortSignal): Promise<void> {
  const searches = failed.flatMap((each) => (each.size ? [{ size: each.size, examples: found.get(each)! }] : []));
  if (searches.length === 0) return;
  for (const { path } of await source.list(signal)) {
    signal?.throwIfAborted();
    if (!isPictureName(path) || searches.every(({ examples }) => examples.length >= EXAMPLES)) continue;
    const handle = await source.open(path);
    try {
      const header = parsePictureHeader(await handle.read(0, HEAD_BYTES));
      if (!header) continue;
      for (const { size, examples } of searches) {
        const wrong = (['width', 'height', 'channels'] as const).some((key) => size[key] !== undefined && size[key] !== header[key]);
        if (wrong && examples.length < EXAMPLES) examples.push({ path, value: `${header.width} × ${header.height} × ${header.channels}` });
      }
    } finally {
      await handle.close();
    }
  }
}

async function withFile(source: ContentSource, work: (handle: ContentHandle, path: string) => Promise<void>): Promise<void> {
  const [file] = await source.list();
  if (!file || source.isFolder) return;
  const handle = await source.open(file.path);
  try {
    await work(handle, file.path);
  } finally {
    await handle.close();
  }
}
