import { join } from 'node:path';
import { commands, l10n, window, type Uri } from 'vscode';
import { emptyTree } from '../../code/emptyTree';
import type { CodeReader } from '../../code/reader';
import { isSubmodule, pathOf, revision, type FileDifference, type Side, type SideFile } from '../../code/side';
import { contentUri } from './contentUri';

/** More files than this are not opened in one editor. */
const MOST = 500;

/** Opens what two sides have differently in VS Code's own editor of several files; of a submodule, which commit stands on either side. */
export async function openChanges(
  reader: CodeReader,
  title: string,
  sides: { readonly root: string; readonly from: Side; readonly to: Side },
  files: readonly FileDifference[],
): Promise<void> {
  const { root, from, to } = sides;
  if (files.length === 0) return void window.showInformationMessage(l10n.t('{0}: no file differs.', title));
  const shown = files.slice(0, MOST);
  const resources = await Promise.all(
    shown.map(async (file): Promise<[Uri, Uri | undefined, Uri | undefined]> => {
      const [left, right] = await Promise.all([place(file.before, from), place(file.after, to)]);
      return [contentUri({ root, path: pathOf(file), side: { kind: 'workingTree' } }), left, right];
    }),
  );
  const counted = files.length > shown.length ? l10n.t('{0} ({1} of {2} files)', title, shown.length, files.length) : title;
  await commands.executeCommand('vscode.changes', counted, resources);

  async function place(file: SideFile | undefined, side: Side): Promise<Uri | undefined> {
    if (!file) return undefined;
    const submodule = isSubmodule(file) ? (file.hash ?? (await standing(reader, join(root, file.path)))) : undefined;
    return contentUri({ root, path: file.path, side, submodule });
  }
}

/** What the first commit is compared with: nothing at all. */
export function nothingBefore(hash: string): Side {
  return revision(emptyTree(hash.length === 64 ? 'sha256' : 'sha1'));
}

/** Where a submodule of the working tree stands, in the words of `git diff`. */
async function standing(reader: CodeReader, folder: string): Promise<string> {
  const { head, staged, changed, conflicted } = await reader.status(folder);
  const dirty = staged.length + changed.length + conflicted.length > 0 ? '-dirty' : '';
  return head.kind === 'unborn' ? 'unknown' : `${head.commit}${dirty}`;
}
