import { rowArguments } from '../rowArguments';

/** Which list of `git status` a file stands in. */
export type ChangeGroup = 'conflicted' | 'staged' | 'changed' | 'untracked';

/** What a row of the Code view is about, for the commands of its menus. Paths are relative to the repository's root. */
export type CodeTarget =
  | { readonly kind: 'repository'; readonly root: string }
  | { readonly kind: 'file'; readonly root: string; readonly group: ChangeGroup; readonly path: string; readonly from?: string }
  | { readonly kind: 'group'; readonly root: string; readonly group: ChangeGroup; readonly paths: readonly string[] }
  | { readonly kind: 'branch'; readonly root: string; readonly name: string; readonly current: boolean }
  /** `name` is with the remote's, as `origin/main`. */
  | { readonly kind: 'remoteBranch'; readonly root: string; readonly remote: string; readonly name: string }
  | { readonly kind: 'tag'; readonly root: string; readonly name: string }
  /** Of a file's history with the file's path. */
  | { readonly kind: 'commit'; readonly root: string; readonly hash: string; readonly subject: string; readonly path?: string }
  /** A working tree that was made for a run; its folder is absolute. */
  | { readonly kind: 'restoredTree'; readonly root: string; readonly folder: string }
  /** A changed submodule, and the commits that are recorded of it on either side. */
  | {
      readonly kind: 'submodule';
      readonly root: string;
      readonly group: ChangeGroup;
      readonly path: string;
      readonly from?: string | undefined;
      readonly to?: string | undefined;
    };

/** What the rows that a command was called with are about. */
export function codeTargets(args: readonly unknown[]): readonly CodeTarget[] {
  return rowArguments(args)
    .map(aboutOf)
    .filter((about) => about !== undefined);
}

/** The name that git knows the target by; undefined for what is no revision. */
export function revisionOf(target: CodeTarget | undefined): string | undefined {
  switch (target?.kind) {
    case 'branch':
      return `refs/heads/${target.name}`;
    case 'remoteBranch':
      return `refs/remotes/${target.name}`;
    case 'tag':
      return `refs/tags/${target.name}`;
    case 'commit':
      return target.hash;
    default:
      return undefined;
  }
}

/** What people call a revision. */
export function revisionName(target: CodeTarget): string {
  if (target.kind === 'commit') return target.hash.slice(0, 8);
  return 'name' in target ? target.name : target.root;
}

function aboutOf(row: unknown): CodeTarget | undefined {
  if (typeof row !== 'object' || row === null || !('about' in row)) return undefined;
  const { about } = row;
  return typeof about === 'object' && about !== null && 'kind' in about && 'root' in about ? (about as CodeTarget) : undefined;
}
