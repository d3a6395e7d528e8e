import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missing } from '../../core/errors';
import { formatBytes } from '../../core/format';
import { KeptData } from '../../data/actions/keptData';
import { CacheTransfers } from '../../data/cache/cacheTransfers';
import { transferParts } from '../../data/cache/transferSurroundings';
import {
  brokenText,
  isComplete,
  unknownText,
  type OutTransfer,
  type TransferKind,
  type TransferProgress,
  type TransferResult,
} from '../../data/cache/transfers';
import { HashPool } from '../../data/hashing/hashPool';
import { findDvcRoot } from '../../data/records/repository';
import { jsonText, type Output } from '../output';

export interface DataTransferFlags {
  readonly repo?: string;
  readonly remote?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Moves data between workspace, cache and a remote that is a folder; the exit code is 1 where not everything could be done. */
export async function transferData(
  kind: TransferKind,
  targets: readonly string[],
  flags: DataTransferFlags,
  output: Output,
): Promise<void> {
  const folder = resolve(flags.repo ?? '.');
  const root = await findDvcRoot(folder);
  if (root === undefined) throw missing(`${folder} is in no DVC repository: make one with \`dvc init\`, or name a folder with --repo`);
  const hashWorker = fileURLToPath(new URL('../hashWorker.js', import.meta.url));
  const work = existsSync(hashWorker) ? new HashPool(hashWorker) : undefined;
  const log = (line: string): void => (flags.verbose ? output.say(`${line}\n`) : undefined);
  const parts = transferParts(log, work, new KeptData());
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new Error('Stopped; what was moved until then stays.'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const options = {
    ...(targets.length > 0 && { targets: targets.map((target) => resolve(folder, target)) }),
    ...(flags.remote !== undefined && { remote: flags.remote }),
    ...(flags.force && { force: true }),
  };
  try {
    const draws = output.interactive && !output.json;
    const show = (progress: TransferProgress): void => {
      if (draws) output.draw(`\r\x1b[2K${progressText(progress, output.columns)}`);
    };
    const result = await new CacheTransfers(parts).run(kind, root, options, show, stop.signal).finally(() => {
      if (draws) output.draw('\r\x1b[2K');
    });
    await parts.save(root);
    output.out(output.json ? jsonText(result) : resultText(result));
    if (!isComplete(result)) process.exitCode = 1;
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
    work?.dispose();
  }
}

export function progressText({ phase, path, files, totalFiles, bytes, totalBytes }: TransferProgress, columns: number): string {
  const text = `${phase} ${path}  ${files}/${totalFiles} files, ${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;
  // A path may hold anything; only what stands in the terminal's own line is drawn.
  // eslint-disable-next-line no-control-regex
  return [...text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')].slice(0, Math.max(20, columns - 1)).join('');
}

/** One line for each out that something was done with, or could not be; then what it came to. */
export function resultText({ kind, root, outs, kept, unknownTargets, broken }: TransferResult): string {
  const lines: string[] = [];
  for (const out of outs) {
    if (out.outcome === 'done') lines.push(`${out.path}: ${doneText(out)}`);
    if (out.message !== undefined) lines.push(`${out.path}: ${out.outcome === 'done' ? '' : `${out.outcome}: `}${out.message}`);
    for (const path of out.paths) lines.push(`  ${path}`);
  }
  lines.push(...unknownTargets.map((target) => unknownText(target, broken)), ...broken.map((each) => brokenText(root, each)));
  if (kept !== undefined)
    lines.push(`What was there before is kept in ${kept}: \`ml-tracking data kept --restore ${basename(kept)}\` brings it back.`);
  const unchanged = outs.filter(({ outcome }) => outcome === 'unchanged').length;
  if (outs.length === 0 && unknownTargets.length === 0 && broken.length === 0) lines.push('Nothing is tracked here.');
  else if (lines.length === 0) lines.push(`Nothing to ${kind === 'checkout' ? 'check out' : kind}: everything is there.`);
  else if (unchanged > 0) lines.push(`${unchanged} more had nothing to do.`);
  return `${lines.join('\n')}\n`;
}

function doneText({ added, modified, deleted, objects, bytes }: OutTransfer): string {
  const parts = [
    objects > 0 ? `${objects} ${objects === 1 ? 'object' : 'objects'} copied (${formatBytes(bytes)})` : '',
    added > 0 ? `${added} added` : '',
    modified > 0 ? `${modified} modified` : '',
    deleted > 0 ? `${deleted} deleted` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
