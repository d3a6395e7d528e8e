/** One of the states of a repository's files that can be compared. */
export type Side =
  /** A commit, branch, tag or tree. */
  { readonly kind: 'revision'; readonly revision: string } | { readonly kind: 'index' } | { readonly kind: 'workingTree' };

export const INDEX: Side = { kind: 'index' };
export const WORKING_TREE: Side = { kind: 'workingTree' };

export function revision(name: string): Side {
  return { kind: 'revision', revision: name };
}

/** A file as one side has it. */
export interface SideFile {
  readonly path: string;
  /** `100644`, `100755`, `120000` for a link, `160000` for a submodule. */
  readonly mode: string;
  /** The content's name in the object database; undefined where only the working tree has it. */
  readonly hash: string | undefined;
}

export type DifferenceKind = 'modified' | 'added' | 'deleted' | 'renamed' | 'copied' | 'type changed' | 'conflicted';

/** A file that two sides have differently. */
export interface FileDifference {
  readonly kind: DifferenceKind;
  /** Undefined where the file isn't there. */
  readonly before: SideFile | undefined;
  readonly after: SideFile | undefined;
  /** Lines; undefined for a binary file, and where they were not counted. */
  readonly added: number | undefined;
  readonly removed: number | undefined;
  readonly binary: boolean;
}

export function pathOf(difference: FileDifference): string {
  return difference.after?.path ?? difference.before?.path ?? '';
}

export function isSubmodule(file: SideFile | undefined): boolean {
  return file?.mode === '160000';
}
