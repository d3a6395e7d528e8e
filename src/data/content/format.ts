import { isIdx, isNpy } from './arrays/arrayHeader';
import { isPictureName } from './images/pictureHeader';
import type { ContentFile } from './place';
import type { ContentFormat } from './profile';
import { isParquet } from './tables/parquetTable';

/** What a file is read as, by its first bytes where they tell, else by its name's ending. */
export function formatOf(fileName: string, head: Uint8Array): ContentFormat {
  if (isParquet(head)) return 'parquet';
  if (isNpy(head)) return 'npy';
  if (isIdx(head)) return 'idx';
  return formatByName(fileName) ?? 'other';
}

/** By a name's ending alone; undefined where it tells nothing that can be read. */
export function formatByName(fileName: string): ContentFormat | undefined {
  const name = fileName.toLowerCase().replace(/\.gz$/, '');
  if (/\.(csv|tsv|tab|psv)$/.test(name)) return 'csv';
  if (/\.(parquet|parq|pq)$/.test(name)) return 'parquet';
  if (/\.(jsonl|ndjson)$/.test(name)) return 'jsonl';
  if (/\.npy$/.test(name)) return 'npy';
  if (/[.-]idx\d-ubyte$|\.idx\d?$/.test(name)) return 'idx';
  return isPictureName(name) ? 'images' : undefined;
}

/** Whether a folder is one of pictures: more of them than of anything else that can be read. */
export function isPictureFolder(files: readonly ContentFile[]): boolean {
  const pictures = files.filter(({ path }) => isPictureName(path)).length;
  return pictures > 0 && pictures * 2 >= files.length;
}
