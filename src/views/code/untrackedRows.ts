import { join } from 'node:path';
import type { CodeReader } from '../../code/reader';
import type { Translator, TreeRow } from '../treeRow';
import { untrackedRow } from './fileRows';

/** So many files and folders of one folder are listed; the rest is counted. */
const LISTED = 1_000;

/**
 * What is right in an untracked folder (its path ends in `/`). Read when its row is opened: `git status` names the folder only, which
 * is what keeps it quick where a folder holds a hundred thousand files.
 */
export async function untrackedRows(
  reader: Pick<CodeReader, 'untrackedNames'>,
  root: string,
  folder: string,
  l10n: Translator,
): Promise<TreeRow[]> {
  const below = (inner: string): Promise<TreeRow[]> => untrackedRows(reader, root, inner, l10n);
  const { names, nested, more } = await reader.untrackedNames(join(root, folder), LISTED);
  const rows = names.map((name) => untrackedRow(root, folder + name, nested.has(name), l10n, { below, isInside: true }));
  return more > 0 ? [...rows, { id: `${root}|untracked|${folder}|more`, label: l10n.t('{0} more', more), icon: { id: 'ellipsis' } }] : rows;
}
