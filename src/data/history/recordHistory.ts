import { basename, dirname, join } from 'node:path';
import { readDvcFile } from '../records/dvcFile';
import { LockFile } from '../records/lockFile';
import { readPlainRecord } from '../records/plainRecord';
import { isDict, pythonText } from '../records/pythonValue';
import { entryHash } from '../records/recordedHash';
import { isWithin, schemeOf } from '../records/recordPath';
import type { Recorded } from '../records/stage';
import { textOf } from '../records/textFile';
import { pathWithin } from '../status/recordedIndex';
import { scanLock, type LockedOut } from './lockScan';

/** An out as one content of its record has it. */
export type FoundOut = Pick<Recorded, 'digest' | 'hashName' | 'size' | 'files'> & {
  /** From the repository's root, with `/`. */
  readonly path: string;
};

/** The file in which the history of an out stands, and how the out is found in what that file once held. */
export interface OutRecord {
  /** From the repository's root, with `/`. */
  readonly path: string;
  /** Undefined where the out isn't in it. Throws RecordError where it can't be read. `then`: the path that the file had. */
  find(content: Buffer, then: string): FoundOut | undefined;
}

/** A `.dvc` file. */
export function dvcFileRecord(root: string, path: string, target: string): OutRecord {
  return {
    path,
    find(content, then) {
      const text = textOf(content);
      const file = join(root, ...then.split('/'));
      const { outs } = readPlainRecord(root, file, text) ?? readDvcFile(root, file, text);
      // The file may have been renamed with its data.
      const out = outs.find((each) => each.target === target) ?? (outs.length === 1 ? outs[0] : undefined);
      if (!out?.recorded) return undefined;
      const { digest, hashName, size, files } = out.recorded;
      return { digest, hashName, size, files, path: (out.target && pathWithin(root, out.target)) ?? out.path };
    },
  };
}

/** A place in a pipeline. */
export interface LockedPlace {
  readonly root: string;
  /** Absolute. */
  readonly target: string;
  /** The path as the lock has it. */
  readonly path: string;
  /** Undefined where the pipeline has it no more. */
  readonly stage: string | undefined;
  /** The names that the pipeline's stages have now. */
  readonly stages: ReadonlySet<string>;
}

/** A `dvc.lock`. An out whose stage had another name is found too, as long as no other stage has that name now. */
export function lockRecord(path: string, place: LockedPlace): OutRecord {
  const { root, target, stage, stages } = place;
  const own = pathWithin(root, target) ?? place.path;
  return {
    path,
    find(content) {
      const text = textOf(content);
      const found = scanLock(text, place.path) ?? parsedOuts(text, place);
      const others = found.filter((each) => !stages.has(each.stage));
      const out = found.find((each) => each.stage === stage) ?? (others.length === 1 ? others[0] : undefined);
      return out && { digest: out.digest, hashName: out.hashName, size: out.size, files: out.files, path: own };
    },
  };
}

/** Throws RecordError. */
function parsedOuts(text: string, { root, target, path }: LockedPlace): LockedOut[] {
  const lock = LockFile.parse(text);
  const { yaml } = lock;
  const body = yaml?.value;
  if (!yaml || !isDict(body ?? null)) return [];
  const all = body as ReadonlyMap<unknown, unknown>;
  const stages = all.has('schema') ? all.get('stages') : all;
  const names = stages instanceof Map ? [...(stages as ReadonlyMap<Parameters<typeof pythonText>[0], unknown>).keys()].map(pythonText) : [];
  return names.flatMap((name) => {
    const locked = lock.entry(name)?.outs.get(path);
    const recorded = locked && entryHash(yaml, locked.dict, locked.line, isWithin(root, target), schemeOf(path)).recorded;
    return recorded ? [{ stage: name, ...recorded }] : [];
  });
}

/** The records in which data may have stood that nothing tracks any more. */
export function formerRecords(root: string, target: string): OutRecord[] {
  const path = pathWithin(root, target);
  if (path === undefined) return [];
  const lock = join(dirname(target), 'dvc.lock');
  const lockPath = pathWithin(root, lock);
  const place = { root, target, path: basename(target), stage: undefined, stages: new Set<string>() };
  return [dvcFileRecord(root, `${path}.dvc`, target), ...(lockPath === undefined ? [] : [lockRecord(lockPath, place)])];
}
