import { isAbsolute, relative, sep } from 'node:path';
import type { Stage, StageOut } from '../records/stage';
import type { RecordedContent } from '../versions';
import { isInside } from './memberPaths';

/** An out that can be moved. */
export interface TransferOut {
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** Absolute. */
  readonly target: string;
  readonly hashName: 'md5' | 'md5-dos2unix';
  readonly digest: string;
  readonly isFolder: boolean;
  readonly executable: boolean;
  /** The remote that the record names. */
  readonly remote: string | undefined;
  readonly pushed: boolean;
  /** The repository that it was imported from. */
  readonly importedFrom: string | undefined;
  /** Parts of a folder that are asked for, relative to it, with `/`; everything where undefined. */
  readonly parts: readonly string[] | undefined;
  /** How the folder is to lie, where that isn't what is recorded. */
  readonly layout?: { readonly manifest: string; readonly spared: ReadonlySet<string> };
}

/** An out that can't be moved natively, and why, in one line. */
export interface SkippedOut {
  readonly path: string;
  readonly target: string;
  readonly reason: string;
}

export interface ChosenOuts {
  readonly outs: readonly TransferOut[];
  readonly skipped: readonly SkippedOut[];
  /** Targets that nothing fits. */
  readonly unknown: readonly string[];
}

const MD5 = /^[0-9a-f]{32}(\.dir)?$/;
const NO_MD5 = 'What is recorded of it is no MD5.';
const OTHER_HASH = 'It is known by its remote’s own hash, which only dvc itself can use.';

/** The outs that targets name: by their paths, by paths above or in them, or by the file that records them. */
export function chooseOuts(root: string, stages: readonly Stage[], targets: readonly string[] | undefined): ChosenOuts {
  const outs: TransferOut[] = [];
  const skipped: SkippedOut[] = [];
  const fitting = new Set<string>();
  for (const stage of stages) {
    for (const out of stage.outs) {
      if (out.target === undefined || !out.cached) continue;
      const parts = partsOf(stage, out.target, targets, fitting);
      if (parts === 'none') continue;
      const chosen = transferOut(root, stage, out, out.target, parts);
      if ('reason' in chosen) skipped.push(chosen);
      else outs.push(chosen);
    }
  }
  return { outs, skipped, unknown: (targets ?? []).filter((target) => !fitting.has(target)) };
}

/** Content that somebody names, which need not be what is recorded now. */
export function contentOuts(root: string, contents: readonly RecordedContent[]): ChosenOuts {
  const outs: TransferOut[] = [];
  const skipped: SkippedOut[] = [];
  for (const { target, hashName, digest, remote } of contents) {
    const path = relative(root, target).split(sep).join('/');
    const common = { path, target, remote, executable: false, pushed: true, importedFrom: undefined, parts: undefined };
    if (hashName !== 'md5' && hashName !== 'md5-dos2unix') skipped.push({ path, target, reason: OTHER_HASH });
    else if (!MD5.test(digest)) skipped.push({ path, target, reason: NO_MD5 });
    else outs.push({ ...common, hashName, digest, isFolder: digest.endsWith('.dir') });
  }
  return { outs, skipped, unknown: [] };
}

/** Whether a member of a folder is asked for. */
export function isAsked({ parts, layout }: Pick<TransferOut, 'parts' | 'layout'>, member: string): boolean {
  if (layout?.spared.has(member)) return false;
  return parts === undefined || parts.some((part) => member === part || member.startsWith(`${part}/`));
}

function partsOf(
  stage: Stage,
  target: string,
  asked: readonly string[] | undefined,
  fitting: Set<string>,
): readonly string[] | undefined | 'none' {
  if (asked === undefined) return undefined;
  const parts: string[] = [];
  let isWhole = false;
  for (const each of asked) {
    const isAbove = each === target || each === stage.file || isWithin(each, target);
    if (isAbove) isWhole = true;
    else if (isWithin(target, each)) parts.push(relative(target, each).split(sep).join('/'));
    else continue;
    fitting.add(each);
  }
  return isWhole ? undefined : parts.length > 0 ? parts : 'none';
}

function transferOut(
  root: string,
  stage: Stage,
  out: StageOut,
  target: string,
  parts: readonly string[] | undefined,
): TransferOut | SkippedOut {
  const path = relative(root, target).split(sep).join('/');
  const skip = (reason: string): SkippedOut => ({ path, target, reason });
  const { recorded } = out;
  if (!isWithin(root, target)) return skip('It lies outside of the repository, where nothing is written.');
  if (!isInside(path, process.platform)) return skip('It lies where nothing of DVC’s may be written.');
  if (out.versioned) return skip('It is kept as versions in its remote, which only dvc itself can reach.');
  if (recorded === undefined) return skip('Nothing is recorded of it yet; commit it first.');
  const { hashName, digest } = recorded;
  if (hashName !== 'md5' && hashName !== 'md5-dos2unix') return skip(OTHER_HASH);
  if (!MD5.test(digest)) return skip(NO_MD5);
  const isFolder = digest.endsWith('.dir');
  if (parts !== undefined && !isFolder) return skip('It is recorded as a file, and has no parts.');
  const source = stage.deps.find((dep) => dep.source?.kind === 'repository')?.source;
  const { remote, pushed } = out;
  return { path, target, hashName, digest, isFolder, executable: recorded.executable, remote, pushed, importedFrom: source?.url, parts };
}

function isWithin(folder: string, path: string): boolean {
  const inner = relative(folder, path);
  return inner !== '' && inner !== '..' && !inner.startsWith(`..${sep}`) && !isAbsolute(inner);
}
