import type { DataStatus, DataState } from '../data/status';
import type { Decoration } from './codeDecoration';

/** The scheme of the view's own rows: as `file:` they would take the grey of git-ignored files, which tracked data always is. */
export const DATA_SCHEME = 'ml-tracking-data';

const DECORATIONS: Readonly<Partial<Record<DataState, Decoration>>> = {
  modified: { badge: 'M', color: 'gitDecoration.modifiedResourceForeground', tooltip: 'Data modified' },
  deleted: { badge: 'D', color: 'gitDecoration.deletedResourceForeground', tooltip: 'Data deleted' },
  'not in cache': { badge: '!', color: 'list.warningForeground', tooltip: 'Data not in the DVC cache' },
};

const ADDED: Decoration = { badge: 'A', color: 'gitDecoration.addedResourceForeground', tooltip: 'Added to tracked data' };

/** How tracked files are marked, by absolute path: the outs, and what differs inside tracked folders. `join` puts a `/` path beneath a folder. */
export function dataDecorations(statuses: readonly DataStatus[], join: (folder: string, path: string) => string): Map<string, Decoration> {
  const decorations = new Map<string, Decoration>();
  const mark = (path: string, decoration: Decoration | undefined): void => {
    if (decoration) decorations.set(path, decoration);
  };
  for (const { outs } of statuses) {
    for (const out of outs) {
      mark(out.target, DECORATIONS[out.state]);
      for (const path of out.changes?.added ?? []) mark(join(out.target, path), ADDED);
      for (const path of out.changes?.modified ?? []) mark(join(out.target, path), DECORATIONS.modified);
      for (const path of out.changes?.deleted ?? []) mark(join(out.target, path), DECORATIONS.deleted);
    }
  }
  return decorations;
}
