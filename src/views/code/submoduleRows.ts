import { join } from 'node:path';
import type { CodeReader } from '../../code/reader';
import type { Commit, FileChange } from '../../code/repository';
import type { Translator, TreeRow } from '../treeRow';
import { changeRow, untrackedRow } from './fileRows';
import { historyRows } from './historyRows';
import { untrackedRows } from './untrackedRows';

/** So many commits and files of a submodule are listed. */
const LISTED = 100;

/** What is different in a submodule: the commits that came and went, and, of the working tree, the files. `above` begins the rows' ids. */
export async function submoduleRows(
  reader: CodeReader,
  root: string,
  { path, within }: FileChange,
  above: string,
  l10n: Translator,
): Promise<TreeRow[]> {
  if (!within) return [];
  const inner = join(root, path);
  const rows: TreeRow[] = [];
  if (within.commits && within.from !== undefined) {
    const to = within.to ?? 'HEAD';
    const [from, target] = await Promise.all([reader.commit(inner, within.from), reader.commit(inner, to)]);
    if (from === undefined || target === undefined) rows.push(missingRow(above, from === undefined ? within.from : to, l10n));
    else {
      const [came, went] = await Promise.all([commits(`${from}..${target}`), commits(`${target}..${from}`)]);
      rows.push(...listed(came), ...listed(went).map((row) => ({ ...row, icon: { id: 'circle-slash' }, ...leftBehind(row, l10n) })));
    }
  } else if (within.to !== undefined) rows.push(...listed(await reader.log(inner, { revision: within.to, max: 1 })));
  if (within.modified || within.untracked) {
    const { root: place, staged, changed, untracked } = await reader.status(inner);
    const below = (folder: string): Promise<TreeRow[]> => untrackedRows(reader, place, folder, l10n);
    const files = [
      ...staged.map((change) => changeRow(place, 'staged', change, l10n)),
      ...changed.map((change) => changeRow(place, 'changed', change, l10n)),
      ...untracked.map((file) => untrackedRow(place, file, false, l10n, { below })),
    ];
    const more = files.length - LISTED;
    rows.push(...files.slice(0, LISTED).map(beneath));
    if (more > 0) rows.push({ id: `${above}|more`, label: l10n.t('{0} more', more), icon: { id: 'ellipsis' } });
  }
  return rows;

  /** The same file may stand beneath two rows of the submodule. */
  function beneath(row: TreeRow): TreeRow {
    const { load } = row;
    return { ...row, id: `${above}|${row.id}`, ...(load && { load: async () => (await load()).map(beneath) }) };
  }

  function commits(revision: string): Promise<Commit[]> {
    return reader.log(inner, { revision, max: LISTED });
  }

  function listed(found: readonly Commit[]): TreeRow[] {
    return historyRows(found, { list: above, root: inner, now: Date.now(), runsAt: () => [], more: false }, l10n);
  }
}

function leftBehind({ description = '' }: TreeRow, l10n: Translator): { readonly description: string } {
  return { description: `${l10n.t('left behind')} · ${description}` };
}

function missingRow(above: string, hash: string, l10n: Translator): TreeRow {
  return {
    id: `${above}|missing`,
    label: l10n.t('Commit {0} is not here', hash.slice(0, 8)),
    description: l10n.t('`git submodule update --init` gets it'),
    icon: { id: 'warning' },
  };
}
