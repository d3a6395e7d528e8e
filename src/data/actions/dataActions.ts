import { basename, join, relative, sep } from 'node:path';
import { isComplete, problemsOf, type TransferKind, type Transfers } from '../cache/transfers';
import type { DataSource } from '../source';
import type { DataStatus, OutStatus } from '../status/status';
import { chosenOuts, importsOf, ignoreFiles, isBelow, pipelineFiles, recordsOf, stagesAround, touchedBy } from './chosenOuts';
import { DvcError } from './dvcError';
import type { ActionOptions, DvcRunner, InitMode, RepositoryImport } from './dvcRunner';
import { keepFirst, type Keeping, type KeepingPlace } from './keepFirst';
import type { Kept, KeptData } from './keptData';
import { restoreKept } from './keptRestore';
import type { Loss } from './losses';
import { pathExists } from './pathExists';
import type { ChosenOptions, Done, Plan, Undo } from './plan';
import { RecordSnapshot } from './recordSnapshot';

const NOTHING: Done = { undo: undefined, kept: undefined, problems: [] };

/**
 * Acts on data so that nothing is lost that isn't somewhere else: looks natively at what an action would overwrite or remove, refuses it,
 * or keeps that first, and only then lets dvc act. Rejects with DvcError.
 */
export class DataActions {
  constructor(
    readonly runner: DvcRunner,
    private readonly source: DataSource,
    readonly kept: KeptData,
    /** For machines without dvc. */
    private readonly transfers: Transfers,
  ) {}

  async init(folder: string, mode: InitMode, options?: ActionOptions): Promise<void> {
    await this.runner.init(folder, mode, options);
  }

  /** Files or folders, absolute. */
  async add(root: string, targets: readonly string[], options?: ActionOptions): Promise<Done> {
    const outside = targets.find((target) => !isBelow(root, target));
    if (outside !== undefined) throw new DvcError('failed', `${outside} is not in the DVC repository ${root}.`);
    const status = await this.source.status(root, options?.signal);
    const records = targets.flatMap((target) => recordsOf(status, target));
    const fresh = targets.filter((target) => !status.outs.some((out) => out.target === target || isBelow(out.target, target)));
    return this.recording([...records, ...targets.flatMap(ignoreFiles)], async () => {
      await this.runner.add(
        root,
        targets.map((target) => relative(root, target)),
        options,
      );
      // What was not tracked before may be a link into the cache now, which only dvc makes a file again.
      return fresh.length === targets.length
        ? async () => {
            const records = targets.map((each) => `${relative(root, each)}.dvc`);
            await this.runner.remove(root, records, { data: false });
            return [];
          }
        : undefined;
    });
  }

  /** Records outs as they are; a person must have seen what is recorded. */
  async commit(root: string, outs: readonly OutStatus[], options?: ActionOptions): Promise<Done> {
    const targets = [...new Set(outs.map((out) => (out.stage === undefined ? relative(root, out.recordedIn) : out.address)))];
    return this.recording(
      outs.map((out) => out.recordedIn),
      async () => {
        await this.runner.commit(root, targets, { confirmed: true }, options);
        return undefined;
      },
    );
  }

  /** Of a `.dvc` file or a stage: the data stays unless `data` is set. */
  async planRemove(root: string, address: string, signal?: AbortSignal): Promise<Plan> {
    const status = await this.source.status(root, signal);
    const outs = status.outs.filter((out) => out.address === address);
    return this.planned(status, { outs, again: (signal) => this.planRemove(root, address, signal) }, signal);
  }

  async remove(plan: Plan, how: { readonly data: boolean }, options?: ChosenOptions): Promise<Done> {
    const { outs, keeping } = await this.keepFirst(plan, 'Remove', options, how.data);
    return keeping.during(() => this.removed(plan.root, outs, how, keeping.kept, options));
  }

  private async removed(
    root: string,
    outs: readonly OutStatus[],
    how: { readonly data: boolean },
    kept: Kept | undefined,
    options?: ActionOptions,
  ): Promise<Done> {
    const targets = [...new Set(outs.map((out) => (out.stage === undefined ? relative(root, out.recordedIn) : out.address)))];
    if (targets.length === 0) return NOTHING;
    const files = outs.flatMap((out) => [
      out.recordedIn,
      ...(out.stage === undefined ? [] : pipelineFiles(out.recordedIn)),
      ...ignoreFiles(out.target),
    ]);
    return this.recording(
      files,
      async () => {
        await this.runner.remove(root, targets, how, options);
        return undefined;
      },
      how.data ? async () => this.checkoutAgain(root, outs, kept) : undefined,
      kept,
    );
  }

  /** What checking out these outs would do; all of them where none is named. Paths are absolute: outs, or what lies in or above them. */
  async planCheckout(root: string, targets?: readonly string[], signal?: AbortSignal): Promise<Plan> {
    const status = await this.source.status(root, signal);
    const chosen = chosenOuts(status, targets).filter((out) => out.cached && out.workspace !== 'unchanged' && out.digest !== undefined);
    const missing = chosen.filter((out) => out.inCache === false);
    const outs = chosen.filter((out) => out.inCache !== false);
    // Of an out that is meant only in part, only that part is touched.
    const partsOf = (out: OutStatus): readonly string[] | undefined => {
      const inside = targets?.some((target) => isBelow(target, out.target) || target === out.target) === false;
      return inside ? targets.filter((target) => isBelow(out.target, target)) : undefined;
    };
    const parts = outs.flatMap((out) => partsOf(out)?.map((target) => ({ ...out, target, changes: undefined })) ?? [out]);
    return this.planned(
      status,
      {
        outs,
        missing,
        paths: parts.map(({ target }) => posixPath(root, target)),
        endangered: parts.flatMap(touchedBy),
        partsOf: (out) => partsOf(out)?.map((target) => posixPath(out.target, target)),
        again: (signal) => this.planCheckout(root, targets, signal),
      },
      signal,
    );
  }

  async checkout(plan: Plan, options?: ChosenOptions): Promise<Done> {
    const { root, outs, paths, missing, keeping } = await this.keepFirst(plan, 'Check Out', options);
    const problems = missing.map((out) => `${out.path} is not in the cache: pull it first.`);
    if (outs.length === 0) return { ...NOTHING, problems };
    await keeping.during(async () => {
      try {
        await this.runner.checkout(root, paths, options);
      } catch (error) {
        if (!isWithoutDvc(error)) throw error;
        problems.push(
          ...(await this.natively(
            'checkout',
            root,
            paths.map((path) => join(root, path)),
            undefined,
            options,
          )),
        );
      }
      return undefined;
    });
    const { kept } = keeping;
    return { undo: kept && (() => this.restoreKept(root, kept.id)), kept, problems };
  }

  /** Brings data from the remote into the cache, and not yet into the workspace. */
  async fetch(root: string, outs: readonly OutStatus[] | undefined, remote?: string, options?: ActionOptions): Promise<Done> {
    return this.transfer('fetch', root, outs, remote, options);
  }

  async push(root: string, outs: readonly OutStatus[] | undefined, remote?: string, options?: ActionOptions): Promise<Done> {
    return this.transfer('push', root, outs, remote, options);
  }

  /** What reproducing stages could overwrite: outs that somebody has changed by hand, of every stage that may run. All stages where none is named. */
  async planRepro(root: string, addresses: readonly string[], signal?: AbortSignal): Promise<Plan> {
    const status = await this.source.status(root, signal);
    const running = stagesAround(status, addresses);
    const outs = status.outs.filter((out) => running.has(out.address) && out.workspace === 'modified' && !out.persistent);
    return this.planned(status, { outs, again: (signal) => this.planRepro(root, addresses, signal) }, signal);
  }

  async repro(plan: Plan, addresses: readonly string[], options?: ChosenOptions): Promise<Done> {
    const { root, keeping } = await this.keepFirst(plan, 'Reproduce', options);
    await keeping.during(async () => {
      await this.runner.repro(root, addresses, options);
      return undefined;
    });
    const { kept } = keeping;
    return { undo: kept && (() => this.restoreKept(root, kept.id)), kept, problems: [] };
  }

  async importData(root: string, what: RepositoryImport, options?: ActionOptions): Promise<Done> {
    const out = join(root, what.out ?? basename(what.path));
    return this.importing(root, out, () => this.runner.importData(root, { ...what, out: relative(root, out) }, options));
  }

  async importUrl(root: string, url: string, to: string | undefined, options?: ActionOptions): Promise<Done> {
    const out = join(root, to ?? basename(url.replace(/[?#].*$/, '').replace(/\/+$/, '')));
    return this.importing(root, out, () => this.runner.importUrl(root, url, relative(root, out), options));
  }

  /** What bringing imports up to date would replace. Addresses are those of `.dvc` files; all imports where none is named. */
  async planUpdate(root: string, addresses: readonly string[], signal?: AbortSignal): Promise<Plan> {
    const status = await this.source.status(root, signal);
    const imports = new Set(importsOf(status));
    const outs = status.outs.filter(({ address }) => imports.has(address) && (addresses.length === 0 || addresses.includes(address)));
    return this.planned(status, { outs, again: (signal) => this.planUpdate(root, addresses, signal) }, signal);
  }

  /** Brings imports up to date with where they come from; without an undo where they were. */
  async update(plan: Plan, options?: ChosenOptions): Promise<Done> {
    const { root, outs, keeping } = await this.keepFirst(plan, 'Update', options);
    const records = [...new Set(outs.map((out) => out.recordedIn))];
    if (records.length === 0) return NOTHING;
    return this.recording(
      records,
      () =>
        keeping.during(async () => {
          await this.runner.update(
            root,
            records.map((file) => relative(root, file)),
            options,
          );
          return undefined;
        }),
      () => this.checkoutAgain(root, outs, keeping.kept),
      keeping.kept,
    );
  }

  /**
   * Puts kept data back. What stands there now is kept in turn, and returned, unless the cache has all of it. Rejects where some of it can't
   * be brought back any more, when the rest is back.
   */
  async restoreKept(root: string, id: string): Promise<readonly Kept[]> {
    const { before, problems } = await restoreKept(root, id, this.kept, this.transfers);
    const since: Kept[] = [];
    for (const each of before) {
      // Where it lies now nobody changes it any more: only so is it sure that the cache has it.
      const target = this.kept.folderOf(root, each.id);
      const isNeeded = each.layouts.length > 0 || (await this.source.losses(root, [{ target, hashName: 'md5' }])).length > 0;
      if (isNeeded) since.push(each);
      else await this.kept.forget(root, each.id);
    }
    if (problems.length > 0) throw new DvcError('cache missing', `The rest is back. ${problems[0]}`, problems.join('\n'));
    return since;
  }

  private losses(status: DataStatus, outs: readonly OutStatus[], signal?: AbortSignal): Promise<readonly Loss[]> {
    const there = outs.filter((out) => out.workspace !== 'deleted' && isBelow(status.root, out.target));
    return there.length === 0 ? Promise.resolve([]) : this.source.losses(status.root, there, signal);
  }

  private async planned(
    status: DataStatus,
    what: Pick<Plan, 'outs' | 'again'> & {
      readonly paths?: readonly string[];
      readonly missing?: readonly OutStatus[];
      /** What is overwritten or removed; the outs unless told. */
      readonly endangered?: readonly OutStatus[];
      /** Of an out that is meant only in part. */
      readonly partsOf?: (out: OutStatus) => readonly string[] | undefined;
    },
    signal?: AbortSignal,
  ): Promise<Plan> {
    const { outs, again, paths = outs.map((out) => out.path), missing = [], endangered = outs, partsOf } = what;
    const folders = outs
      .filter(({ target, workspace }) => workspace !== 'deleted' && isBelow(status.root, target))
      .map((out) => ({ target: out.target, hashName: out.hashName, parts: partsOf?.(out) }));
    return { root: status.root, outs, paths, losses: await this.losses(status, endangered, signal), folders, missing, again };
  }

  /**
   * Looks once more, right before something is done: what would be lost now is kept, whatever a person has been shown. The plan is what is
   * to be done now.
   * @param touchesData whether it is only for records otherwise
   */
  private async keepFirst(
    stale: Plan,
    reason: string,
    options?: ChosenOptions,
    touchesData = true,
  ): Promise<Plan & { readonly keeping: Keeping }> {
    const plan = await stale.again(options?.signal);
    const { root } = plan;
    const losses = touchesData ? plan.losses : [];
    const layouts = touchesData && plan.folders.length > 0 ? await this.source.layouts(root, plan.folders, options?.signal) : [];
    const place: KeepingPlace = {
      keep: (files, layouts) => this.kept.keep(root, files, reason, layouts),
      giveBack: ({ id }) => restoreKept(root, id, this.kept, this.transfers, { isUndone: true }),
    };
    return { ...plan, keeping: await keepFirst(place, { losses, layouts }, options?.keep === true) };
  }

  /** Remembers what dvc writes beside the data, so that it can be taken back. `more` follows when that is back. */
  private async recording(files: readonly string[], work: () => Promise<Undo | undefined>, more?: Undo, kept?: Kept): Promise<Done> {
    const snapshot = await RecordSnapshot.of(files);
    const own = await work();
    await snapshot.close();
    const undo: Undo = async () => {
      await snapshot.restore();
      return (await more?.()) ?? [];
    };
    return { undo: own ?? (snapshot.isChanged || kept ? undo : undefined), kept, problems: [] };
  }

  private async checkoutAgain(root: string, outs: readonly OutStatus[], kept: Kept | undefined): Promise<readonly Kept[]> {
    const plan = await this.planCheckout(
      root,
      outs.map((out) => out.target),
    );
    const since = (await this.checkout(plan, { keep: true })).kept;
    return [...(since ? [since] : []), ...(kept ? await this.restoreKept(root, kept.id) : [])];
  }

  private async importing(root: string, out: string, work: () => Promise<void>): Promise<Done> {
    if (!isBelow(root, out)) throw new DvcError('failed', `${out} is not in the DVC repository ${root}.`);
    if (await pathExists(out))
      throw new DvcError('exists', `${relative(root, out)} is there already: choose another place, or move it away.`);
    const record = `${out}.dvc`;
    if (await pathExists(record)) throw new DvcError('exists', `${relative(root, record)} is there already: remove it first.`);
    await work();
    return { ...NOTHING, undo: () => this.takeAway(root, out, record) };
  }

  /** What was imported; what somebody has changed in it is kept. */
  private async takeAway(root: string, out: string, record: string): Promise<readonly Kept[]> {
    const plan = await this.planRemove(root, posixPath(root, record));
    const isThere = plan.outs.some(({ target }) => target === out);
    const { keeping } = await this.keepFirst(plan, 'Import', { keep: true }, isThere);
    await keeping.during(() => this.runner.remove(root, [relative(root, record)], { data: true }));
    return keeping.kept ? [keeping.kept] : [];
  }

  private async transfer(
    kind: 'fetch' | 'push',
    root: string,
    outs: readonly OutStatus[] | undefined,
    remote: string | undefined,
    options?: ActionOptions,
  ): Promise<Done> {
    try {
      await this.runner[kind](root, outs?.map((out) => out.path) ?? [], remote, options);
      return NOTHING;
    } catch (error) {
      if (!isWithoutDvc(error)) throw error;
      return {
        ...NOTHING,
        problems: await this.natively(
          kind,
          root,
          outs?.map((out) => out.target),
          remote,
          options,
        ),
      };
    }
  }

  private async natively(
    kind: TransferKind,
    root: string,
    targets: readonly string[] | undefined,
    remote: string | undefined,
    options: ActionOptions | undefined,
  ): Promise<string[]> {
    const result = await this.transfers.run(
      kind,
      root,
      { ...(targets && { targets }), ...(remote === undefined ? {} : { remote }), isNoted: true },
      ({ path, files, totalFiles }) => options?.progress?.({ what: path, unit: 'files', done: files, total: totalFiles }),
      options?.signal,
    );
    return isComplete(result) ? [] : problemsOf(result);
  }
}

/** Whether there is no dvc to do it. */
function isWithoutDvc(error: unknown): boolean {
  return error instanceof DvcError && (error.reason === 'not installed' || error.reason === 'too old');
}

function posixPath(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}
