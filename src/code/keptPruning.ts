import { messageOf } from '../core/errors';
import type { ActingGit } from './actingGit';
import type { GitOptions, LogLine } from './git';
import { KEPT_REFS, type Keeper, type Kept } from './keeper';
import type { Done } from './workingChanges';

const DAY = 86_400_000;

/** What stays for sure: what is younger, and so many of the newest, however old. */
export interface Keeping {
  /** Days; 30 unless told. */
  readonly days?: number;
  /** 20 unless told. */
  readonly newest?: number;
}

/** Gives up what was kept long ago, so that it doesn't grow for ever. */
export class KeptPruning {
  private readonly last = new Map<string, number>();

  constructor(
    private readonly git: ActingGit,
    private readonly keeper: Keeper,
    private readonly log: LogLine,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Gives up what is older than `days` and not among the `newest`; what can't be read is left alone. The log tells how each is
   * brought back, which works until git itself cleans up. @returns what went.
   */
  async prune(root: string, { days = 30, newest = 20 }: Keeping = {}, options?: GitOptions): Promise<Kept[]> {
    const limit = this.now() - days * DAY;
    const old = (await this.keeper.list(root, options)).slice(newest).filter(({ time }) => time < limit);
    await this.giveUp(root, old, options);
    return old;
  }

  /** Gives up these, all or none, and none that has become something else meanwhile. */
  async giveUp(root: string, kept: readonly Kept[], options?: GitOptions): Promise<Done> {
    if (kept.length === 0) return { undo: () => Promise.resolve() };
    const input = (verb: string): string => kept.map(({ id, commit }) => `${verb} ${KEPT_REFS}${id}\0${commit}\0`).join('');
    await this.git.text(root, ['update-ref', '--stdin', '-z'], { ...options, input: input('delete') });
    for (const { id, reason, time, paths, commit } of kept) {
      const what = `${reason} of ${new Date(time).toISOString()}, ${paths.length} ${paths.length === 1 ? 'path' : 'paths'}`;
      this.log(`No longer kept [${root}]: ${what}; until git cleans up \`git update-ref ${KEPT_REFS}${id} ${commit}\` brings it back`);
    }
    return { undo: async () => void (await this.git.text(root, ['update-ref', '--stdin', '-z'], { input: input('create') })) };
  }

  /** The same, once a day; never a failure of what it comes after. */
  async whenDue(root: string): Promise<void> {
    const now = this.now();
    if (now - (this.last.get(root) ?? -Infinity) < DAY) return;
    this.last.set(root, now);
    await this.prune(root).catch((error: unknown) => this.log(`What was kept long ago is not given up [${root}]: ${messageOf(error)}`));
  }
}
