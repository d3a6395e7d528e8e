import type { ActingGit } from './actingGit';
import { GitError, type GitOptions } from './git';
import { few } from './gitMessages';
import type { Heads } from './heads';
import type { Keeper } from './keeper';
import { readOperation, readPending, startOf, wayOn } from './operation';
import type { Overwrites } from './overwrites';
import { parseStatus } from './parse';
import type { Operation, TreeStatus } from './repository';
import { configuration } from './restraint';
import type { Undo } from './workingChanges';

export interface Continued {
  /** What is under way still; undefined where it has come to its end. */
  readonly left: Operation | undefined;
  /** The files at which it stopped again. */
  readonly conflicts: readonly string[];
  /** Where it has come to its end; before that it can be given up. */
  readonly undo: Undo | undefined;
}

/** The line before our side of a conflict. */
const MARKER = '^<{7}( |$)';
/** So many files with markers are looked at. */
const MARKED = 200;
/** Hooks may build and test. */
const HOOKS = 300_000;
/** The message has git's remarks for an editor, which nobody opens. Not where other commits follow: a `#` may begin what theirs say. */
const STRIPPED = configuration([['commit.cleanup', 'strip']]);

/** Goes on with what is under way, or gives it up: a merge, a rebase, a cherry-pick, a revert, a bisect. */
export class Operations {
  constructor(
    private readonly git: ActingGit,
    private readonly keeper: Keeper,
    private readonly overwrites: Overwrites,
    private readonly heads: Heads,
  ) {}

  /** The staged files that have been given conflict markers. */
  async marked(root: string, options?: GitOptions): Promise<readonly string[]> {
    const names = async (...command: readonly string[]): Promise<string[]> =>
      (await this.git.lineOrNothing(root, command, options)).split('\0').filter(Boolean);
    const flags = ['--no-renames', '--no-relative', '--no-ext-diff', '--no-textconv', '--diff-filter=d', '-z'];
    const touched = await names('diff', '--cached', '--name-only', ...flags, `-G${MARKER}`);
    // Those that lost one are told as well: what is left is looked at.
    if (touched.length === 0) return [];
    return names('--literal-pathspecs', 'grep', '--cached', '--name-only', '-z', '-E', '-e', MARKER, '--', ...touched.slice(0, MARKED));
  }

  /** Commits what is staged, with the message that git has for it, and goes on to the end or to the next conflict. */
  async continue(root: string, options: GitOptions = {}): Promise<Continued> {
    const gitDir = await this.heads.gitDir(root, options);
    const operation = await readOperation(gitDir);
    if (!operation) throw new GitError('failed', 'Nothing is under way that could be continued.');
    const { kind } = operation;
    if (kind === 'bisect') throw new GitError('failed', 'A bisect goes on in a terminal: by `git bisect good` or `git bisect bad`.');
    const status = await this.status(root, options);
    assertReady(kind, status);
    const [from, pending, start] = [await this.heads.place(root), await readPending(gitDir), await startOf(gitDir, kind)];
    const before = start === undefined ? undefined : await this.resolve(root, start, options);
    const way = status.staged.length === 0 ? await wayOn(gitDir, kind, from.commit) : '--continue';
    if (way === undefined)
      throw new GitError('failed', 'Nothing is staged: change what the patch would, and stage that first, or give up.');
    const inConflict = async (): Promise<readonly string[]> => (await this.status(root)).conflicted.map(({ path }) => path);
    try {
      await this.git.text(root, [kind, way], { timeout: HOOKS, ...options, ...(start === undefined && { environment: STRIPPED }) });
    } catch (error) {
      if ((await inConflict()).length === 0) throw error;
    }
    const left = await readOperation(gitDir);
    if (left) return { left, conflicts: await inConflict(), undo: undefined };
    const after = await this.heads.place(root);
    const undo = async (): Promise<void> => {
      if (before === undefined) return this.heads.moveBack(root, after, from.commit, pending);
      await this.heads.assertAt(root, after);
      await this.keep(root, before, [], `undo ${kind}`);
      await this.heads.keepBack(root, after, before);
    };
    return { left, conflicts: [], undo };
  }

  /**
   * Gives it up; the files as they are now are kept first, with the commits that were made on the way.
   * @param only what is given up, also in the midst of something else: a revert during a rebase
   */
  async abort(root: string, options: GitOptions = {}, only?: Operation['kind']): Promise<void> {
    const gitDir = await this.heads.gitDir(root, options);
    const kind = only ?? (await readOperation(gitDir))?.kind;
    if (kind === undefined) throw new GitError('failed', 'Nothing is under way that could be given up.');
    const before = await this.resolve(root, (await startOf(gitDir, kind)) ?? 'HEAD', options);
    // Giving up brings files back that the operation took away; what stands there by now git may ignore.
    const inTheWay = before === undefined ? [] : await this.overwrites.found(root, before, options);
    const folder = inTheWay.find((path) => path.endsWith('/'));
    if (folder !== undefined) throw new GitError('would lose', `This would remove ${folder}: move it away first.`, {}, undefined, [folder]);
    // A bisect only looks at commits: what differs from where it began is not somebody's work.
    const since = kind === 'bisect' ? await this.beforeOwn(root, before, options) : before;
    await this.keep(root, since, inTheWay, `abort ${kind}`, options);
    await this.git.text(root, kind === 'bisect' ? ['bisect', 'reset'] : [kind, '--abort'], { timeout: HOOKS, ...options });
  }

  /** Keeps what differs from a commit (undefined: from none), in the files or in the index, and these files. */
  private async keep(
    root: string,
    commit: string | undefined,
    others: readonly string[],
    reason: string,
    options: GitOptions = {},
  ): Promise<void> {
    const from = commit ?? (await this.git.line(root, ['hash-object', '-t', 'tree', '--stdin'], options));
    const differing = async (...flags: readonly string[]): Promise<readonly string[]> => {
      const command = ['diff', '--name-only', '--no-renames', '--no-relative', '--no-ext-diff', '--ignore-submodules=all', '-z'];
      return (await this.git.text(root, [...command, ...flags, from, '--'], options)).split('\0').filter(Boolean);
    };
    const paths = [...new Set([...(await differing()), ...(await differing('--cached')), ...others])];
    if (paths.length === 0) return;
    await this.keeper.keep(root, paths, { reason, work: true, index: true, folders: true, parent: await this.heads.commit(root) }, options);
  }

  /** The commit before those that were made in a bisect and that no branch has; HEAD where none was. */
  private async beforeOwn(root: string, began: string | undefined, options: GitOptions): Promise<string | undefined> {
    const known = ['--branches', '--tags', '--remotes', '--glob=refs/bisect/', ...(began === undefined ? [] : [began])];
    const own = (await this.git.line(root, ['rev-list', '--topo-order', 'HEAD', '--not', ...known], options)).split('\n');
    return this.resolve(root, own.at(-1) ? `${own.at(-1)}^` : 'HEAD', options);
  }

  private async status(root: string, options?: GitOptions): Promise<TreeStatus> {
    const command = ['status', '--porcelain=v2', '-z', '--no-renames', '--untracked-files=no', '--ignore-submodules=dirty'];
    return parseStatus(await this.git.text(root, command, options));
  }

  private async resolve(root: string, name: string, options: GitOptions): Promise<string | undefined> {
    const command = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
    return (await this.git.lineOrNothing(root, command, options)) || undefined;
  }
}

/** Git would refuse in its own words, or commit without what was forgotten to be staged. */
function assertReady(kind: Operation['kind'], { conflicted, changed, staged }: TreeStatus): void {
  const refuse = (reason: 'conflicts' | 'failed', files: readonly string[], text: (names: string) => string): void => {
    if (files.length > 0) throw new GitError(reason, text(few(files)), undefined, undefined, files);
  };
  const pathOf = ({ path }: { readonly path: string }): string => path;
  refuse('conflicts', conflicted.map(pathOf), (names) => `There are conflicts left: resolve and stage them first (${names}).`);
  if (staged.length > 0 && kind !== 'rebase' && kind !== 'am') return;
  const files = changed.filter(({ submodule }) => !submodule).map(pathOf);
  refuse('failed', files, (names) => `There are changes that are not staged: stage or discard them first (${names}).`);
}
