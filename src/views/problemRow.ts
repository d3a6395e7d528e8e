import { messageOf } from '../core/errors';
import type { TreeRow } from './treeRow';

/** A row that stands for what can't be read, and says why. `above` is the id of the row it stands beneath, or names the place. */
export function problemRow(above: string, label: string, error: unknown): TreeRow {
  return {
    id: `${above}|problem`,
    label,
    description: messageOf(error),
    tooltip: messageOf(error),
    icon: { id: 'error', color: 'problemsErrorIcon.foreground' },
    context: 'problem',
  };
}
