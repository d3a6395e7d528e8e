import { formatBytes } from '../../core/format';
import type { CacheUsage } from '../../data/source';
import type { DataStatus, RemoteStatus } from '../../data/status/status';
import { visible } from '../code/codeText';
import type { Translator, TreeRow } from '../treeRow';

/** How much a repository's cache holds, and what was kept instead of being lost. */
export interface StorageUsage extends CacheUsage {
  readonly kept?: { readonly count: number; readonly bytes: number };
}

/** Tells how much a repository's storage holds, which takes time. */
export type UsageOf = (root: string) => Promise<StorageUsage>;

/** The section of the remotes and the cache. */
export function remoteRows(status: DataStatus, usageOf: UsageOf, l10n: Translator): TreeRow[] {
  const { root, remotes, outs } = status;
  const lacking = outs.filter((out) => out.inRemote === false).length;
  const facts = [
    remotes.length === 0 ? l10n.t('no remote') : (remotes.find((each) => each.isDefault)?.name ?? l10n.t('no default remote')),
    ...(lacking > 0 ? [l10n.t('{0} not in remote', lacking)] : []),
  ];
  return [
    {
      id: `${root}|remotes`,
      label: l10n.t('Remotes and Cache'),
      description: visible(facts.join(' · ')),
      icon: { id: 'cloud' },
      context: `dataRemotes${remotes.length > 0 ? ' some' : ''}`,
      data: { kind: 'remotes', root },
      load: async () => {
        const usage = await usageOf(root);
        return [...remotes.map((remote) => remoteRow(root, remote, l10n)), cacheRow(status, usage, l10n), ...keptRows(root, usage, l10n)];
      },
    },
  ];
}

function remoteRow(root: string, { name, url, isDefault, isLocal }: RemoteStatus, l10n: Translator): TreeRow {
  const shown = visible(url.replace(/(:\/\/)[^/@]*@/, '$1'));
  return {
    id: `${root}|remote|${name}`,
    label: visible(name),
    description: [...(isDefault ? [l10n.t('default')] : []), shown].join(' · '),
    tooltip: [
      `${visible(name)}: ${shown}`,
      isLocal ? l10n.t('A folder of this machine: compared with the data natively.') : l10n.t('Compared with the data by DVC only.'),
    ].join('\n'),
    icon: { id: isLocal ? 'folder' : 'cloud' },
    context: 'dataRemote',
    data: { kind: 'remote', root, name },
  };
}

function cacheRow({ root, cacheFolder }: DataStatus, { bytes, files }: CacheUsage, l10n: Translator): TreeRow {
  return {
    id: `${root}|cache`,
    label: l10n.t('Cache'),
    description: `${formatBytes(bytes)} · ${files === 1 ? l10n.t('1 object') : l10n.t('{0} objects', files)}`,
    tooltip: visible(cacheFolder),
    icon: { id: 'archive' },
    context: 'dataCache',
    data: { kind: 'remotes', root },
  };
}

/** What can be brought back, or given up; none where nothing was kept. */
function keptRows(root: string, { kept }: StorageUsage, l10n: Translator): TreeRow[] {
  if (!kept || kept.count === 0) return [];
  return [
    {
      id: `${root}|kept`,
      label: l10n.t('Kept Data'),
      description: `${formatBytes(kept.bytes)} · ${kept.count === 1 ? l10n.t('1 time') : l10n.t('{0} times', kept.count)}`,
      tooltip: l10n.t('Data that was moved to .tracking/kept instead of being lost: it can be brought back, or deleted for good.'),
      icon: { id: 'history' },
      context: 'dataKept',
      data: { kind: 'remotes', root },
    },
  ];
}
