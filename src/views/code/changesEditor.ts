import { commands, l10n, window, type Uri } from 'vscode';
import { isSubmodule, pathOf, type FileDifference, type Side } from '../../code/side';
import { contentUri } from './contentUri';

/** More files than this are not opened in one editor. */
const MOST = 500;

/** Opens what two sides have differently in VS Code's own editor of several files. */
export async function openChanges(title: string, root: string, from: Side, to: Side, files: readonly FileDifference[]): Promise<void> {
  const shown = files.filter(({ before, after }) => !isSubmodule(before) && !isSubmodule(after)).slice(0, MOST);
  if (files.length === 0) return void window.showInformationMessage(l10n.t('{0}: no file differs.', title));
  const resources = shown.map((file): [Uri, Uri | undefined, Uri | undefined] => {
    const left = file.before && contentUri({ root, path: file.before.path, side: from });
    const right = file.after && contentUri({ root, path: file.after.path, side: to });
    return [contentUri({ root, path: pathOf(file), side: { kind: 'workingTree' } }), left, right];
  });
  const more = files.length - shown.length;
  const counted = more > 0 ? l10n.t('{0} ({1} of {2} files)', title, shown.length, files.length) : title;
  await commands.executeCommand('vscode.changes', counted, resources);
}
