import { l10n, window } from 'vscode';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { withoutLinks } from '../../host/notices';
import { unsavedIn } from '../../host/unsavedFiles';
import { listed, type CodeActor } from './codeActor';
import { visible } from './codeText';
import { marksAccepted, settleStaged } from './commitQuestions';

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
    const { root, operation, conflicted } = repository.status;
    const ready = operation && conflicted.length === 0;
    const question = { save: l10n.t('Save All and Continue'), without: l10n.t('Continue Without Saving') };
    const toStage = ready ? await settleStaged(repository.status, await unsavedIn(root), question) : [];
    if (toStage === undefined) return;
    if (toStage.length > 0) await this.actor.act(title, () => this.actor.runner.stage(root, toStage));
    if (ready && !(await marksAccepted(this.actor, root, l10n.t('Continue Anyway')))) return;
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
