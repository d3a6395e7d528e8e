import type { MetadataField } from '../../core/dataMetadata';
import { rowArguments } from '../rowArguments';

/** What a row of the Data view is about, for the commands of its menus. Paths are absolute. */
export type DataTarget =
  | { readonly kind: 'repository' | 'pipeline' | 'remotes'; readonly root: string }
  /** A tracked file or folder; `address` is its stage's. */
  | { readonly kind: 'out'; readonly root: string; readonly path: string; readonly address: string }
  /** A file in a tracked folder, or a folder above tracked data. */
  | { readonly kind: 'member' | 'folder'; readonly root: string; readonly path: string }
  /** The checks of data; `file` is the checks file. */
  | { readonly kind: 'checks'; readonly root: string; readonly file: string }
  /**
   * A version of data that is tracked at `path`. `digest` is undefined where tracking stopped; `commit` where it is what the working
   * folder's record says. `recordedPath` is the path then, from the root with `/`; `before` the commit of the version before.
   */
  | {
      readonly kind: 'version';
      readonly root: string;
      readonly path: string;
      readonly digest: string | undefined;
      readonly commit: string | undefined;
      readonly recordedPath: string;
      readonly before: string | undefined;
    }
  /** What is said of data, or one thing that is said; `item` is the place in a list. */
  | {
      readonly kind: 'metadata';
      readonly root: string;
      readonly path: string;
      readonly address: string;
      readonly field: MetadataField | undefined;
      readonly item: number | undefined;
    }
  | { readonly kind: 'stage'; readonly root: string; readonly address: string }
  | { readonly kind: 'remote'; readonly root: string; readonly name: string };

/** What the rows that a command was called with are about. None where it was called with none, which is about everything. */
export function dataTargets(args: readonly unknown[]): readonly DataTarget[] {
  return rowArguments(args)
    .map(aboutOf)
    .filter((about) => about !== undefined);
}

/** The absolute paths that the targets name; undefined where one of them means all of its repository. */
export function pathsOf(targets: readonly DataTarget[]): readonly string[] | undefined {
  const paths = targets.map((target) => ('path' in target ? target.path : undefined));
  return paths.length > 0 && paths.every((path) => path !== undefined) ? paths : undefined;
}

function aboutOf(row: unknown): DataTarget | undefined {
  if (typeof row !== 'object' || row === null || !('data' in row)) return undefined;
  const { data } = row;
  return typeof data === 'object' && data !== null && 'kind' in data && 'root' in data ? (data as DataTarget) : undefined;
}
