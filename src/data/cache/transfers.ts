import { relative } from 'node:path';
import { toPosix } from '../records/recordPath';
import type { BrokenRecord } from '../records/recordReading';
import type { RecordedContent } from '../versions';

/** What is done without Python: between cache and workspace, and between cache and a remote that is a local folder. */
export type TransferKind = 'checkout' | 'fetch' | 'push' | 'pull';

export interface TransferOptions {
  /** Paths of outs, of what lies in or above them, or of `.dvc` files; absolute. Everything where left out. */
  readonly targets?: readonly string[];
  /** With `fetch`: what is fetched instead of what is recorded now, as other versions of it; `targets` means nothing then. */
  readonly contents?: readonly RecordedContent[];
  /** A remote's name; where left out, each out's own, else `core.remote`. */
  readonly remote?: string;
  /**
   * Goes on where a file of the workspace would be lost whose content is not in the cache: the file is first moved into
   * `.tracking/kept/<time>/`. Without it, such an out is refused.
   */
  readonly force?: boolean;
  /** With `checkout`: folders are laid as they were when this was kept, instead of as recorded; `targets` means nothing then. */
  readonly kept?: string;
  /** Whether who asks has noted how folders lie that are laid otherwise; where left out, that is kept first. */
  readonly isNoted?: boolean;
}

/** How far it is; totals grow while outs are still being looked at. */
export interface TransferProgress {
  readonly phase: 'comparing' | 'fetching' | 'pushing' | 'checking out';
  /** The out that is worked on, relative to the root, with `/`. */
  readonly path: string;
  readonly files: number;
  readonly totalFiles: number;
  readonly bytes: number;
  /** As far as sizes are known. */
  readonly totalBytes: number;
}

/**
 * - `done`: something was moved; `unchanged`: there was nothing to do
 * - `refused`: files whose content is not in the cache stand in the way (`paths`); nothing of this out was touched
 * - `missing`: objects are neither here nor where they were sought (`paths` names the files they belong to)
 * - `skipped`: there is nothing that could be moved (not in the cache by intent, a remote that isn't a local folder, outside the repository)
 * - `failed`: the file system refused; what was done until then is whole, and doing it again goes on
 */
export type TransferOutcome = 'done' | 'unchanged' | 'refused' | 'missing' | 'skipped' | 'failed';

/** What became of one out. */
export interface OutTransfer {
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** Absolute. */
  readonly target: string;
  readonly outcome: TransferOutcome;
  /** One line that says what happened and what to do; undefined for `done` and `unchanged`. */
  readonly message: string | undefined;
  /** The files that are spoken of, relative to the root, at most 100 of them. */
  readonly paths: readonly string[];
  /** Files of the workspace that were made, replaced, removed (checkout, pull). */
  readonly added: number;
  readonly modified: number;
  readonly deleted: number;
  /** Objects that were copied into the cache or the remote (fetch, push, pull), and their bytes. */
  readonly objects: number;
  readonly bytes: number;
}

export interface TransferResult {
  readonly kind: TransferKind;
  readonly root: string;
  readonly outs: readonly OutTransfer[];
  /** Where files were put that `force` moved out of the way, and how folders lay was noted; undefined where nothing was. */
  readonly kept: string | undefined;
  /** Targets of the question that no out fits. */
  readonly unknownTargets: readonly string[];
  /** Records that could not be read: what they track was left out. */
  readonly broken: readonly BrokenRecord[];
}

/**
 * Moves tracked data. Everything is written through temporary files and renamed, may be stopped anywhere and done again, and never
 * overwrites or removes a file whose content isn't in the cache. Holds DVC's lock of the repository meanwhile.
 * Rejects with RepositoryBusyError while DVC works there, with the signal's reason when stopped, and with an Error of one line where
 * nothing can be begun, such as an unknown remote. What concerns one out only is told in the result.
 */
export interface Transfers {
  run(
    kind: TransferKind,
    root: string,
    options?: TransferOptions,
    onProgress?: (progress: TransferProgress) => void,
    signal?: AbortSignal,
  ): Promise<TransferResult>;
}

/** DVC, or another window, works in the repository. */
export class RepositoryBusyError extends Error {
  override readonly name = 'RepositoryBusyError';
}

/** Whether everything that was asked for was done. */
export function isComplete(result: TransferResult): boolean {
  return (
    result.unknownTargets.length === 0 &&
    result.broken.length === 0 &&
    result.outs.every(({ outcome }) => outcome === 'done' || outcome === 'unchanged' || outcome === 'skipped')
  );
}

/** What could not be done, a line each. */
export function problemsOf({ root, outs, unknownTargets, broken }: TransferResult): string[] {
  const bad = outs.filter(({ outcome }) => outcome === 'refused' || outcome === 'missing' || outcome === 'failed');
  return [
    ...broken.map((each) => brokenText(root, each)),
    ...bad.map(({ path, message }) => `${path}: ${message ?? 'not done'}`),
    ...unknownTargets.map((target) => unknownText(target, broken)),
  ];
}

export function brokenText(root: string, { file, line, message }: BrokenRecord): string {
  return `${toPosix(relative(root, file))}:${line}: what it tracks was left out, because it can’t be read: ${message}`;
}

/** Of a target that no out fits. */
export function unknownText(target: string, broken: readonly BrokenRecord[]): string {
  return broken.length > 0 ? `${target}: no record that can be read tracks it.` : `${target}: DVC tracks nothing there.`;
}
