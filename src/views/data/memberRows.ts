import { join, posix } from 'node:path';
import type { OutStatus } from '../../data/status/status';
import { visible } from '../code/codeText';
import { pagedRows } from '../rowPages';
import type { Translator, TreeRow } from '../treeRow';
import { dataResource } from './dataDecoration';
import type { OutPart } from './outPart';

/** What differs inside a tracked folder. */
export const memberPart: OutPart = {
  hasRows: ({ changes }) => [changes?.added, changes?.modified, changes?.deleted].some((list) => (list?.length ?? 0) > 0),
  rows: memberRows,
};

/** Modified, then added, then deleted files. */
function memberRows(root: string, out: OutStatus, l10n: Translator): TreeRow[] {
  const { added = [], modified = [], deleted = [], omitted = 0 } = out.changes ?? {};
  const above = `${root}|member|${out.path}`;
  const all = [
    ...modified.map((path) => ({ path, kind: 'modified' as const })),
    ...added.map((path) => ({ path, kind: 'added' as const })),
    ...deleted.map((path) => ({ path, kind: 'deleted' as const })),
  ];
  const rows = pagedRows(above, all, l10n, ({ path, kind }) => {
    const target = join(out.target, path);
    return {
      id: `${above}/${path}`,
      label: visible(path),
      description: kind,
      resource: dataResource(posix.basename(path), kind),
      context: `dataMember ${kind}`,
      data: { kind: 'member', root, path: target },
      ...(kind === 'deleted' ? {} : { action: { kind: 'open' as const, path: target } }),
    };
  });
  const rest: TreeRow = { id: `${above}|omitted`, label: l10n.t('{0} more, not listed', omitted), icon: { id: 'ellipsis' } };
  return omitted > 0 ? [...rows, rest] : rows;
}
