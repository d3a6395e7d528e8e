import { basename } from 'node:path';
import type { NotedTree } from '../../code/restoredTrees';
import { formatAge } from '../../core/format';
import type { Translator, TreeRow } from '../treeRow';
import { visible } from './codeText';

/** The working trees that were made for runs, without the one that is looked at; nothing where there is none. */
export function restoredTreeRows(root: string, all: readonly NotedTree[], now: number, l10n: Translator): TreeRow[] {
  const trees = all.filter(({ folder }) => folder !== root);
  if (trees.length === 0) return [];
  return [
    {
      id: `${root}|restored`,
      label: l10n.t('Restored Working Trees'),
      description: String(trees.length),
      tooltip: l10n.t('Working trees that were made for runs'),
      icon: { id: 'repo-clone' },
      context: 'codeSection restored',
      about: { kind: 'repository', root },
      expanded: false,
      children: trees.map((tree) => treeRow(root, tree, now, l10n)),
    },
  ];
}

function treeRow(root: string, { folder, place, run, commit, time }: NotedTree, now: number, l10n: Translator): TreeRow {
  const label = visible(run?.name ?? basename(folder));
  const missing = { there: undefined, gone: l10n.t('deleted by hand'), away: l10n.t('not to be reached') }[place];
  const words = [...(missing === undefined ? [] : [missing]), visible(basename(folder)), formatAge(time, now)];
  return {
    id: `${root}|restored|${folder}`,
    label,
    description: words.join(' · '),
    tooltip: [label, visible(folder), commit.slice(0, 8), new Date(time).toLocaleString()].join('\n'),
    icon: place === 'there' ? { id: 'root-folder' } : { id: 'warning' },
    context: place === 'there' ? 'restoredTree there' : 'restoredTree',
    spoken: [label, ...words].join(', '),
    about: { kind: 'restoredTree', root, folder },
  };
}
