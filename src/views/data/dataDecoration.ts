import type { DataState, DataStatus } from '../../data/status/status';
import type { Decoration } from '../code/codeDecoration';

/**
 * The scheme of the Data view's rows. Neither it nor the rows' paths may be the files' own: git's extension goes by the path, whatever
 * the scheme, and would paint tracked data, which git ignores, in the grey of what is ignored.
 */
export const DATA_SCHEME = 'ml-tracking-data';

/** How a row stands: an out's state, or what became of a file in a tracked folder. */
export type DataMark = DataState | 'added';

const DECORATIONS: Readonly<Partial<Record<DataMark, Decoration>>> = {
  modified: { badge: 'M', color: 'gitDecoration.modifiedResourceForeground', tooltip: 'Data modified' },
  added: { badge: 'A', color: 'gitDecoration.addedResourceForeground', tooltip: 'Added to tracked data' },
  deleted: { badge: 'D', color: 'gitDecoration.deletedResourceForeground', tooltip: 'Data deleted' },
  'not in cache': { badge: '!', color: 'list.warningForeground', tooltip: 'Data not in the DVC cache' },
};

/** What a row's resource is: a name, for the icon, and its mark, for the decoration. */
export function dataResource(
  name: string,
  mark: DataMark,
  folder = false,
): { path: string; scheme: string; query: string; folder: boolean } {
  return { path: `/${name}`, scheme: DATA_SCHEME, query: `state=${mark}`, folder };
}

/** How a row with that query is marked. */
export function markDecoration(query: string): Decoration | undefined {
  return DECORATIONS[query.replace(/^state=/, '') as DataMark];
}

/**
 * How the Explorer marks tracked files, by absolute path: the outs, and what differs inside tracked folders. `join` puts a `/` path
 * beneath a folder.
 */
export function fileDecorations(statuses: readonly DataStatus[], join: (folder: string, path: string) => string): Map<string, Decoration> {
  const decorations = new Map<string, Decoration>();
  const mark = (path: string, state: DataMark): void => {
    const decoration = DECORATIONS[state];
    if (decoration) decorations.set(path, decoration);
  };
  for (const { outs } of statuses) {
    for (const { target, state, changes } of outs) {
      mark(target, state);
      for (const kind of ['added', 'modified', 'deleted'] as const)
        for (const path of changes?.[kind] ?? []) mark(join(target, path), kind);
    }
  }
  return decorations;
}
