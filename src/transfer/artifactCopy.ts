import type { ReadableStream } from 'node:stream/web';
import { TrackingError, messageOf } from '../core/errors';
import { attemptItem, type CopyContext } from './copyContext';
import type { SourceFile } from './source';
import { treePath } from './references';
import { sameContent } from './sameContent';

/** The most that is held in memory where a target takes a file only whole. */
const MOST_WHOLE = 256 * 1024 * 1024;
/** Files that may be on their way at once. */
const TOGETHER = 4;

export interface FileTarget {
  /** What the files belong to, for problems. */
  readonly item: string;
  /** The URI of the folder that they go to. */
  readonly uri: string;
  /** The run whose files they are; undefined for a model's. */
  readonly runId: string | undefined;
  readonly there: FilesThere;
}

/**
 * Which files may be there already: none; some that stay whatever the source has; some that stay where their size is the
 * source's; some of which only the content tells.
 */
export type FilesThere = 'none' | 'kept' | 'bySize' | 'byContent';

/** Copies the files of a run or a model that aren't there. @returns whether any was copied */
export async function copyFiles(context: CopyContext, files: AsyncIterable<SourceFile>, to: FileTarget): Promise<boolean> {
  const root = treePath(context.target.info.artifactRoot, to.uri);
  const there = new ExistingFiles(context, to, root);
  let copied = false;
  const underWay = new Set<Promise<void>>();
  let failure: Error | undefined;
  for await (const file of files) {
    if (failure !== undefined) break;
    const item = `${to.item}, the file ${file.path}`;
    const work = attemptItem(context, item, async () => {
      if (await there.has(file)) return;
      await copyFile(context, file, root, to);
      copied = true;
      context.tally.files++;
    }).then(
      () => undefined,
      (error: unknown) => {
        failure ??= error instanceof Error ? error : new Error(messageOf(error));
      },
    );
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
    if (underWay.size >= TOGETHER) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  if (failure !== undefined) throw failure;
  return copied;
}

async function copyFile(context: CopyContext, file: SourceFile, root: string | undefined, to: FileTarget): Promise<void> {
  if (root !== undefined) {
    await context.target.artifactTree.write(`${root}/${file.path}`, counted(context, await file.open()));
    return;
  }
  if (to.runId === undefined)
    throw new TrackingError(
      'INVALID_STATE',
      `Its model's files belong at ${to.uri}, which can't be written through ${context.target.info.location}.`,
    );
  if ((file.size ?? 0) > MOST_WHOLE)
    throw new TrackingError('INVALID_STATE', `It has ${file.size} bytes: too many for ${to.uri}, which takes files only whole.`);
  const content = new Uint8Array(await new Response(counted(context, await file.open()) as unknown as BodyInit).arrayBuffer());
  await context.target.artifacts.write(to.runId, file.path, content);
}

/** Counts what flows, and breaks the flow when the copy is to stop. */
function counted(context: CopyContext, content: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const through = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      if (context.signal?.aborted) {
        controller.error(context.signal.reason);
        return;
      }
      context.tally.bytes += chunk.byteLength;
      context.onBytes(context.tally.bytes);
      controller.enqueue(chunk);
    },
  });
  return content.pipeThrough(through as never);
}

/** The sizes of the files in the target, each folder asked for once. */
class ExistingFiles {
  private readonly folders = new Map<string, Promise<ReadonlyMap<string, number>>>();

  constructor(
    private readonly context: CopyContext,
    private readonly to: FileTarget,
    private readonly root: string | undefined,
  ) {}

  async has(file: SourceFile): Promise<boolean> {
    if (this.to.there === 'none') return false;
    const size = await this.size(file.path);
    if (size === undefined || this.to.there === 'kept') return size !== undefined;
    if (file.size !== size) return false;
    return this.to.there === 'bySize' || this.isSame(file);
  }

  private async isSame(file: SourceFile): Promise<boolean> {
    const { target, signal } = this.context;
    if (this.root === undefined) return false;
    const { content } = await target.artifactTree.open(`${this.root}/${file.path}`);
    return sameContent(await file.open(), content, signal);
  }

  private async size(path: string): Promise<number | undefined> {
    const folder = path.split('/').slice(0, -1).join('/');
    let sizes = this.folders.get(folder);
    if (!sizes) this.folders.set(folder, (sizes = this.list(folder)));
    return (await sizes).get(path);
  }

  private async list(folder: string): Promise<ReadonlyMap<string, number>> {
    const { target } = this.context;
    const { root, to } = this;
    if (root === undefined && to.runId === undefined) return new Map();
    const found =
      root === undefined
        ? await target.artifacts.list(to.runId!, folder)
        : await target.artifactTree.list([root, folder].filter(Boolean).join('/'));
    return new Map(
      found
        .filter((entry) => entry.size !== undefined)
        .map((entry) => [root === undefined ? entry.path : entry.path.slice(root.length + 1), entry.size!]),
    );
  }
}
