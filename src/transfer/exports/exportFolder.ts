import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { invalid } from '../../core/errors';

/** Tells a folder that an export has written, which another export may replace, from everything else. */
const MARK = '.ml-tracking-export';

/**
 * Fills a folder that nobody sees before it is whole. One that holds something is refused, unless `replace` is said and an
 * export has written it. `fill` gets the folder to write to and the place where it will be.
 */
export async function writeFolder<T>(
  into: string,
  replace: boolean,
  fill: (folder: string, place: string) => Promise<{ readonly keep: boolean; readonly result: T }>,
): Promise<T> {
  const place = resolve(into);
  const old = await contents(place);
  if (old.length > 0 && !(replace && old.includes(MARK)))
    throw invalid(
      replace
        ? `${place} was not written by an export, so it is not replaced: name another folder`
        : `${place} holds something already: name another folder, or give --replace for one that an export has written`,
    );
  await mkdir(dirname(place), { recursive: true });
  const temporary = `${place}.${randomBytes(4).toString('hex')}.part`;
  await mkdir(temporary);
  try {
    const { keep, result } = await fill(temporary, place);
    if (keep) {
      await writeFile(join(temporary, MARK), 'Written by ml-tracking export; --replace may replace this folder.\n');
      await putInPlace(temporary, place);
    }
    return result;
  } finally {
    await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function putInPlace(temporary: string, place: string): Promise<void> {
  const former = `${temporary}.old`;
  const exists = (await stat(place).catch(() => undefined)) !== undefined;
  if (exists) await rename(place, former);
  try {
    await rename(temporary, place);
  } catch (error) {
    if (exists) await rename(former, place);
    throw error;
  }
  await rm(former, { recursive: true, force: true, maxRetries: 5 });
}

async function contents(folder: string): Promise<string[]> {
  const info = await stat(folder).catch(() => undefined);
  if (!info) return [];
  if (!info.isDirectory()) throw invalid(`${folder} is a file: name a folder`);
  return readdir(folder);
}
