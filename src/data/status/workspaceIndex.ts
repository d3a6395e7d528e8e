import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dataIndex, type DataIndex, type IndexedOut } from './dataIndex';
import { hashNameOf, type KeptOut } from './recordedIndex';
import type { WorkspaceFiles } from './workspaceFiles';

/** What is at the outs' places now. `onError` is told of one that can't be read, which is then left out. */
export async function workspaceIndex(
  root: string,
  outs: readonly KeptOut[],
  files: WorkspaceFiles,
  onError: (out: KeptOut, error: unknown) => void,
): Promise<DataIndex> {
  const found: IndexedOut[] = [];
  const look = async (out: KeptOut): Promise<void> => {
    const { path, target } = out;
    const state = await files.state(target, hashNameOf(out));
    if (state.kind === 'absent') return;
    if (state.kind === 'broken') found.push({ path, isFolder: false, hash: undefined, isBroken: true, members: undefined });
    else if (state.kind === 'file') found.push({ path, isFolder: false, hash: state.hash, isBroken: false, members: undefined });
    else found.push({ path, isFolder: true, hash: state.hash, isBroken: false, members: state.members });
  };
  await files.prepare(outs.map((out) => ({ target: out.target, name: hashNameOf(out) })));
  await Promise.all(outs.map((out) => look(out).catch((error: unknown) => onError(out, error))));
  return dataIndex(found, (folder) => existsSync(join(root, folder)));
}
