import { l10n, window } from 'vscode';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { withoutLinks } from '../../host/notices';
import { listed, type CodeActor } from './codeActor';
import type { Repository } from './codeSections';
import { visible } from './codeText';

/** Goes on with the merge, rebase, cherry-pick or revert that stopped. */
export class OperationCommands {
  constructor(private readonly actor: CodeActor) {}

  register(commands: Commands): void {
    commands.register(CommandId.continueOperation, (...args) => this.continue(args));
  }

  private async continue(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Continue Operation');
    const repository = await this.actor.repository(args);
    if (!repository) return;
    const { root, operation } = repository.status;
    const done = await this.actor.act(title, () => this.actor.runner.continue(root));
    if (!done) return;
    const { left, conflicts, undo } = done;
    if (undo) return this.actor.offerUndo(l10n.t('The {0} is finished.', operation?.kind ?? ''), undo);
    const progress = left?.progress === undefined ? '' : ` (${left.progress})`;
    const text =
      conflicts.length === 0
        ? l10n.t('The {0} has stopped{1}: change what you want to, then continue.', left?.kind ?? '', progress)
        : l10n.t('The next commit is in conflict{0}: resolve and stage {1}, then continue.', progress, listed(conflicts.map(visible)));
    void window.showWarningMessage(withoutLinks(text));
  }
}

/** Whether something waits in it to be continued from here. */
export function isContinuable({ status: { operation } }: Repository): boolean {
  return operation !== undefined && operation.kind !== 'bisect';
}
