import { readCacheFolder } from '../records/config';
import type { RemoteStatus } from './status';

export interface RemotePlace extends RemoteStatus {
  /** Absolute; undefined for what isn't a folder of this machine. */
  readonly folder: string | undefined;
}

/** What a repository's configuration says of where data is. */
export interface RepositorySettings {
  /** Absolute. */
  readonly cacheFolder: string;
  readonly remotes: readonly RemotePlace[];
  /** Whether DVC is told not to look for git: `core.no_scm`. */
  readonly withoutGit: boolean;
}

export async function readRepositorySettings(root: string): Promise<RepositorySettings> {
  return { cacheFolder: await readCacheFolder(root), remotes: [], withoutGit: false };
}
