import { lstat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { objectPath } from '../cache/objects';
import { isComplete, problemsOf, type TransferKind, type Transfers } from '../cache/transfers';
import type { DataSource } from '../source';
import type { DataStatus, OutStatus } from '../status/status';
import { chosenOuts, importsOf, ignoreFiles, isBelow, pipelineFiles, recordsOf, stagesAround, touchedBy } from './chosenOuts';
import { DvcError } from './dvcError';
import type { ActionOptions, DvcRunner, GcPreview, GcScope, InitMode, RepositoryImport } from './dvcRunner';
import { keepFirst, type Keeping } from './keepFirst';
import type { Kept, KeptData } from './keptData';
import type { Loss } from './losses';
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
    return { root, outs, paths: outs.map((out) => out.path), losses: await this.losses(status, outs, signal), missing: [] };
  }

  async remove(plan: Plan, how: { readonly data: boolean }, options?: ChosenOptions): Promise<Done> {
    const { root, outs } = plan;
    const targets = [...new Set(outs.map((out) => (out.stage === undefined ? relative(root, out.recordedIn) : out.address)))];
    if (targets.length === 0) return NOTHING;
    const files = outs.flatMap((out) => [
      out.recordedIn,
      ...(out.stage === undefined ? [] : pipelineFiles(out.recordedIn)),
      ...ignoreFiles(out.target),
    ]);
    const keeping = await this.keepFirst(how.data ? plan : { ...plan, losses: [] }, 'Remove', options);
    return this.recording(
      files,
      () =>
        keeping.during(async () => {
          await this.runner.remove(root, targets, how, options);
          return undefined;
        }),
      how.data ? async () => this.checkoutAgain(root, outs, keeping.kept) : undefined,
      keeping.kept,
    );
  }

  /** What checking out these outs would do; all of them where none is named. Paths are absolute: outs, or what lies in or above them. */
  async planCheckout(root: string, targets?: readonly string[], signal?: AbortSignal): Promise<Plan> {
    const status = await this.source.status(root, signal);
    const chosen = chosenOuts(status, targets).filter((out) => out.cached && out.workspace !== 'unchanged' && out.digest !== undefined);
    const missing = chosen.filter((out) => out.inCache === false);
    const outs = chosen.filter((out) => out.inCache !== false);
    // Of an out that is meant only in part, only that part is touched.
    const parts = outs.flatMap((out) => {
      const inside = targets?.some((target) => isBelow(target, out.target) || target === out.target) === false;
      const within = inside ? targets.filter((target) => isBelow(out.target, target)) : [out.target];
      return within.map((target) => (target === out.target ? out : { ...out, target, changes: undefined }));
    });
    const paths = parts.map(({ target }) => posixPath(root, target));
    return { root, outs, paths, losses: await this.losses(status, parts.flatMap(touchedBy), signal), missing };
  }

  async checkout(plan: Plan, options?: ChosenOptions): Promise<Done> {
    const { root, outs, paths, missing } = plan;
    const problems = missing.map((out) => `${out.path} is not in the cache: pull it first.`);
    if (outs.length === 0) return { ...NOTHING, problems };
    const keeping = await this.keepFirst(plan, 'Check Out', options);
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
    return { undo: kept && (() => this.putBack(root, kept)), kept, problems };
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
    return { root, outs, paths: outs.map((out) => out.path), losses: await this.losses(status, outs, signal), missing: [] };
  }

  async repro(plan: Plan, addresses: readonly string[], options?: ChosenOptions): Promise<Done> {
    const { root } = plan;
    const keeping = await this.keepFirst(plan, 'Reproduce', options);
    await keeping.during(async () => {
      await this.runner.repro(root, addresses, options);
      return undefined;
    });
    const { kept } = keeping;
    return { undo: kept && (() => this.putBack(root, kept)), kept, problems: [] };
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
    return { root, outs, paths: outs.map((out) => out.path), losses: await this.losses(status, outs, signal), missing: [] };
  }

  /** Brings imports up to date with where they come from; without an undo where they were. */
  async update(plan: Plan, options?: ChosenOptions): Promise<Done> {
    const { root, outs } = plan;
    const records = [...new Set(outs.map((out) => out.recordedIn))];
    if (records.length === 0) return NOTHING;
    const keeping = await this.keepFirst(plan, 'Update', options);
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

  /** Rejects where dvc would throw away what is in use, because it can't know. */
  async gcPreview(root: string, scope: GcScope, options?: ActionOptions): Promise<GcPreview> {
    const status = await this.source.status(root, options?.signal);
    if (!isBelow(root, status.cacheFolder))
      throw new DvcError(
        'would lose',
        `The cache ${status.cacheFolder} lies outside of the repository, and may hold the data of others: clean it in a terminal (dvc gc --projects …).`,
      );
    const unknown: string[] = [];
    for (const out of status.outs.filter((each) => each.isFolder && each.inCache === false && each.digest !== undefined)) {
      const manifest = objectPath(status.cacheFolder, out.hashName, out.digest ?? '');
      if (!(await isThere(manifest))) unknown.push(out.path);
    }
    if (unknown.length > 0)
      throw new DvcError(
        'would lose',
        `The cache does not know what is in ${unknown[0]}${unknown.length > 1 ? ` and ${unknown.length - 1} more` : ''}, so that its files would go: fetch it first.`,
        undefined,
        unknown,
      );
    if (status.errors.length > 0)
      throw new DvcError('would lose', `${status.errors[0]?.path} can't be read, so that it is not known what it uses: repair it first.`);
    return this.runner.gcPreview(root, scope, options);
  }

  async gc(root: string, scope: GcScope, options?: ActionOptions): Promise<number> {
    return this.runner.gc(root, scope, { confirmed: true }, options);
  }

  /** Puts kept data back. What stands there now is kept in turn, and returned, unless the cache has all of it. */
  async restoreKept(root: string, id: string): Promise<Kept | undefined> {
    const before = await this.kept.restore(root, id);
    if (!before) return undefined;
    // Where it lies now nobody changes it any more: only so is it sure that the cache has it.
    const target = this.kept.folderOf(root, before.id);
    if ((await this.source.losses(root, [{ target, hashName: 'md5' }])).length > 0) return before;
    await this.kept.forget(root, before.id);
    return undefined;
  }

  private losses(status: DataStatus, outs: readonly OutStatus[], signal?: AbortSignal): Promise<readonly Loss[]> {
    const there = outs.filter((out) => out.workspace !== 'deleted' && isBelow(status.root, out.target));
    return there.length === 0 ? Promise.resolve([]) : this.source.losses(status.root, there, signal);
  }

  private keepFirst({ root, losses }: Plan, reason: string, options?: ChosenOptions): Promise<Keeping> {
    return keepFirst(this.kept, root, losses, reason, options?.keep === true);
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
    return [...(since ? [since] : []), ...(kept ? await this.putBack(root, kept) : [])];
  }

  /** Gives what stood in its place and is nowhere else. */
  private async putBack(root: string, { id }: Kept): Promise<readonly Kept[]> {
    const before = await this.restoreKept(root, id);
    return before ? [before] : [];
  }

  private async importing(root: string, out: string, work: () => Promise<void>): Promise<Done> {
    if (!isBelow(root, out)) throw new DvcError('failed', `${out} is not in the DVC repository ${root}.`);
    if (await isThere(out)) throw new DvcError('exists', `${relative(root, out)} is there already: choose another place, or move it away.`);
    const record = `${out}.dvc`;
    if (await isThere(record)) throw new DvcError('exists', `${relative(root, record)} is there already: remove it first.`);
    await work();
    return { ...NOTHING, undo: () => this.takeAway(root, out, record) };
  }

  /** What was imported; what somebody has changed in it is kept. */
  private async takeAway(root: string, out: string, record: string): Promise<readonly Kept[]> {
    const { outs, losses } = await this.planRemove(root, relative(root, record).split(sep).join('/'));
    const files = losses.map(({ file }) => file);
    const kept = outs.some(({ target }) => target === out) && files.length > 0 ? await this.kept.keep(root, files, 'Import') : undefined;
    await this.runner.remove(root, [relative(root, record)], { data: true });
    return kept ? [kept] : [];
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
      { ...(targets && { targets }), ...(remote === undefined ? {} : { remote }) },
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

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}
