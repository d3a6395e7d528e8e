import type { Disposable } from '../core/disposable';
import type { DataStatus } from './status/status';

/** Who tells how tracked data stands: the reader itself, or one in a thread of its own. */
export interface DataSource extends Disposable {
  /** The repositories that a folder is in, or holds at most two folders deep. */
  roots(folder: string): Promise<string[]>;
  /** Every tracked out of a repository and how it stands. Rejects when stopped; what can't be read becomes a row. */
  status(root: string, signal?: AbortSignal): Promise<DataStatus>;
}
