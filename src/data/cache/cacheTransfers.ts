import { relative, sep } from 'node:path';
import type { FileHashes } from '../hashing/fileHashes';
import { dvcIgnoreRules } from '../records/folderRules';
import type { Stage } from '../records/stage';
import { ObjectFolder } from '../status/objectFolder';
import { doCheckout, type CheckoutCounts } from './checkoutWork';
import { planCheckout, type CheckoutPlan, type PlanSources } from './checkoutPlan';
import { putAside } from './damagedObjects';
import { FilePlacer } from './filePlacer';
import { copyObjects, planObjects, type ObjectCounts, type Store } from './objectTransfer';
import { ObjectWriter } from './objectWriter';
import { busyPaths } from './pathLocks';
import { lockRepository } from './repositoryLock';
import { readStorage, remoteFolder, type Storage } from './storage';
import { reasonOf } from './transferFailure';
import { chooseOuts, type TransferOut } from './transferOuts';
import { ProgressReport } from './transferProgress';
import {
  RepositoryBusyError,
  type OutTransfer,
  type TransferKind,
  type TransferOptions,
  type TransferOutcome,
  type TransferProgress,
  type TransferResult,
  type Transfers,
} from './transfers';
import { WorkspaceFolders } from './workspaceFolders';

/** Files that are named in an answer. */
const NAMED = 100;

export interface TransferParts {
  readonly log: (line: string) => void;
  /** The repository's stages. */
  readonly stages: (root: string, signal: AbortSignal | undefined) => Promise<readonly Stage[]>;
  readonly hashes: (root: string) => Promise<FileHashes>;
  /** Where files go that `force` has moved out of the way. */
  readonly keeper: { keep(root: string, files: readonly string[], reason: string): Promise<{ readonly id: string }> };
}

/** What is at hand while one question is worked on. */
interface Work {
  readonly root: string;
  readonly options: TransferOptions;
  readonly storage: Storage;
  readonly hashes: FileHashes;
  readonly cache: Store;
  readonly report: ProgressReport;
  readonly signal: AbortSignal | undefined;
}

/** Moves data in the thread that asks. */
export class CacheTransfers implements Transfers {
  constructor(private readonly parts: TransferParts) {}

  async run(
    kind: TransferKind,
    root: string,
    options: TransferOptions = {},
    onProgress: (progress: TransferProgress) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<TransferResult> {
    const begun = performance.now();
    const { log } = this.parts;
    const storage = await readStorage(root);
    const lock = await lockRepository(root, { hardlink: storage.hardlinkLock, log, signal });
    try {
      const hashes = await this.parts.hashes(root);
      const cache = { folder: storage.cache, objects: new ObjectFolder(storage.cache, hashes, signal) };
      const work: Work = { root, options, storage, hashes, cache, report: new ProgressReport(onProgress), signal };
      const chosen = chooseOuts(root, await this.parts.stages(root, signal), options.targets);
      const done = new Map<TransferOut, OutTransfer>();
      const writes = kind === 'checkout' || kind === 'pull';
      if (writes) await refuseBusy(root, chosen.outs);
      if (kind !== 'checkout')
        for (const out of chosen.outs) done.set(out, await this.moveObjects(kind === 'push' ? 'push' : 'fetch', out, work));
      const kept = writes ? await this.checkOut(chosen.outs, done, work) : undefined;
      const skipped = chosen.skipped.map(({ path, target, reason }) => ({
        ...blank(path, target),
        outcome: 'skipped' as const,
        message: reason,
      }));
      const outs = [...skipped, ...chosen.outs.map((out) => done.get(out) ?? blank(out.path, out.target))];
      outs.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
      log(`data ${kind} [${root}] ${summary(outs)}, ${Math.round(performance.now() - begun)} ms`);
      return { kind, root, outs, kept, unknownTargets: chosen.unknown };
    } finally {
      lock.release();
    }
  }

  /** Fetches or pushes an out's objects. */
  private async moveObjects(kind: 'fetch' | 'push', out: TransferOut, work: Work): Promise<OutTransfer> {
    const { storage, hashes, cache, report, signal } = work;
    const answer = (outcome: TransferOutcome, message?: string, paths: readonly string[] = []): OutTransfer => ({
      ...blank(out.path, out.target),
      outcome,
      message,
      paths: paths.slice(0, NAMED),
    });
    const asked = work.options.remote?.toLowerCase();
    if (kind === 'push' && !out.pushed) return answer('skipped', 'Its record says that it is not pushed.');
    if (kind === 'push' && out.importedFrom !== undefined)
      return answer('skipped', `It comes from ${out.importedFrom}, and is not pushed.`);
    if (asked !== undefined && out.remote !== undefined && out.remote.toLowerCase() !== asked)
      return answer('skipped', `Its record names another remote, “${out.remote}”.`);
    const counts: ObjectCounts = { objects: 0, bytes: 0 };
    const aside: string[] = [];
    try {
      report.begin('comparing', out.path);
      const name = out.remote ?? asked ?? storage.defaultRemote;
      const here = kind === 'fetch' ? await this.lacks(out, work) : undefined;
      if (here === false) return answer('unchanged');
      if (name === undefined) return answer('skipped', 'There is no default remote. Name one, or set it: dvc remote default NAME');
      const folder = remoteFolder(storage, name);
      if (folder === undefined)
        return answer('skipped', `The remote “${name}” is no folder of this machine; only dvc itself can reach it.`);
      const remote: Store = { folder, objects: new ObjectFolder(folder, hashes, signal) };
      const ends = kind === 'fetch' ? { from: remote, to: cache, hashes, signal } : { from: cache, to: remote, hashes, signal };
      const plan = await planObjects(out, ends);
      if (kind === 'push' && plan.damaged.length > 0)
        return answer('failed', `The remote “${name}” holds a damaged object, ${plan.damaged[0] ?? ''}. Remove it there, and push again.`);
      report.expect(
        plan.copies.length,
        plan.copies.reduce((sum, { size }) => sum + size, 0),
      );
      report.begin(kind === 'fetch' ? 'fetching' : 'pushing', out.path);
      for (const path of plan.damaged) aside.push(await putAside(work.root, path));
      const writer = new ObjectWriter(ends.to.folder, kind === 'fetch' && storage.isShared);
      await copyObjects(plan, ends, writer, counts, report.done);
      const note = aside.length > 0 ? `Damaged objects were put aside: ${aside.join(', ')}` : undefined;
      if (plan.missing.length === 0) return { ...answer(counts.objects > 0 ? 'done' : 'unchanged', note), ...counts };
      const where = kind === 'fetch' ? `neither in the cache nor in “${name}”` : `not in the cache`;
      const imported = out.importedFrom === undefined ? '' : ` It comes from ${out.importedFrom}, which only dvc itself can ask.`;
      return {
        ...answer('missing', `${count(plan.missing.length, 'file is', 'files are')} ${where}.${imported}`, plan.missing),
        ...counts,
      };
    } catch (error) {
      signal?.throwIfAborted();
      return { ...answer('failed', reasonOf(error, out.path)), ...counts };
    }
  }

  /** Whether the cache lacks something of an out. */
  private async lacks(out: TransferOut, { cache, hashes, signal }: Work): Promise<boolean> {
    const plan = await planObjects(out, { from: cache, to: cache, hashes, signal });
    return plan.copies.length + plan.missing.length + plan.damaged.length > 0;
  }

  /** Checks outs out, and says where files were kept. What has been found out of an out before, by fetching it, is added to. */
  private async checkOut(outs: readonly TransferOut[], done: Map<TransferOut, OutTransfer>, work: Work): Promise<string | undefined> {
    const { root, storage, report, signal, options } = work;
    const failed = ({ outcome }: OutTransfer): boolean => outcome === 'failed' || outcome === 'missing';
    const open = outs.filter((out) => !failed(done.get(out) ?? blank(out.path, out.target)));
    const plans = new Map<TransferOut, CheckoutPlan>();
    for (const out of open) await this.plan(out, plans, done, work);
    let kept: string | undefined;
    const losses = [...plans.values()].filter((plan) => plan.losses.length > 0);
    if (options.force && losses.length > 0) {
      const files = [...new Set(losses.flatMap((plan) => plan.losses))];
      kept = ['.tracking', 'kept', (await this.parts.keeper.keep(root, files, 'Check Out')).id].join(sep);
      for (const { out } of losses) await this.plan(out, plans, done, work);
    }
    const placer = new FilePlacer(root, storage.linkTypes);
    try {
      for (const plan of plans.values()) {
        const bytes = plan.creations.reduce((sum, { size }) => sum + size, 0);
        report.expect(plan.creations.length + plan.removals.length, bytes);
      }
      for (const [out, plan] of plans) {
        signal?.throwIfAborted();
        report.begin('checking out', out.path);
        done.set(out, joined(done.get(out), await this.checkOutOne(plan, placer, work)));
      }
    } finally {
      await placer.close();
    }
    return kept;
  }

  private async plan(
    out: TransferOut,
    plans: Map<TransferOut, CheckoutPlan>,
    done: Map<TransferOut, OutTransfer>,
    work: Work,
  ): Promise<void> {
    const { root, storage, cache, hashes, signal, report } = work;
    const rules: PlanSources['rules'] = (folder) => dvcIgnoreRules(root, folder);
    try {
      report.begin('comparing', out.path);
      await new WorkspaceFolders(root).check(out.target);
      plans.set(out, await planCheckout(out, { cache: storage.cache, objects: cache.objects, hashes, rules, signal }));
    } catch (error) {
      signal?.throwIfAborted();
      plans.delete(out);
      done.set(out, { ...blank(out.path, out.target), ...done.get(out), outcome: 'failed', message: reasonOf(error, out.path) });
    }
  }

  private async checkOutOne(plan: CheckoutPlan, placer: FilePlacer, { root, report, signal }: Work): Promise<OutTransfer> {
    const { out, losses, missing } = plan;
    const named = (paths: readonly string[]): string[] => paths.slice(0, NAMED).map((path) => relative(root, path).split(sep).join('/'));
    const answer = { ...blank(out.path, out.target) };
    if (missing.length > 0) {
      const message = `${count(missing.length, 'file is', 'files are')} not in the cache. Fetch or pull first.`;
      return { ...answer, outcome: 'missing', message, paths: missing.slice(0, NAMED) };
    }
    if (losses.length > 0) {
      const what = count(losses.length, 'file has', 'files have');
      const message = `${what} content that is not in the cache, and would be lost. Commit it (dvc commit), or use --force to have it moved to .tracking/kept first.`;
      return { ...answer, outcome: 'refused', message, paths: named(losses) };
    }
    const counts: CheckoutCounts = { added: 0, modified: 0, deleted: 0, touched: [] };
    const numbers = (): Pick<OutTransfer, 'added' | 'modified' | 'deleted'> => {
      const { added, modified, deleted } = counts;
      return { added, modified, deleted };
    };
    try {
      await doCheckout(plan, placer, new WorkspaceFolders(root), counts, report.done, signal);
    } catch (error) {
      signal?.throwIfAborted();
      return { ...answer, ...numbers(), outcome: 'failed', message: reasonOf(error, out.path) };
    }
    if (counts.touched.length > 0) {
      const message = `${count(counts.touched.length, 'file was', 'files were')} changed meanwhile, and left alone. Check out again.`;
      return { ...answer, ...numbers(), outcome: 'refused', message, paths: named(counts.touched) };
    }
    const isDone = counts.added + counts.modified + counts.deleted > 0;
    return { ...answer, ...numbers(), outcome: isDone ? 'done' : 'unchanged' };
  }
}

async function refuseBusy(root: string, outs: readonly TransferOut[]): Promise<void> {
  const [busy] = await busyPaths(
    root,
    outs.map(({ target }) => target),
  );
  if (busy !== undefined) throw new RepositoryBusyError(`${busy}. Wait until it is done, and try again.`);
}

function blank(path: string, target: string): OutTransfer {
  return { path, target, outcome: 'unchanged', message: undefined, paths: [], added: 0, modified: 0, deleted: 0, objects: 0, bytes: 0 };
}

/** What fetching an out and then checking it out came to. */
function joined(fetched: OutTransfer | undefined, checkedOut: OutTransfer): OutTransfer {
  if (!fetched) return checkedOut;
  const { objects, bytes } = fetched;
  const isMore = checkedOut.outcome === 'unchanged' && fetched.outcome === 'done';
  return {
    ...checkedOut,
    objects,
    bytes,
    outcome: isMore ? 'done' : checkedOut.outcome,
    message: checkedOut.message ?? (isMore ? fetched.message : undefined),
  };
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

function summary(outs: readonly OutTransfer[]): string {
  const counts = new Map<TransferOutcome, number>();
  for (const { outcome } of outs) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, number]) => `${number} ${outcome}`).join(', ') || 'nothing tracked';
}
