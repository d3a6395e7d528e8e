import type { OutStatus } from '../../data/status/status';
import type { Translator, TreeRow } from '../treeRow';

/** Rows of one kind that stand beneath a tracked file or folder. */
export interface OutPart {
  /** Decides, at no cost, whether the out can be opened for them. */
  hasRows(out: OutStatus): boolean;
  rows(root: string, out: OutStatus, l10n: Translator): TreeRow[];
}
