import { realpath } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { dvcIgnoreRules } from '../records/folderRules';
import { isWithin } from '../records/recordPath';
import { planCheckout, type CheckoutPlan } from './checkoutPlan';
import { doCheckout, type CheckoutCounts } from './checkoutWork';
import { FilePlacer } from './filePlacer';
import { findLayouts, type FolderLayout } from './folderLayouts';
import { linkTypesOf } from './storage';
import { reasonOf } from './transferFailure';
import type { TransferOut } from './transferOuts';
import type { OutTransfer } from './transfers';
import { answerOf, counted, type TransferWork } from './transferWork';
import { WorkspaceFolders } from './workspaceFolders';

/** Where files go that are in the way and may not be lost, and how folders lay is noted. */
export interface Keeper {
  keep(root: string, files: readonly string[], reason: string, layouts: readonly FolderLayout[]): Promise<{ readonly id: string }>;
  /** How folders lay when this was kept, and the files, relative to the root, that were moved away then. */
  laid(root: string, id: string): Promise<{ readonly layouts: readonly FolderLayout[]; readonly files: ReadonlySet<string> }>;
}

/** Brings outs from the cache into the workspace: looks at all of them first, and then does what can be done. */
export class Checkouts {
  private readonly plans = new Map<TransferOut, CheckoutPlan>();
  /** Files that were moved out of the way. */
  private readonly moved = new Map<TransferOut, readonly string[]>();
  /** What became of the outs. */
  readonly answers = new Map<TransferOut, OutTransfer>();
  /** Where files were put that `force` has moved out of the way, and layouts noted, relative to the root. */
  kept: string | undefined;

  constructor(
    private readonly work: TransferWork,
    private readonly keeper: Keeper,
  ) {}

  /** Rejects when stopped, and when files that are to be kept can't be; what concerns one out is told in its answer. */
  async run(outs: readonly TransferOut[]): Promise<void> {
    const { root, config, report, signal } = this.work;
    const placer = new FilePlacer(root, linkTypesOf(config));
    for (const out of outs) await this.plan(out);
    await this.keep();
    try {
      for (const { creations, removals } of this.plans.values()) {
        const bytes = creations.reduce((sum, { size }) => sum + size, 0);
        report.expect(creations.length + removals.length, bytes);
      }
      for (const [out, plan] of this.plans) {
        signal?.throwIfAborted();
        report.begin('checking out', out.path);
        this.answers.set(out, await this.checkOut(plan, placer));
      }
    } finally {
      await placer.close();
    }
  }

  /** What `force` allows to be moved away, and how the folders lie that will lie otherwise. */
  private async keep(): Promise<void> {
    const { root, config, options, hashes, signal } = this.work;
    const plans = [...this.plans.values()].filter(({ missing, out }) => missing.length === 0 || out.layout);
    const losses = options.force ? plans.filter((plan) => plan.losses.length > 0) : [];
    const changing = plans.filter((plan) => losses.includes(plan) || plan.creations.length + plan.removals.length > 0);
    const folders = options.isNoted ? [] : changing.map(({ out }) => out).filter((out) => out.isFolder);
    const layouts = await findLayouts(folders, { root, cache: config.cacheFolder, hashes, signal });
    if (losses.length + layouts.length === 0) return;
    const files = [...new Set(losses.flatMap((plan) => plan.losses))];
    const { id } = await this.keeper.keep(root, files, 'Check Out', layouts);
    this.kept = ['.tracking', 'kept', id].join(sep);
    for (const { out } of losses) await this.plan(out);
    for (const { out, losses: moved } of losses) this.moved.set(out, moved);
  }

  private async plan(out: TransferOut): Promise<void> {
    const { root, config, cache, hashes, signal, report } = this.work;
    try {
      report.begin('comparing', out.path);
      await new WorkspaceFolders(root).check(out.target);
      await refuseCache(out, config.cacheFolder);
      const rules = (folder: string): ReturnType<typeof dvcIgnoreRules> => dvcIgnoreRules(root, folder);
      this.plans.set(out, await planCheckout(out, { cache: config.cacheFolder, objects: cache.objects, hashes, rules, signal }));
    } catch (error) {
      signal?.throwIfAborted();
      this.plans.delete(out);
      this.answers.set(out, answerOf(out, { outcome: 'failed', message: reasonOf(error, out.path) }));
    }
  }

  private async checkOut(plan: CheckoutPlan, placer: FilePlacer): Promise<OutTransfer> {
    const { root, report, signal } = this.work;
    const { out, losses, missing } = plan;
    const named = (paths: readonly string[]): string[] => paths.map((path) => relative(root, path).split(sep).join('/'));
    if (missing.length > 0 && !out.layout) {
      const message = `${counted(missing.length, 'file is', 'files are')} not in the cache. Fetch or pull first.`;
      return answerOf(out, { outcome: 'missing', message, paths: missing });
    }
    if (losses.length > 0) {
      const what = `${counted(losses.length, 'file has', 'files have')} content that is not in the cache, and would be lost`;
      const message = `${what}. Commit it (dvc commit), or use --force to have it moved to .tracking/kept first.`;
      return answerOf(out, { outcome: 'refused', message, paths: named(losses) });
    }
    const made = new Set(plan.creations.map(({ path }) => path));
    const moved = this.moved.get(out)?.filter((path) => !made.has(path)) ?? [];
    const counts: CheckoutCounts = { added: 0, modified: 0, deleted: moved.length };
    const touched: string[] = [];
    try {
      await doCheckout(plan, { placer, folders: new WorkspaceFolders(root), counts, touched, onDone: report.done, signal });
    } catch (error) {
      signal?.throwIfAborted();
      return answerOf(out, { ...counts, outcome: 'failed', message: reasonOf(error, out.path) });
    }
    if (touched.length > 0) {
      const message = `${counted(touched.length, 'file was', 'files were')} changed meanwhile, and left alone. Check out again.`;
      return answerOf(out, { ...counts, outcome: 'refused', message, paths: named(touched) });
    }
    if (missing.length > 0) {
      const message = `${counted(missing.length, 'file', 'files')} can’t be brought back: the content is no longer in the cache.`;
      return answerOf(out, { ...counts, outcome: 'missing', message, paths: missing });
    }
    return answerOf(out, { ...counts, outcome: counts.added + counts.modified + counts.deleted > 0 ? 'done' : 'unchanged' });
  }
}

/** Where the cache lies in a tracked folder, its objects would be files to be removed, and each found in the cache. */
async function refuseCache({ target, path }: TransferOut, cacheFolder: string): Promise<void> {
  const [here = '', cache = ''] = await Promise.all([target, cacheFolder].map((each) => realpath(each).catch(() => each)));
  if (isWithin(here, cache)) throw new Error(`${path} holds DVC's cache, and is left alone. Move the cache: dvc cache dir PATH`);
}
