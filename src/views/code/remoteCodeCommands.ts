import { l10n, window } from 'vscode';
import { GitError } from '../../code/git';
import type { PullMode } from '../../code/remotes';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { settleUnsavedIn } from '../../host/unsavedFiles';
import type { CodeActor } from './codeActor';

/** Fetch, pull and push. */
export class RemoteCodeCommands {
  constructor(private readonly actor: CodeActor) {}

  register(commands: Commands): void {
    commands.register(CommandId.fetchCommits, (...args) => this.fetch(args));
    commands.register(CommandId.pullCommits, (...args) => this.pull(args));
    commands.register(CommandId.pushCommits, (...args) => this.push(args));
  }

  private async fetch(args: readonly unknown[]): Promise<void> {
    const repository = await this.actor.repository(args);
    if (!repository) return;
    if (repository.refs.remotes.size === 0) throw new Error(l10n.t('There is no remote: add one (`git remote add origin URL`).'));
    await this.actor.actLong(l10n.t('Fetching Commits'), (signal) => this.actor.runner.fetch(repository.status.root, { signal }));
  }

  private async pull(args: readonly unknown[]): Promise<void> {
    const repository = await this.actor.repository(args);
    if (!repository) return;
    if (!(await settleUnsavedIn(repository.status.root, l10n.t('Save All and Pull'), l10n.t('Pull Without Saving')))) return;
    const pull = async (mode: PullMode): Promise<void> => {
      const done = await this.actor.actLong(l10n.t('Pulling Commits'), (signal) =>
        this.actor.runner.pull(repository.status.root, { mode, signal }),
      );
      if (done?.changed) this.actor.offerUndo(l10n.t('The branch has the upstream’s commits.'), done.undo);
      else if (done) void window.showInformationMessage(l10n.t('There is nothing new.'));
    };
    try {
      await pull('ff-only');
    } catch (error) {
      if (!(error instanceof GitError && error.reason === 'rejected')) throw error;
      const [merge, rebase] = [l10n.t('Merge'), l10n.t('Rebase')];
      const detail = l10n.t('Merge makes a commit of both; Rebase puts your commits after the others, as new ones.');
      const question = l10n.t('Your branch and its upstream both have new commits.');
      const choice = await window.showWarningMessage(question, { modal: true, detail }, merge, rebase);
      if (choice !== undefined) await pull(choice === merge ? 'merge' : 'rebase');
    }
  }

  private async push(args: readonly unknown[]): Promise<void> {
    const repository = await this.actor.repository(args);
    if (!repository) return;
    const { root, upstream } = repository.status;
    const remotes = [...repository.refs.remotes.keys()];
    const choose = upstream === undefined && remotes.length > 1 && !remotes.includes('origin');
    const remote = choose ? await window.showQuickPick(remotes, { title: l10n.t('Push Commits') }) : undefined;
    if (choose && remote === undefined) return;
    const target = await this.actor.act(l10n.t('Push Commits'), () => this.actor.runner.pushTarget(root, remote));
    if (!target) return;
    const name = `${target.remote}/${target.branch}`;
    const counted = upstream && !upstream.gone ? l10n.t('{0} commits go there. ', upstream.ahead) : '';
    const first = target.setsUpstream ? l10n.t('It becomes the branch’s upstream. ') : '';
    const detail = `${counted}${first}${l10n.t('Others may have them from then on, so this can’t be taken back.')}`;
    const { from } = target;
    if (!(await this.actor.confirmed(l10n.t('Push {0} to {1}?', from, name), detail, l10n.t('Push')))) return;
    const options = { from, ...(remote !== undefined && { remote }) };
    const done = await this.actor.actLong(l10n.t('Pushing Commits'), (signal) => this.actor.runner.push(root, { signal, ...options }));
    if (done) void window.showInformationMessage(l10n.t('{0} is at {1}.', from, name));
  }
}
