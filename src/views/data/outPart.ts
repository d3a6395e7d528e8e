import type { DataStatus, OutStatus } from '../../data/status/status';
import type { Translator, TreeRow } from '../treeRow';

/** Rows of one kind that stand beneath a tracked file or folder; `DataParts` makes the list of them. */
export interface OutPart {
  /** Looks up what it needs to know, before the rows of a reading are made. */
  look?(statuses: readonly DataStatus[]): Promise<void>;
  /** Decides, at no cost, whether the out can be opened for them. */
  hasRows(out: OutStatus): boolean;
  rows(root: string, out: OutStatus, l10n: Translator): TreeRow[];
  /** A word about it for the out's own row, in what a narrow sidebar has room for; where there is none, or nothing to say, undefined. */
  remark?(out: OutStatus, l10n: Translator): string | undefined;
}
