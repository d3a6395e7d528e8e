import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInside } from './localFiles';

/** What an artifact folder belongs to. */
export interface ArtifactOwner {
  readonly kind: 'run' | 'model';
  readonly id: string;
  /** The URI that the source gives; undefined where it gives none. */
  readonly uri: string | undefined;
}

/** Where files of runs and models lie on this machine. */
export type ArtifactPlace = { readonly folder: string } | { readonly problem: string } | undefined;

/**
 * Finds the artifact folders of a store that may have been moved, or come from somebody else. Taken are only folders
 * within the store's own (`within`), and, wherever they are, ones whose path ends as MLflow lays out a run's or a model's
 * files with its long random id: nobody can make an import read `/etc` or a home folder by what a meta file says.
 */
export class ArtifactPlaces {
  constructor(
    /** Paths in URIs that are relative are relative to this folder. */
    private readonly base: string,
    /** Folders that hold `<experiment>/<run>/artifacts`, the likeliest first. */
    private readonly within: readonly string[],
  ) {}

  /** @param beside where the folder would be beside what describes the run; it goes first */
  async find(owner: ArtifactOwner, beside?: string): Promise<ArtifactPlace> {
    if (beside !== undefined && (await isFolder(beside))) return this.allowed(beside, owner);
    const { uri } = owner;
    if (uri === undefined) return undefined;
    const path = this.localPath(uri);
    const tail = tailOf(uri, owner);
    const candidates = [
      ...(path === undefined ? [] : [path]),
      ...(tail === undefined ? [] : this.within.map((root) => join(root, ...tail))),
    ];
    for (const candidate of candidates) if (await isFolder(candidate)) return this.allowed(candidate, owner);
    if (path === undefined && !/^mlflow-artifacts:/i.test(uri))
      return { problem: `Its files are at ${uri}, which is not on this machine.` };
    // A run without files has no folder, or an empty one.
    return undefined;
  }

  private async allowed(folder: string, owner: ArtifactOwner): Promise<ArtifactPlace> {
    const real = await realpath(folder);
    for (const root of this.within) {
      const realRoot = await realpath(root).catch(() => undefined);
      if (realRoot !== undefined && isInside(realRoot, real)) return { folder: real };
    }
    if (hasLayout(real, owner)) return { folder: real };
    return { problem: `Its files are said to be in ${folder}, which is no place of MLflow's for them: they are left out.` };
  }

  private localPath(uri: string): string | undefined {
    if (/^file:/i.test(uri)) {
      try {
        return fileURLToPath(uri);
      } catch {
        // `file:relative`, and other machines' paths.
        return undefined;
      }
    }
    if (/^[a-z]:[\\/]/i.test(uri)) return process.platform === 'win32' ? uri : undefined;
    if (/^[a-z][a-z0-9+.-]*:/i.test(uri)) return undefined;
    return isAbsolute(uri) ? uri : resolve(this.base, uri);
  }
}

/** The last parts of a place's path: `<experiment>/<run>/artifacts` or `<experiment>/models/<model>/artifacts`. */
function tailOf(uri: string, { kind, id }: ArtifactOwner): string[] | undefined {
  const parts = uri.replaceAll('\\', '/').replace(/\/+$/, '').split('/').filter(Boolean);
  const length = kind === 'run' ? 3 : 4;
  const tail = parts.slice(-length);
  if (tail.length < length || tail.at(-1) !== 'artifacts' || tail.at(-2) !== id) return undefined;
  if (tail.some((part) => part === '..' || part === '.' || part.includes(':'))) return undefined;
  return tail;
}

function hasLayout(path: string, { kind, id }: ArtifactOwner): boolean {
  const parts = path.replaceAll('\\', '/').split('/');
  const isRandom = kind === 'run' ? /^[0-9a-f]{32}$/.test(id) : /^m-[0-9a-f]{32}$/.test(id);
  return isRandom && parts.at(-1) === 'artifacts' && parts.at(-2) === id;
}

async function isFolder(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  return info?.isDirectory() ?? false;
}
