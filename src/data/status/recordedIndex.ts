import { isAbsolute, relative, sep } from 'node:path';
import type { ManifestEntry } from '../hashing/manifest';
import type { HashName } from '../records/hashName';
import type { Recorded, Stage, StageOut } from '../records/stage';
import { dataIndex, type DataIndex, type Hash, type IndexedOut } from './dataIndex';

/** Finds the manifest of a folder's hash; undefined where it can't be had. */
export type ReadManifest = (hash: Hash, out: StageOut) => Promise<readonly ManifestEntry[] | undefined>;

/** An out that DVC keeps, in the repository. */
export interface KeptOut {
  readonly stage: Stage;
  readonly out: StageOut;
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** Absolute. */
  readonly target: string;
  readonly hash: Hash | undefined;
  readonly isFolder: boolean;
  /** Imported without its content: the hash is the source's, and no cache has it. */
  readonly isPartial: boolean;
  /** Where the import is of a repository, which never pushes it. */
  readonly isRepositoryImport: boolean;
}

/** The outs that DVC keeps in its cache and that lie in the repository; others are not in `dvc data status`. */
export function keptOuts(root: string, stages: readonly Stage[]): KeptOut[] {
  return stages.flatMap((stage) =>
    stage.outs.flatMap((out) => {
      const path = out.target === undefined || isAbsolute(out.path) ? undefined : pathWithin(root, out.target);
      if (!out.cached || path === undefined || out.target === undefined) return [];
      const dep = importDep(stage);
      const isCopied = dep !== undefined && dep.source?.kind !== 'repository' && dep.source?.kind !== 'database';
      const recorded = out.recorded ?? (isCopied ? dep.recorded : undefined);
      return [
        {
          stage,
          out,
          path,
          target: out.target,
          hash: recorded && { name: recorded.hashName, digest: recorded.digest },
          isFolder: isFolder(isCopied ? (dep.recorded ?? recorded) : recorded),
          isPartial: out.recorded === undefined && recorded !== undefined,
          isRepositoryImport: dep?.source?.kind === 'repository',
        },
      ];
    }),
  );
}

/** What the stages record. With a way to read manifests also what is in folders. */
export async function recordedIndex(outs: readonly KeptOut[], readManifest?: ReadManifest): Promise<DataIndex> {
  const indexed = await Promise.all(
    outs.map(async (kept): Promise<IndexedOut> => {
      const { path, hash, isFolder: folder, isPartial, out } = kept;
      const wanted = readManifest && folder && hash?.digest.endsWith('.dir') && !isPartial && !out.versioned;
      const files = wanted && hash ? await readManifest(hash, out) : undefined;
      return { path, hash, isFolder: folder, isBroken: false, members: files && { files, folders: undefined } };
    }),
  );
  return dataIndex(indexed);
}

/** The hash name under which DVC hashes what is at an out's path; what has a remote's kind of hash is looked at by its content. */
export function hashNameOf({ hash }: KeptOut): HashName {
  return hash?.name === 'md5-dos2unix' ? hash.name : 'md5';
}

/** The only dep of a stage without a command and with one out: where its data comes from. */
export function importDep({ command, deps, params, outs }: Stage): Stage['deps'][number] | undefined {
  return command === undefined && deps.length === 1 && params.length === 0 && outs.length === 1 ? deps[0] : undefined;
}

/** With `/`, relative to the root; undefined for what isn't below it. */
export function pathWithin(root: string, target: string): string | undefined {
  const path = relative(root, target);
  if (path === '' || path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)) return undefined;
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

function isFolder(recorded: Recorded | undefined): boolean {
  return recorded !== undefined && (recorded.digest.endsWith('.dir') || (recorded.files ?? 0) > 0);
}
