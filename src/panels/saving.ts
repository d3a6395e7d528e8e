import * as vscode from 'vscode';
import { messageOf } from '../core/errors';

/** Asks where, writes, says so. */
export async function saveAs(
  name: string,
  kind: string,
  write: (uri: vscode.Uri) => Thenable<void>,
  log: { info(message: string): void },
): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const extension = name.slice(name.lastIndexOf('.') + 1);
  const uri = await vscode.window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
    filters: { [kind]: [extension] },
    title: `Export as ${kind}`,
  });
  if (!uri) return;
  try {
    await write(uri);
  } catch (error) {
    if (error instanceof vscode.CancellationError) return;
    throw new Error(`${name} was not saved: ${messageOf(error)}`, { cause: error });
  }
  log.info(`Saved ${uri.toString(true)}`);
  void vscode.window.showInformationMessage(`Saved ${vscode.workspace.asRelativePath(uri)}.`, 'Open').then(async (answer) => {
    if (answer) await vscode.commands.executeCommand('vscode.open', uri);
  });
}
