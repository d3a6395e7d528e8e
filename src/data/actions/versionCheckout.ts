import { readFile, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { parseDocument } from 'yaml';
import type { DataSource } from '../source';
import type { DataStatus, OutStatus } from '../status/status';
import type { DataActions } from './dataActions';
import type { Done } from './plan';
import { DvcError } from './dvcError';
import type { ActionOptions } from './dvcRunner';
import type { Kept } from './keptData';
import type { Loss } from './losses';
import { RecordSnapshot } from './recordSnapshot';

/** What a file of the repository was in a commit; undefined where there was none. The path is absolute. */
export type FileAt = (path: string, commit: string, signal?: AbortSignal) => Promise<Buffer | undefined>;

/** Which version of which data is to come back. */
export interface WantedVersion {
  readonly root: string;
  /** The data as it is tracked now, absolute. */
  readonly target: string;
  readonly commit: string;
  /** What the data was called in that commit, relative to the root, with `/`. */
  readonly path: string;
}

export interface VersionPlan extends WantedVersion {
  readonly outs: readonly OutStatus[];
  /** The record as it will be. */
  readonly record: string;
  /** Files whose content is nowhere else, the record among them where git doesn't have it as it is. */
  readonly losses: readonly Loss[];
  /** Whether the record, and so perhaps the data, is that version's already. */
  readonly isRecorded: boolean;
}

/**
 * Brings an earlier version of data back: its `.dvc` file becomes what it was in that commit, without git's index, and the data follows.
 * Nothing is committed. Rejects with DvcError.
 */
export class VersionCheckout {
  constructor(
    private readonly actions: DataActions,
    private readonly source: DataSource,
    private readonly fileAt: FileAt,
  ) {}

  async plan(wanted: WantedVersion, signal?: AbortSignal): Promise<VersionPlan> {
    const { root, target, commit, path } = wanted;
    const status = await this.source.status(root, signal);
    const out = outAt(status, target);
    if (out.stage !== undefined)
      throw new DvcError(
        'failed',
        `${out.path} is made by the stage ${out.stage}: check out the commit ${commit.slice(0, 8)} to have it as it was, with the code that made it.`,
      );
    const then = join(root, ...path.split('/'));
    const content = await this.fileAt(then === target ? out.recordedIn : `${then}.dvc`, commit, signal);
    if (!content) throw new DvcError('failed', `The commit ${commit.slice(0, 8)} has no record of ${path}.`);
    const record = renamed(content.toString('utf8'), path, out);
    const now = await readFile(out.recordedIn, 'utf8');
    const outs = status.outs.filter((each) => each.recordedIn === out.recordedIn);
    const isRecorded = now === record;
    const there = outs.filter((each) => each.workspace !== 'deleted');
    const losses = there.length > 0 ? await this.source.losses(root, there, signal) : [];
    const head = (await this.fileAt(out.recordedIn, 'HEAD', signal))?.toString('utf8');
    const lost =
      isRecorded || now === head
        ? []
        : [{ file: out.recordedIn, path: relative(root, out.recordedIn).replaceAll('\\', '/'), size: Buffer.byteLength(now) }];
    return { ...wanted, outs, record, losses: [...losses, ...lost], isRecorded };
  }

  /** @param options `keep`: the word of a person that what would be lost is to be moved to where it can be brought back from */
  async checkOut(stale: VersionPlan, options: ActionOptions & { readonly keep?: boolean } = {}): Promise<Done> {
    // Somebody may have written since, while a question was open.
    const plan = await this.plan(stale, options.signal);
    const { root, target, record, losses } = plan;
    if (losses.length > 0 && options.keep !== true)
      throw new DvcError(
        'would lose',
        `This would lose ${losses[0]?.path}${losses.length > 1 ? ` and ${losses.length - 1} more` : ''}, whose content is nowhere else.`,
        undefined,
        losses.map(({ path }) => path),
      );
    const file = outAt(plan, target).recordedIn;
    const snapshot = await RecordSnapshot.of([file]);
    const keptRecord = losses.some((loss) => loss.file === file)
      ? await this.actions.kept.keep(root, [file], 'Check Out Version')
      : undefined;
    let begun = false;
    try {
      await writeFile(file, record);
      await snapshot.close();
      const outs = await this.available(root, file, target, options);
      const data = await this.actions.planCheckout(root, outs, options.signal);
      begun = true;
      const done = await this.actions.checkout(data, { ...options, keep: true });
      if (done.problems.length > 0) throw nowhere(relative(root, target), done.problems);
      return { ...done, undo: () => this.takeBack(plan, snapshot, done.kept, keptRecord) };
    } catch (error) {
      await snapshot.close();
      await this.putBack(plan, snapshot, begun, keptRecord);
      throw error;
    }
  }

  /** The data of the record, with what the cache lacks of it fetched. */
  private async available(root: string, file: string, target: string, options: ActionOptions): Promise<readonly string[]> {
    const status = await this.source.status(root, options.signal);
    const outs = status.outs.filter((out) => out.recordedIn === file);
    if (!outs.some((out) => out.target === target)) throw new DvcError('failed', `${file} recorded other data then.`);
    const lacking = outs.filter((out) => out.cached && out.inCache === false);
    if (lacking.length > 0) {
      const { problems } = await this.actions.fetch(root, lacking, undefined, options);
      if (problems.length > 0) throw nowhere(relative(root, target), problems);
    }
    return outs.map((out) => out.target);
  }

  /** After a failure. @param begun whether the data may have been touched */
  private async putBack({ root, outs }: VersionPlan, snapshot: RecordSnapshot, begun: boolean, record: Kept | undefined): Promise<void> {
    await this.restoreRecord(root, snapshot, record);
    const before = begun ? await this.recordedData(root, outs) : undefined;
    // It is how the data was before, not an edit since.
    if (before) await this.actions.restoreKept(root, before.id);
  }

  /** When the person wants it; gives what had been changed since. */
  private async takeBack(
    { root, outs }: VersionPlan,
    snapshot: RecordSnapshot,
    data: Kept | undefined,
    record: Kept | undefined,
  ): Promise<readonly Kept[]> {
    await this.restoreRecord(root, snapshot, record);
    const since = await this.recordedData(root, outs);
    return [...(since ? [since] : []), ...(data ? await this.actions.restoreKept(root, data.id) : [])];
  }

  private async restoreRecord(root: string, snapshot: RecordSnapshot, record: Kept | undefined): Promise<void> {
    await snapshot.restore();
    // It stands in its place again, as it was.
    if (record) await this.actions.kept.forget(root, record.id);
  }

  /** The data as the record says; gives what had to be kept. What was deleted stays so. */
  private async recordedData(root: string, outs: readonly OutStatus[]): Promise<Kept | undefined> {
    const there = outs.filter((out) => out.workspace !== 'deleted').map((out) => out.target);
    if (there.length === 0) return undefined;
    return (await this.actions.checkout(await this.actions.planCheckout(root, there), { keep: true })).kept;
  }
}

function nowhere(path: string, problems: readonly string[]): DvcError {
  const message = `This version of ${path} is neither in the cache nor in the remote: it can only come from where it was pushed to, or from a copy. Nothing has changed here.`;
  return new DvcError('failed', message, problems.join('\n'));
}

function outAt({ outs }: Pick<DataStatus, 'outs'>, target: string): OutStatus {
  const out = outs.find((each) => each.target === target);
  if (!out) throw new DvcError('failed', `${target} is not tracked any more: check out the commit to have it back.`);
  return out;
}

/** The record with the name that the data has now. */
function renamed(text: string, path: string, out: OutStatus): string {
  const [before, now] = [basename(path), basename(out.target)];
  if (before === now) return text;
  const document = parseDocument(text);
  if (document.getIn(['outs', 0, 'path']) !== before) throw new DvcError('failed', `The record of ${path} can't be used for ${out.path}.`);
  document.setIn(['outs', 0, 'path'], now);
  return document.toString();
}
