import type { Disposable } from '../core/disposable';
import { ActingGit } from './actingGit';
import { Branches, type Switched, type SwitchTarget } from './branches';
import { Commits, type Committed, type Reset, type Reverted } from './commits';
import type { GitOptions, LogLine } from './git';
import { Heads } from './heads';
import { Keeper, type Kept } from './keeper';
import { KeptPruning, type Keeping } from './keptPruning';
import { Operations, type Continued } from './operations';
import { Overwrites } from './overwrites';
import { PatchedTrees } from './patchedTrees';
import type { RestoredNote } from './restoredNote';
import { Remotes, type PullMode, type PushOptions, type PushTarget } from './remotes';
import { WorkingChanges, type Discarded, type Done, type Losses } from './workingChanges';
import { Worktrees } from './worktrees';

/**
 * Acts on repositories: every action can be undone, or the caller asks first with what is told here. One action runs after
 * another, and beside them one transfer after another; none can ask anybody anything. Rejects with GitError, 'not trusted' in Restricted Mode.
 */
export class CodeRunner implements Disposable {
  private readonly git: ActingGit;
  private readonly keeper: Keeper;
  private readonly pruning: KeptPruning;
  private readonly working: WorkingChanges;
  private readonly operations: Operations;
  private readonly commits: Commits;
  private readonly refs: Branches;
  private readonly remotes: Remotes;
  private readonly trees: Worktrees;
  private readonly patched: PatchedTrees;

  constructor(log: LogLine, binaries: readonly string[] | undefined, trusted: () => boolean) {
    this.git = new ActingGit(log, binaries, trusted);
    this.keeper = new Keeper(this.git);
    this.pruning = new KeptPruning(this.git, this.keeper, log);
    this.working = new WorkingChanges(this.git, this.keeper);
    const overwrites = new Overwrites(this.git);
    const heads = new Heads(this.git, this.keeper, overwrites);
    this.operations = new Operations(this.git, this.keeper, overwrites, heads);
    this.commits = new Commits(this.git, heads, this.operations, overwrites);
    this.refs = new Branches(this.git, this.commits, overwrites);
    this.remotes = new Remotes(this.git, heads, overwrites);
    this.patched = new PatchedTrees(this.git, this.commits);
    this.trees = new Worktrees(this.git, this.commits, this.patched);
  }

  /** Paths, here and below, are names of files and folders relative to the root, never patterns. */
  stage(root: string, paths: readonly string[], options?: GitOptions): Promise<Done> {
    return this.undoable(() => this.keeping(root, this.working.stage(root, paths, options)));
  }

  unstage(root: string, paths: readonly string[], options?: GitOptions): Promise<Done> {
    return this.undoable(() => this.keeping(root, this.working.unstage(root, paths, options)));
  }

  /** What `discard` would take away, for asking first. */
  losses(root: string, paths: readonly string[], options?: GitOptions): Promise<Losses> {
    return this.alone(() => this.working.losses(root, paths, options));
  }

  /** Changed files become what the index has, untracked ones are deleted; every byte is kept first (`restoreDiscarded`). */
  discard(root: string, paths: readonly string[], options?: GitOptions): Promise<Discarded> {
    return this.undoable(() => this.keeping(root, this.working.discard(root, paths, options)));
  }

  /** What was discarded or otherwise taken away, newest first. */
  discarded(root: string, options?: GitOptions): Promise<readonly Kept[]> {
    return this.alone(() => this.keeper.list(root, options));
  }

  /** Brings it back; what stands there now is kept in turn, under the id that is returned. */
  restoreDiscarded(root: string, id: string, options?: GitOptions): Promise<Kept> {
    return this.alone(() => this.keeper.restore(root, id, options));
  }

  /** Gives up some of what is kept; taking that back works until git itself cleans up. */
  giveUpDiscarded(root: string, kept: readonly Kept[], options?: GitOptions): Promise<Done> {
    return this.undoable(() => this.pruning.giveUp(root, kept, options));
  }

  /** Gives up what was kept long ago; once a day this happens by itself. @returns what went, of which the log tells more. */
  pruneDiscarded(root: string, keeping?: Keeping, options?: GitOptions): Promise<readonly Kept[]> {
    return this.alone(() => this.pruning.prune(root, keeping, options));
  }

  commit(root: string, message: string, options?: GitOptions & { readonly amend?: boolean; readonly empty?: boolean }): Promise<Committed> {
    return this.undoable(() => this.commits.commit(root, message, options));
  }

  revert(root: string, commit: string, options?: GitOptions): Promise<Reverted> {
    return this.undoable(() => this.commits.revert(root, commit, options));
  }

  softReset(root: string, commit: string, options?: GitOptions): Promise<Reset> {
    return this.undoable(() => this.commits.softReset(root, commit, options));
  }

  /** The staged files that still have conflict markers, for asking before they are committed. */
  marked(root: string, options?: GitOptions): Promise<readonly string[]> {
    return this.alone(() => this.operations.marked(root, options));
  }

  /** Goes on with the merge, rebase, cherry-pick or revert under way; refuses ('conflicts', with the files) while some are left. */
  async continue(root: string, options?: GitOptions): Promise<Continued> {
    const done = await this.alone(() => this.operations.continue(root, options));
    const { undo } = done;
    return undo ? { ...done, undo: () => this.alone(undo) } : done;
  }

  /** Gives up the merge, rebase, cherry-pick, revert or bisect under way; the files as they are now are kept first. */
  abort(root: string, options?: GitOptions): Promise<void> {
    return this.alone(() => this.operations.abort(root, options));
  }

  createBranch(root: string, name: string, options?: GitOptions & { readonly from?: string; readonly switch?: boolean }): Promise<Done> {
    return this.undoable(() => this.refs.create(root, name, options));
  }

  /** Refuses ('would lose', with the files) rather than lose a change; with `stash` changes are put aside first. */
  switch(root: string, target: SwitchTarget, options?: GitOptions & { readonly stash?: boolean }): Promise<Switched> {
    return this.undoable(() => this.refs.switch(root, target, options));
  }

  stash(root: string, message: string, options?: GitOptions): Promise<string | undefined> {
    return this.alone(() => this.refs.stash(root, message, options));
  }

  unstash(root: string, hash: string, options?: GitOptions): Promise<void> {
    return this.alone(() => this.refs.unstash(root, hash, options));
  }

  tag(root: string, name: string, options?: GitOptions & { readonly commit?: string; readonly message?: string }): Promise<Done> {
    return this.undoable(() => this.refs.tag(root, name, options));
  }

  fetch(root: string, options?: GitOptions & { readonly remote?: string; readonly prune?: boolean }): Promise<void> {
    return this.git.transferring(() => this.remotes.fetch(root, options));
  }

  pull(root: string, options?: GitOptions & { readonly mode?: PullMode }): Promise<Done & { readonly changed: boolean }> {
    return this.undoable(
      () => this.remotes.pull(root, options),
      (work) => this.git.transferring(work),
    );
  }

  /** Where `push` would send the current branch, for asking first. */
  pushTarget(root: string, remote?: string): Promise<PushTarget> {
    return this.alone(() => this.remotes.pushTarget(root, remote));
  }

  push(root: string, options?: PushOptions): Promise<PushTarget> {
    return this.git.transferring(() => this.remotes.push(root, options));
  }

  /** A new, detached working tree at a commit (undefined: before the first one), with a patch applied to its files. */
  addWorktree(
    root: string,
    folder: string,
    commit: string | undefined,
    patch?: Buffer | string,
    options?: GitOptions & { readonly run?: RestoredNote['run'] },
  ): Promise<string> {
    return this.alone(() => this.trees.add(root, folder, commit, patch, options));
  }

  /** Removes a working tree with all that is in it: `RestoredTrees` looks first whether that loses anything. */
  removeWorktree(root: string, folder: string, options?: GitOptions): Promise<void> {
    return this.alone(() => this.trees.remove(root, folder, options));
  }

  /** Lets go of what restored working trees held that are there no more; `held` are the trees that are. */
  forgetTrees(root: string, held: ReadonlySet<string>, options?: GitOptions): Promise<void> {
    return this.alone(() => this.trees.forgetTrees(root, held, options));
  }

  /** A commit with a patch counted in, as a revision that can be compared and read; nothing that a person sees changes. */
  patchedTree(root: string, commit: string | undefined, patch: Buffer | string | undefined, options?: GitOptions): Promise<string> {
    return this.alone(() => this.patched.tree(root, commit, patch, options));
  }

  dispose(): void {
    this.git.dispose();
  }

  /** What takes an action back waits its turn as well. */
  private async undoable<T extends Done>(
    work: () => Promise<T>,
    inTurn: (work: () => Promise<T>) => Promise<T> = (each) => this.alone(each),
  ): Promise<T> {
    const done = await inTurn(work);
    return { ...done, undo: () => this.alone(done.undo) };
  }

  /** What was kept long ago goes when something new is kept. */
  private async keeping<T>(root: string, work: Promise<T>): Promise<T> {
    const done = await work;
    await this.pruning.whenDue(root);
    return done;
  }

  private async alone<T>(work: () => Promise<T>): Promise<T> {
    return this.git.alone(work);
  }
}
