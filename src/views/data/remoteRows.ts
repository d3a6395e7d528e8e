import { formatBytes } from '../../core/format';
import type { CacheUsage } from '../../data/source';
import type { DataStatus, RemoteStatus } from '../../data/status/status';
import { visible } from '../code/codeText';
import type { Translator, TreeRow } from '../treeRow';

/** Tells how much a repository's cache holds, which takes time. */
export type UsageOf = (root: string) => Promise<CacheUsage>;

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
      load: async () => [...remotes.map((remote) => remoteRow(root, remote, l10n)), cacheRow(status, await usageOf(root), l10n)],
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
