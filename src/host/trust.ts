import { commands, l10n, window, workspace } from 'vscode';

/** Whether programs may be run for this workspace; when not, says why and offers the way to change it. */
export async function mayExecute(what: string): Promise<boolean> {
  if (workspace.isTrusted) return true;
  const manage = l10n.t('Manage Workspace Trust');
  const choice = await window.showWarningMessage(
    l10n.t('{0} runs programs, which Restricted Mode does not allow. Trust this workspace first.', what),
    manage,
  );
  if (choice === manage) await commands.executeCommand('workbench.trust.manage');
  return false;
}
