import type { FileHashes } from '../hashing/fileHashes';
import type { DvcConfig } from '../records/config';
import type { Store } from './objectTransfer';
import type { TransferOut } from './transferOuts';
import type { ProgressReport } from './transferProgress';
import type { OutTransfer, TransferOptions } from './transfers';

/** Files that are named in an answer. */
const NAMED = 100;

/** What is at hand while one question is worked on. */
export interface TransferWork {
  readonly root: string;
  readonly options: TransferOptions;
  readonly config: DvcConfig;
  readonly hashes: FileHashes;
  readonly cache: Store;
  readonly report: ProgressReport;
  readonly signal: AbortSignal | undefined;
}

/** An answer about an out; what isn't said is nothing done. */
export function answerOf(out: Pick<TransferOut, 'path' | 'target'>, more: Partial<OutTransfer> = {}): OutTransfer {
  const nothing = { outcome: 'unchanged', message: undefined, added: 0, modified: 0, deleted: 0, objects: 0, bytes: 0 } as const;
  return { path: out.path, target: out.target, ...nothing, ...more, paths: (more.paths ?? []).slice(0, NAMED) };
}

export function counted(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
