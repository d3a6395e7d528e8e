import type { DvcConfig } from '../records/config';

/** Ways in which a file of the workspace may come from the cache. */
export type LinkType = 'reflink' | 'hardlink' | 'symlink' | 'copy';
const LINK_TYPES: readonly string[] = ['reflink', 'hardlink', 'symlink', 'copy'];

/** The ways to link that the configuration names. Throws an Error of one line for one that DVC doesn't have. */
export function linkTypesOf({ linkTypes }: DvcConfig): LinkType[] {
  const unknown = linkTypes.find((type) => !LINK_TYPES.includes(type));
  if (unknown !== undefined) throw new Error(`DVC's configuration names a link type “${unknown}”; there are ${LINK_TYPES.join(', ')}.`);
  return linkTypes as LinkType[];
}

/**
 * The folder of a remote in which objects lie on this machine; undefined for all others. Throws an Error of one line for a name that is
 * none.
 */
export function remoteFolder({ remotes }: DvcConfig, name: string): string | undefined {
  const remote = remotes.find((each) => each.name === name.toLowerCase());
  if (!remote) throw new Error(`There is no remote “${name}”. “dvc remote list” shows which there are.`);
  if (remote.url === '') throw new Error(`The remote “${name}” stands on another one, which there is not.`);
  return remote.isVersioned ? undefined : remote.folder;
}
