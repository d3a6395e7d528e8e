import { existsSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { missing, TrackingError } from '../../core/errors';
import { readManifest } from '../cache/objects';
import { readCacheFolder } from '../records/config';
import { ancestors } from '../records/recordPath';
import { RecordFiles } from '../records/recordFiles';
import { findDvcRoot, trackedOuts, type TrackedOut } from '../records/repository';
import type { Revisions } from '../revisions';
import { readCommitted } from '../status/committedRecords';
import type { RecordedContent } from '../versions';
import type { ContentPlace } from './place';

const SHORT_COMMIT = 8;
/** So many files beside one are told of. */
const MOST_SIBLINGS = 1_000;

/**
 * Where the content lies that a path had in a commit: in the cache for what DVC tracked, else in git.
 * @throws TrackingError where the revision, or the path in it, isn't there
 */
export async function placeAtRevision(path: string, revision: string, revisions: Revisions, signal?: AbortSignal): Promise<ContentPlace> {
  const target = resolve(path);
  const dvcRoot = await findDvcRoot(dirname(target));
  const root = dvcRoot ?? dirname(target);
  if (!existsSync(root)) throw missing(`The folder ${root} is not there any more.`);
  const commit = await revisions.commit(root, revision, signal);
  if (commit === undefined) throw missing(`There is no revision ${revision} here.`);
  const name = `${relative(process.cwd(), target) || basename(target)}@${nameOf(revision, commit)}`;
  const outs = dvcRoot === undefined ? new Map<string, TrackedOut>() : await outsAt(dvcRoot, commit, revisions, signal);
  const out = ancestors(target)
    .map((path) => outs.get(path))
    .find((each) => each !== undefined);
  if (dvcRoot !== undefined && out?.digest !== undefined) {
    const place = await placeOfVersion(dvcRoot, target, out, out.digest, name);
    return place.kind === 'version' && out.target === target ? { ...place, siblings: beside(out, outs) } : place;
  }
  const inner = relative(root, target).split(sep).join('/');
  const file = (await revisions.files(root, commit, [basename(target)], signal)).find((each) => each.path === inner);
  const bytes = file && (await revisions.contents(root, [file.id], signal)).get(file.id);
  if (!bytes) throw missing(`${relative(process.cwd(), target)} is neither in DVC's records nor in git at ${nameOf(revision, commit)}.`);
  return { kind: 'bytes', name, fileName: basename(target), bytes };
}

/**
 * What a commit recorded of a path, or of the folder that it was in; undefined where DVC tracked neither.
 * @throws TrackingError where the revision isn't there
 */
export async function recordedAtRevision(
  path: string,
  revision: string,
  revisions: Revisions,
  signal?: AbortSignal,
): Promise<RecordedContent | undefined> {
  const target = resolve(path);
  const root = await findDvcRoot(dirname(target));
  if (root === undefined) return undefined;
  const commit = await revisions.commit(root, revision, signal);
  if (commit === undefined) throw missing(`There is no revision ${revision} here.`);
  const { stages } = await readCommitted(root, revisions, commit, new RecordFiles(root), { signal });
  const outs = new Map(stages.flatMap((stage) => stage.outs.map((out) => [out.target, out] as const)));
  const out = ancestors(target)
    .map((each) => outs.get(each))
    .find((each) => each !== undefined);
  if (!out?.recorded || out.target === undefined || !out.cached) return undefined;
  const { hashName, digest } = out.recorded;
  return { target: out.target, hashName, digest, ...(out.remote !== undefined && { remote: out.remote }) };
}

/**
 * Where the content of a recorded version lies in the cache: of the out itself, or of a file or folder in it.
 * @param target absolute; the out's or below it
 * @param digest the version's, which may be another than the out's present one
 */
export async function placeOfVersion(
  root: string,
  target: string,
  out: Pick<TrackedOut, 'target' | 'hashName'>,
  digest: string,
  name: string,
): Promise<ContentPlace> {
  const cache = await readCacheFolder(root);
  const place = { kind: 'version', name, fileName: basename(target), cache, hashName: out.hashName, digest } as const;
  if (out.target === target || !digest.endsWith('.dir')) return place;
  const inside = relative(out.target, target).split(sep).join('/');
  const members = await readManifest(cache, out.hashName, digest);
  if (!members) throw missing(`The list of files of ${name} is not in the cache; fetch it (dvc fetch).`);
  const member = members.find((entry) => entry.path === inside);
  if (member) return { ...place, digest: member.digest };
  if (!members.some((entry) => entry.path.startsWith(`${inside}/`))) throw missing(`${name} has nothing at ${inside}.`);
  return { ...place, inside };
}

/** What a person names: a path, or `PATH@REVISION`. */
export async function placeOf(text: string, exists: boolean, revisions: Revisions, signal?: AbortSignal): Promise<ContentPlace> {
  if (exists) return { kind: 'path', path: resolve(text) };
  let failure = missing(`There is no data at ${text}.`);
  let isFirst = true;
  // A name may hold an @, and so may a revision (HEAD@{1}).
  for (let at = text.indexOf('@'); at > 0; at = text.indexOf('@', at + 1)) {
    try {
      return await placeAtRevision(text.slice(0, at), text.slice(at + 1) || 'HEAD', revisions, signal);
    } catch (error) {
      if (!(error instanceof TrackingError)) throw error;
      if (isFirst) failure = error;
      isFirst = false;
    }
  }
  throw failure;
}

async function outsAt(root: string, commit: string, revisions: Revisions, signal?: AbortSignal): Promise<ReadonlyMap<string, TrackedOut>> {
  const { stages } = await readCommitted(root, revisions, commit, new RecordFiles(root), { signal });
  return new Map(trackedOuts(stages).map((out) => [out.target, out]));
}

/** The files that are tracked in the same folder, by name. */
function beside({ target, hashName }: TrackedOut, outs: ReadonlyMap<string, TrackedOut>): Record<string, string> {
  const folder = dirname(target);
  const found = [...outs.values()].flatMap((out) =>
    out.target !== target &&
    dirname(out.target) === folder &&
    out.hashName === hashName &&
    out.digest !== undefined &&
    !out.digest.endsWith('.dir')
      ? [[basename(out.target), out.digest] as const]
      : [],
  );
  return Object.fromEntries(found.slice(0, MOST_SIBLINGS));
}

function nameOf(revision: string, commit: string): string {
  return revision === commit ? commit.slice(0, SHORT_COMMIT) : revision;
}
