import { saysNothing, type DataMetadata, type MetadataField, type MetadataList } from '../../core/dataMetadata';
import { metadataOf } from '../../data/metadata/metadata';
import type { OutStatus } from '../../data/status/status';
import { visible } from '../code/codeText';
import { rowWithChildren } from '../rowPages';
import type { Translator, TreeRow } from '../treeRow';
import type { DataTarget } from './dataTarget';
import type { OutPart } from './outPart';

/** What people say of data: described in its record, a row for each thing that is said. */
export const metadataPart: OutPart = {
  hasRows: ({ kind }) => kind === 'out',
  rows: (root, out, l10n) => [metadataRow(root, out, l10n)],
};

export const FIELD_ICONS: Readonly<Record<MetadataField, string>> = {
  description: 'note',
  type: 'symbol-class',
  labels: 'tag',
  source: 'link-external',
  preprocessing: 'list-ordered',
  transformations: 'wand',
};

export function fieldName(field: MetadataField, l10n: Translator): string {
  const names: Readonly<Record<MetadataField, string>> = {
    description: l10n.t('Description'),
    type: l10n.t('Type'),
    labels: l10n.t('Labels'),
    source: l10n.t('From'),
    preprocessing: l10n.t('Preprocessing'),
    transformations: l10n.t('Transformations'),
  };
  return names[field];
}

function metadataRow(root: string, out: OutStatus, l10n: Translator): TreeRow {
  const metadata = metadataOf(out);
  const id = `${root}|metadata|${out.path}|${out.stage ?? ''}`;
  const { description, type, labels } = metadata;
  const brief = [type, ...labels, description].filter((text) => text !== undefined).map((text) => visible(text.replace(/\s+/g, ' ')));
  const row: TreeRow = {
    id,
    label: l10n.t('Metadata'),
    description: brief.length > 0 ? brief.join(' · ') : saysNothing(metadata) ? l10n.t('not described') : '',
    icon: { id: 'note' },
    context: 'dataMetadata',
    data: targetOf(root, out),
    action: { kind: 'open', path: out.recordedIn, line: out.line },
  };
  const facts = factRows(id, root, out, metadata, l10n);
  return facts.length > 0 ? rowWithChildren(row, () => facts) : row;
}

function factRows(above: string, root: string, out: OutStatus, metadata: DataMetadata, l10n: Translator): TreeRow[] {
  const fact = (field: MetadataField, text: string): TreeRow => ({
    id: `${above}|${field}`,
    label: fieldName(field, l10n),
    description: visible(text.replace(/\s+/g, ' ')),
    tooltip: `${fieldName(field, l10n)}\n${lines(text)}`,
    icon: { id: FIELD_ICONS[field] },
    context: `dataFact ${field}`,
    data: targetOf(root, out, field),
  });
  const texts = (['description', 'type', 'source'] as const).flatMap((field) => {
    const text = metadata[field];
    return text === undefined ? [] : [fact(field, text)];
  });
  const lists = (['labels', 'preprocessing', 'transformations'] as const).flatMap((field) => {
    const list = metadata[field];
    if (list.length === 0) return [];
    const row = fact(field, field === 'labels' ? list.join(', ') : list.length === 1 ? (list[0] ?? '') : l10n.t('{0} steps', list.length));
    return [rowWithChildren(row, () => list.map((text, index) => itemRow(`${above}|${field}|${index}`, root, out, field, text, index)))];
  });
  const { source } = out;
  const imported: TreeRow[] = source
    ? [
        {
          id: `${above}|imported`,
          label: l10n.t('Imported From'),
          description: visible(source.url),
          tooltip: [source.url, source.revision, source.locked]
            .filter((part) => part !== undefined)
            .map((part) => visible(part))
            .join('\n'),
          icon: { id: 'desktop-download' },
          context: 'dataFact imported',
        },
      ]
    : [];
  const others = Object.entries(metadata.other).map(([key, value]): TreeRow => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return {
      id: `${above}|other|${key}`,
      label: visible(key),
      description: visible(text.slice(0, 200)),
      icon: { id: 'symbol-field' },
      context: 'dataFact other',
      action: { kind: 'open', path: out.recordedIn, line: out.line },
    };
  });
  return [...texts, ...imported, ...lists, ...others];
}

function itemRow(id: string, root: string, out: OutStatus, field: MetadataList, text: string, item: number): TreeRow {
  return {
    id,
    label: field === 'labels' ? visible(text) : `${item + 1}. ${visible(text.replace(/\s+/g, ' '))}`,
    tooltip: lines(text),
    icon: { id: field === 'labels' ? 'tag' : 'circle-small' },
    context: `dataFact item ${field}`,
    data: targetOf(root, out, field, item),
  };
}

/** With its line ends, and nothing else that isn't seen. */
function lines(text: string): string {
  return text.split(/\r?\n/).map(visible).join('\n');
}

function targetOf(root: string, out: OutStatus, field?: MetadataField, item?: number): DataTarget {
  return { kind: 'metadata', root, path: out.target, address: out.address, field, item };
}
