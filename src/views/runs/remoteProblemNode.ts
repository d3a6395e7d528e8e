import { l10n, ThemeColor, ThemeIcon, TreeItem } from 'vscode';
import type { ErrorCode } from '../../core/errors';
import { CommandId } from '../../host/commandIds';
import { errorOf, remoteProblem } from '../../host/remotes/remoteProblem';
import type { TreeNode } from '../treeNode';

/** The one row of a server that can't be read: why, and what to press. */
export class RemoteProblemNode implements TreeNode {
  readonly parent = undefined;

  constructor(
    private readonly name: string,
    readonly location: string,
    private readonly failure: { readonly message: string; readonly code?: ErrorCode },
  ) {}

  item(): TreeItem {
    const { message } = this.failure;
    const problem = remoteProblem(errorOf(this.failure));
    const signIn = problem.kind === 'signIn';
    const item = new TreeItem(signIn ? l10n.t('Sign in to {0}', this.name) : l10n.t("Can't use {0}", this.name));
    item.id = `${this.location}/problem/${problem.kind}`;
    item.description = signIn ? l10n.t('the server wants to know who asks') : problem.reason;
    item.contextValue = signIn ? 'remoteProblem signIn' : 'remoteProblem';
    item.iconPath = signIn
      ? new ThemeIcon('key')
      : new ThemeIcon(
          problem.kind === 'unreachable' ? 'debug-disconnect' : 'error',
          new ThemeColor(problem.kind === 'unreachable' ? 'problemsWarningIcon.foreground' : 'problemsErrorIcon.foreground'),
        );
    if (problem.kind === 'unreachable') item.label = l10n.t("Can't reach {0}", this.name);
    item.tooltip = [this.location, message, ...(problem.kind === 'unreachable' ? [l10n.t('It is asked again by itself.')] : [])].join('\n');
    item.command = {
      command: signIn ? CommandId.signIn : CommandId.retryRemote,
      title: signIn ? 'Sign In to Remote' : 'Retry Connection',
      arguments: [this],
    };
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}
