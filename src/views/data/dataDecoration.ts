import type { DataState, DataStatus, OutStatus } from '../../data/status/status';
import type { Decoration } from '../code/codeDecoration';

/**
 * The scheme of the Data view's rows. Neither it nor the rows' paths may be the files' own: git's extension goes by the path, whatever
 * the scheme, and would paint tracked data, which git ignores, in the grey of what is ignored.
 */
export const DATA_SCHEME = 'ml-tracking-data';

/**
 * How a row stands: an out's state, what became of a file in a tracked folder, or, where the data is as recorded, whether git has that
 * record and the remote the data.
 */
export type DataMark = DataState | 'added' | 'new' | 'recorded' | 'not in remote';

/** The mark that asks most for something to be done. */
export function markOf({ state, committed, inRemote }: Pick<OutStatus, 'state' | 'committed' | 'inRemote'>): DataMark {
  if (state !== 'unchanged') return state;
  if (committed === 'added') return 'new';
  if (committed === 'modified' || committed === 'renamed') return 'recorded';
  return inRemote === false ? 'not in remote' : 'unchanged';
}

const DECORATIONS: Readonly<Partial<Record<DataMark, Decoration>>> = {
  modified: { badge: 'M', color: 'gitDecoration.modifiedResourceForeground', tooltip: 'Data modified' },
  added: { badge: 'A', color: 'gitDecoration.addedResourceForeground', tooltip: 'Added to tracked data' },
  deleted: { badge: 'D', color: 'gitDecoration.deletedResourceForeground', tooltip: 'Data deleted' },
  new: { badge: 'A', color: 'gitDecoration.addedResourceForeground', tooltip: 'New data, not committed to git yet' },
  recorded: {
    badge: 'C',
    color: 'gitDecoration.stageModifiedResourceForeground',
    tooltip: 'New version of the data, not committed to git yet',
  },
  'not in remote': { badge: '↑', color: 'gitDecoration.submoduleResourceForeground', tooltip: 'Data not in the remote' },
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
    for (const out of outs) {
      const { target, changes } = out;
      mark(target, markOf(out));
      for (const kind of ['added', 'modified', 'deleted'] as const)
        for (const path of changes?.[kind] ?? []) mark(join(target, path), kind);
    }
  }
  return decorations;
}
