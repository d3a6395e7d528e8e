import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { parseDvcFile, parseDvcLock, parseWorkingFolders, type DvcOut, type DvcStage } from './dvcFile';
import { parsePlainRecord } from './plainRecord';

/** An out with its place. */
export interface TrackedOut extends DvcOut {
  /** Absolute. */
  readonly target: string;
  /** The file that records it, absolute. */
  readonly recordedIn: string;
  /** The stage's name in `dvc.lock`; undefined for a `.dvc` file. */
  readonly stage: string | undefined;
}

/** The nearest folder at or above a path that holds a `.dvc` folder. */
export async function findDvcRoot(path: string): Promise<string | undefined> {
  for (const folder of ancestors(resolve(path))) {
    const found = await stat(join(folder, '.dvc')).catch(() => undefined);
    if (found?.isDirectory()) return folder;
  }
  return undefined;
}

/** A path and every folder above it, nearest first. */
export function ancestors(path: string): string[] {
  const list = [path];
  for (let here = path; dirname(here) !== here; here = dirname(here)) list.push(dirname(here));
  return list;
}

/** The stages of a `.dvc` file or a `dvc.lock`. Throws DvcFormatError, or the file system's error. */
export async function readStages(file: string): Promise<DvcStage[]> {
  const text = await readFile(file, 'utf8');
  if (file.endsWith('.dvc')) return [parsePlainRecord(text) ?? parseDvcFile(text)];
  const pipeline = await readFile(join(dirname(file), 'dvc.yaml'), 'utf8').catch(() => undefined);
  return parseDvcLock(text, pipeline === undefined ? undefined : parseWorkingFolders(pipeline));
}

/** The outs of a `.dvc` file or a `dvc.lock` that lie in the file system. Throws as `readStages` does. */
export async function readOuts(file: string): Promise<TrackedOut[]> {
  return (await readStages(file)).flatMap((stage) =>
    stage.outs.flatMap((out) => {
      const target = targetOf(file, stage, out.path);
      return target === undefined ? [] : [{ ...out, target, recordedIn: file, stage: stage.name }];
    }),
  );
}

function targetOf(file: string, stage: DvcStage, path: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return undefined;
  return isAbsolute(path) ? resolve(path) : resolve(dirname(file), stage.workingFolder, path);
}
