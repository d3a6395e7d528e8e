import { join } from 'node:path';
import { Uri } from 'vscode';
import { INDEX, revision, type Side } from '../../code/side';

/** The scheme of files as the index or a commit has them. */
export const CONTENT_SCHEME = 'ml-tracking-git';

/** A file of one side. */
export interface SidePlace {
  readonly root: string;
  /** Relative to the root. */
  readonly path: string;
  readonly side: Side;
  /** Of a submodule, the commit that stands there, followed by `-dirty` where its files differ from it. */
  readonly submodule?: string | undefined;
}

/** Where the editor finds a file as a side has it; the working tree's is the file itself. */
export function contentUri({ root, path, side, submodule }: SidePlace): Uri {
  const file = Uri.file(join(root, path));
  if (submodule !== undefined) return file.with({ scheme: CONTENT_SCHEME, query: JSON.stringify({ root, path, submodule }) });
  if (side.kind === 'workingTree') return file;
  return file.with({
    scheme: CONTENT_SCHEME,
    query: JSON.stringify({ root, path, ...(side.kind === 'revision' && { revision: side.revision }) }),
  });
}

/** Undefined for what `contentUri` hasn't made. */
export function placeOf({ scheme, query }: Uri): SidePlace | undefined {
  if (scheme !== CONTENT_SCHEME) return undefined;
  try {
    const {
      root,
      path,
      revision: name,
      submodule,
    } = JSON.parse(query) as Partial<Record<'root' | 'path' | 'revision' | 'submodule', unknown>>;
    if (typeof root !== 'string' || typeof path !== 'string') return undefined;
    const side = typeof name === 'string' ? revision(name) : INDEX;
    return { root, path, side, ...(typeof submodule === 'string' && { submodule }) };
  } catch {
    return undefined;
  }
}
