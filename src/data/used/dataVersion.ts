import { readdir } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { DataVersion, ReadDataVersion } from '../../core/dataVersion';
import { readManifest } from '../cache/objects';
import { readCacheFolder } from '../records/config';
import { isRecordName } from '../records/record';
import { ancestors } from '../records/recordPath';
import { findDvcRoot, readOuts, type TrackedOut } from '../records/repository';

/**
 * The version that DVC records of a path: its own out, or the folder above it that is one. A file in a tracked folder has the
 * digest that the folder's manifest gives it; while the manifest isn't in the cache, the folder's version stands for it.
 */
export const readDataVersion: ReadDataVersion = async (path) => {
  const found = await findTrackedOut(path);
  return found && readRecordedVersion(resolve(path), found);
};

/** As `readDataVersion`, of a path whose out is known. */
export async function readRecordedVersion(target: string, { root, out }: FoundOut): Promise<DataVersion | undefined> {
  if (out.digest === undefined) return undefined;
  const version = versionOf(out, out.digest);
  if (out.target === target || !out.digest.endsWith('.dir')) return version;
  const members = await readManifest(await readCacheFolder(root), out.hashName, out.digest);
  if (!members) return version;
  const inside = relative(out.target, target).split(sep).join('/');
  const member = members.find((entry) => entry.path === inside);
  if (member) return { ...version, path: target, digest: member.digest, size: undefined, files: undefined };
  return members.some((entry) => entry.path.startsWith(`${inside}/`)) ? version : undefined;
}

/** An out, and the root of its repository. */
export interface FoundOut {
  readonly root: string;
  readonly out: TrackedOut;
}

/** The out that is a path, or the nearest one that holds it, with its repository's root; undefined where DVC tracks neither. */
export async function findTrackedOut(path: string): Promise<FoundOut | undefined> {
  const target = resolve(path);
  const root = await findDvcRoot(dirname(target));
  const out = await findOut(target, root);
  return out && { root: root ?? dirname(out.recordedIn), out };
}

function versionOf(out: TrackedOut, digest: string): DataVersion {
  // A pipeline's hashes stand in the lock beside it.
  const recordedIn = out.stage === undefined ? out.recordedIn : join(dirname(out.recordedIn), 'dvc.lock');
  return { path: out.target, digest, size: out.size, files: out.files, recordedIn };
}

/** The out that is the path or holds it; the nearest one, were there several. */
async function findOut(target: string, root: string | undefined): Promise<TrackedOut | undefined> {
  const within = ancestors(target).filter((path) => path === target || (root !== undefined && path.startsWith(root + sep)));
  // The usual name first: folders may hold thousands of .dvc files.
  for (const path of within) {
    const out = (await outsOf(root, `${path}.dvc`)).find((each) => each.target === path);
    if (out) return out;
  }
  if (root === undefined) return undefined;
  const holders = ancestors(dirname(target)).filter((folder) => folder === root || folder.startsWith(root + sep));
  const outs: TrackedOut[] = [];
  for (const folder of holders) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names) if (isRecordName(name)) outs.push(...(await outsOf(root, join(folder, name))));
  }
  const byTarget = new Map(outs.map((out) => [out.target, out]));
  return within.map((path) => byTarget.get(path)).find((out) => out !== undefined);
}

/** A file that can't be read tells nothing; the Data view shows what is wrong with it. */
async function outsOf(root: string | undefined, file: string): Promise<TrackedOut[]> {
  return readOuts(root ?? dirname(file), file);
}
