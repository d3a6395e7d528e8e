import { l10n, window } from 'vscode';
import type { SwitchTarget } from '../../code/branches';
import { GitError } from '../../code/git';
import type { CodeReader } from '../../code/reader';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { settleUnsavedIn } from '../../host/unsavedFiles';
import { listed, type CodeActor } from './codeActor';
import type { Repository } from './codeSections';
import { codeTargets, revisionName, revisionOf, type CodeTarget } from './codeTarget';
import { visible } from './codeText';
import { pickRevision } from './revisionPick';

/** New branches and tags, moving about, and going back. */
export class BranchCommands {
  constructor(
    private readonly actor: CodeActor,
    private readonly reader: CodeReader,
  ) {}

  register(commands: Commands): void {
    commands.register(CommandId.createBranch, (...args) => this.createBranch(args));
    commands.register(CommandId.switchBranch, (...args) => this.switchTo(args));
    commands.register(CommandId.createTag, (...args) => this.createTag(args));
    commands.register(CommandId.revertCommit, (...args) => this.revert(args));
    commands.register(CommandId.resetSoftly, (...args) => this.resetSoftly(args));
    commands.register(CommandId.abortOperation, (...args) => this.abort(args));
  }

  private async createBranch(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Create Branch');
    const repository = await this.actor.repository(args);
    if (!repository) return;
    const [target] = codeTargets(args);
    const from = revisionOf(target);
    const prompt = target && from !== undefined ? l10n.t('It begins at {0} and becomes the current branch.', revisionName(target)) : '';
    const taken = new Set(repository.refs.local.map(({ name }) => name));
    const name = await askName(title, prompt || l10n.t('It begins where you are and becomes the current branch.'), taken);
    if (name === undefined) return;
    const { root } = repository.status;
    const moves = from !== undefined;
    if (moves && !(await settleUnsavedIn(root, l10n.t('Save All and Create Branch'), l10n.t('Create Branch Without Saving')))) return;
    const done = await this.actor.act(title, () => this.actor.runner.createBranch(root, name, { switch: true, ...(moves && { from }) }));
    if (done) this.actor.offerUndo(l10n.t('You are on the new branch {0}.', name), done.undo);
  }

  private async switchTo(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Switch Branch');
    const repository = await this.actor.repository(args);
    if (!repository) return;
    const [given] = codeTargets(args);
    const target =
      given && revisionOf(given) !== undefined
        ? given
        : await pickRevision(this.reader, repository, ['branch', 'remoteBranch', 'tag', 'commit'], title);
    const to = target && switchTarget(target);
    if (!target || !to) return;
    const { root } = repository.status;
    if (!(await settleUnsavedIn(root, l10n.t('Save All and Switch'), l10n.t('Switch Without Saving')))) return;
    const change = (stash: boolean): ReturnType<CodeActor['runner']['switch']> => this.actor.runner.switch(root, to, { stash });
    try {
      const done = await this.actor.act(title, () => change(false));
      if (done) this.actor.offerUndo(l10n.t('You are on {0}.', revisionName(target)), done.undo);
    } catch (error) {
      if (!(error instanceof GitError && error.reason === 'would lose')) throw error;
      const files = error.files.length > 0 ? `${l10n.t('Switching would overwrite:')}\n${listed(error.files.map(visible))}\n\n` : '';
      const detail = `${files}${l10n.t('Your changes can be put aside as a stash first; Undo brings you and them back.')}`;
      const question = l10n.t('There are changes that {0} would overwrite.', revisionName(target));
      if (!(await this.actor.confirmed(question, detail, l10n.t('Stash and Switch')))) return;
      const done = await this.actor.act(title, () => change(true));
      if (done) this.actor.offerUndo(l10n.t('You are on {0}; your changes are in a stash.', revisionName(target)), done.undo);
    }
  }

  private async createTag(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Create Tag');
    const repository = await this.actor.repository(args);
    if (!repository) return;
    const [target] = codeTargets(args);
    const commit = revisionOf(target) ?? 'HEAD';
    const at = target && commit !== 'HEAD' ? revisionName(target) : 'HEAD';
    const name = await askName(title, l10n.t('The name of the tag at {0}', at), new Set(repository.refs.tags.map((tag) => tag.name)));
    if (name === undefined) return;
    const message = await window.showInputBox({ title, prompt: l10n.t('A message, or nothing for a plain tag') });
    if (message === undefined) return;
    const done = await this.actor.act(title, () => this.actor.runner.tag(repository.status.root, name, { commit, message }));
    if (done) this.actor.offerUndo(l10n.t('{0} is tagged {1}.', at, name), done.undo);
  }

  private async revert(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Revert Commit');
    const found = await this.commitOf(args, title);
    if (!found) return;
    const { root, commit, name } = found;
    if (!(await settleUnsavedIn(root, l10n.t('Save All and Revert'), l10n.t('Revert Without Saving')))) return;
    const done = await this.actor.act(title, () => this.actor.runner.revert(root, commit));
    if (!done) return;
    if (done.conflicts.length === 0) return this.actor.offerUndo(l10n.t('A new commit takes {0} back.', name), done.undo);
    const said = l10n.t('Taking {0} back has conflicts in {1} files: resolve and commit them, or undo.', name, done.conflicts.length);
    this.actor.offerUndo(said, done.undo);
  }

  private async resetSoftly(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Reset to Commit, Keeping Changes');
    const found = await this.commitOf(args, title);
    if (!found) return;
    const { root, commit, name } = found;
    const leaving = await this.reader.log(root, { revision: `${commit}..HEAD`, max: 1_000 });
    const names = listed(leaving.map(({ hash, subject }) => `${hash.slice(0, 8)} ${visible(subject)}`));
    const kept = l10n.t('No file changes: what lies between is staged.');
    const detail = leaving.length === 0 ? kept : `${l10n.t('These commits leave the branch:')}\n${names}\n\n${kept}`;
    if (!(await this.actor.confirmed(l10n.t('Let the branch point at {0}?', name), detail, l10n.t('Reset')))) return;
    const done = await this.actor.act(title, () => this.actor.runner.softReset(root, commit));
    if (done) this.actor.offerUndo(l10n.t('The branch points at {0}.', name), done.undo);
  }

  private async abort(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Abort Operation');
    const repository = await this.actor.repository(args);
    const operation = repository?.status.operation;
    if (!repository) return;
    if (!operation) return void window.showInformationMessage(l10n.t('Nothing is under way that could be given up.'));
    const detail = l10n.t('The files as they are now are kept, and Restore Discarded brings them back.');
    if (!(await this.actor.confirmed(l10n.t('Give up the {0}?', operation.kind), detail, l10n.t('Give Up')))) return;
    if (!(await settleUnsavedIn(repository.status.root, l10n.t('Save All and Give Up'), l10n.t('Give Up Without Saving')))) return;
    await this.actor.act(title, () => this.actor.runner.abort(repository.status.root));
  }

  private async commitOf(
    args: readonly unknown[],
    title: string,
  ): Promise<{ readonly root: string; readonly commit: string; readonly name: string } | undefined> {
    const repository = await this.actor.repository(args);
    if (!repository) return undefined;
    const target = await this.targetOf(args, repository, title);
    const named = revisionOf(target);
    if (!target || named === undefined) return undefined;
    const { root } = repository.status;
    const commit = (await this.reader.commit(root, named)) ?? named;
    return { root, commit, name: target.kind === 'commit' ? `${commit.slice(0, 8)} ${visible(target.subject)}` : revisionName(target) };
  }

  private async targetOf(args: readonly unknown[], repository: Repository, title: string): Promise<CodeTarget | undefined> {
    const [given] = codeTargets(args);
    return revisionOf(given) === undefined ? pickRevision(this.reader, repository, ['commit'], title) : given;
  }
}

function switchTarget(target: CodeTarget): SwitchTarget | undefined {
  switch (target.kind) {
    case 'branch':
      return { branch: target.name };
    case 'remoteBranch':
      return { remoteBranch: target.name, remote: target.remote };
    case 'tag':
      return { commit: `refs/tags/${target.name}` };
    case 'commit':
      return { commit: target.hash };
    default:
      return undefined;
  }
}

/** Git says what else a name may not hold. */
async function askName(title: string, prompt: string, taken: ReadonlySet<string>): Promise<string | undefined> {
  const name = await window.showInputBox({
    title,
    prompt,
    validateInput: (text) => {
      const plain = text.trim();
      if (plain === '') return l10n.t('A name is needed.');
      if (taken.has(plain)) return l10n.t('There is {0} already.', plain);
      return /[\s~^:?*[\\]|\.\.|^[-/.]|[/.]$|\.lock$|@\{|\/\//.test(plain) ? l10n.t('Git takes no such name.') : undefined;
    },
  });
  return name?.trim();
}
