import type { FileHashes } from '../hashing/fileHashes';
import { readConfig } from '../records/config';
import type { Scan } from '../records/scan';
import { ObjectFolder } from '../status/objectFolder';
import { Checkouts, type Keeper } from './checkouts';
import { laidOuts } from './folderLayouts';
import { moveObjects } from './objectMove';
import { busyPaths } from './pathLocks';
import { lockRepository } from './repositoryLock';
import { chooseOuts, contentOuts, type ChosenOuts, type TransferOut } from './transferOuts';
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
import { answerOf, type TransferWork } from './transferWork';

export interface TransferParts {
  readonly log: (line: string) => void;
  /** What the repository records, and which records can't be read. */
  readonly records: (root: string, signal?: AbortSignal) => Promise<Pick<Scan, 'stages' | 'broken'>>;
  readonly hashes: (root: string) => Promise<FileHashes>;
  readonly keeper: Keeper;
}

/** What is to be moved, and the records that may say more. */
interface Choice extends Pick<Scan, 'broken'> {
  readonly chosen: ChosenOuts;
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
    const config = await readConfig(root);
    const [broken] = config.broken;
    if (broken) throw new Error(`${broken.file}:${broken.line} can't be read, so where data is isn't known: ${broken.message}`);
    const lock = await lockRepository(root, { hardlink: config.hardlinkLock, log, signal });
    try {
      const hashes = await this.parts.hashes(root);
      const cache = { folder: config.cacheFolder, objects: new ObjectFolder(config.cacheFolder, hashes, signal) };
      const work: TransferWork = { root, options, config, hashes, cache, report: new ProgressReport(onProgress), signal };
      if (options.contents && kind !== 'fetch') throw new Error('Versions other than the recorded ones can only be fetched.');
      if (options.kept !== undefined && kind !== 'checkout') throw new Error('What was kept can only be checked out.');
      const { chosen, broken: unread } = await this.choose(root, options, signal);
      const { answers, kept } = await this.move(kind, chosen.outs, work);
      const skipped = chosen.skipped.map((out) => answerOf(out, { outcome: 'skipped', message: out.reason }));
      const outs = [...skipped, ...chosen.outs.map((out) => answers.get(out) ?? answerOf(out))];
      outs.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
      log(`data ${kind} [${root}] ${summary(outs)}, ${Math.round(performance.now() - begun)} ms`);
      return { kind, root, outs, kept, unknownTargets: chosen.unknown, broken: unread };
    } finally {
      lock.release();
    }
  }

  private async choose(root: string, { contents, kept, targets }: TransferOptions, signal: AbortSignal | undefined): Promise<Choice> {
    if (kept !== undefined) {
      const { layouts, files } = await this.parts.keeper.laid(root, kept);
      return { chosen: laidOuts(root, layouts, files), broken: [] };
    }
    if (contents) return { chosen: contentOuts(root, contents), broken: [] };
    const { stages, broken } = await this.parts.records(root, signal);
    return { chosen: chooseOuts(root, stages, targets), broken };
  }

  private async move(
    kind: TransferKind,
    outs: readonly TransferOut[],
    work: TransferWork,
  ): Promise<{ answers: ReadonlyMap<TransferOut, OutTransfer>; kept: string | undefined }> {
    const writes = kind === 'checkout' || kind === 'pull';
    if (writes) await refuseBusy(work.root, outs);
    const moved = new Map<TransferOut, OutTransfer>();
    if (kind !== 'checkout') for (const out of outs) moved.set(out, await moveObjects(kind === 'push' ? 'push' : 'fetch', out, work));
    if (!writes) return { answers: moved, kept: undefined };
    const open = outs.filter((out) => !['failed', 'missing'].includes(moved.get(out)?.outcome ?? ''));
    // The cache holds more now than it did.
    const cache = { ...work.cache, objects: new ObjectFolder(work.cache.folder, work.hashes, work.signal) };
    const checkouts = new Checkouts({ ...work, cache }, this.parts.keeper);
    await checkouts.run(open);
    const answers = new Map(outs.map((out) => [out, joined(moved.get(out), checkouts.answers.get(out)) ?? answerOf(out)]));
    return { answers, kept: checkouts.kept };
  }
}

async function refuseBusy(root: string, outs: readonly TransferOut[]): Promise<void> {
  const targets = outs.map(({ target }) => target);
  const [busy] = await busyPaths(root, targets);
  if (busy !== undefined) throw new RepositoryBusyError(`${busy}. Wait until it is done, and try again.`);
}

/** What fetching an out and then checking it out came to. */
function joined(fetched: OutTransfer | undefined, checkedOut: OutTransfer | undefined): OutTransfer | undefined {
  if (!fetched || !checkedOut) return checkedOut ?? fetched;
  const { objects, bytes, outcome, message } = fetched;
  if (checkedOut.outcome === 'missing' && outcome === 'skipped') return { ...checkedOut, message };
  const isMore = checkedOut.outcome === 'unchanged' && outcome === 'done';
  return {
    ...checkedOut,
    objects,
    bytes,
    outcome: isMore ? 'done' : checkedOut.outcome,
    message: checkedOut.message ?? (isMore ? message : undefined),
  };
}

function summary(outs: readonly OutTransfer[]): string {
  const counts = new Map<TransferOutcome, number>();
  for (const { outcome } of outs) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, number]) => `${number} ${outcome}`).join(', ') || 'nothing tracked';
}
