import { worstState } from '../../core/dataUse';
import type { DataUseState } from '../../core/dataVersion';
import type { DatasetInput } from '../../core/dataset';
import { TagName } from '../../core/tagNames';
import { untranslated, type Translator } from '../treeRow';

/** How many rows a data set has, as its profile says; undefined when it doesn't. */
export function rowsOf(profile: string | undefined): number | undefined {
  const value = parsed(profile);
  const rows = value['num_rows'] ?? value['rows'] ?? value['num_samples'];
  return typeof rows === 'number' ? rows : undefined;
}

/** Whether the data can be had again by the run's commit; undefined where that isn't known. */
export function stateOf({ tags }: Pick<DatasetInput, 'tags'>): DataUseState | undefined {
  return worstState([tags[TagName.dataState] as DataUseState | undefined]);
}

/** Beside a data set's name: `train · 60,000 rows · 9fb629c4 · modified`. */
export function datasetDescription(input: DatasetInput, l10n: Translator = untranslated): string {
  const { dataset, tags } = input;
  const rows = rowsOf(dataset.profile);
  const state = stateOf(input);
  return [
    tags['mlflow.data.context'],
    rows === undefined ? undefined : l10n.t('{0} rows', rows.toLocaleString('en')),
    dataset.digest.slice(0, 8),
    state === 'modified' ? l10n.t('modified') : state === 'uncommitted' ? l10n.t('not committed') : undefined,
    tags[TagName.dataDescription]?.replace(/\s+/g, ' '),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** What is known of a data set as one run used it, a line for each; what people say of it as it was then. */
export function datasetTooltip(input: DatasetInput, l10n: Translator = untranslated): string {
  const { dataset, tags } = input;
  const profile = parsed(dataset.profile);
  const noted = (name: string, tag: string, key: string): string[] => {
    const text = tags[tag] ?? textOf(profile[key]);
    return text === undefined ? [] : [`${name}: ${text}`];
  };
  const facts = Object.entries(profile).filter(([key]) => !NOTED.has(key));
  return [
    dataset.name,
    ...noted(l10n.t('Description'), TagName.dataDescription, 'description'),
    ...stateLines(input, l10n),
    `${l10n.t('Digest')}: ${dataset.digest}`,
    ...noted(l10n.t('Type'), TagName.dataType, 'type'),
    ...noted(l10n.t('Labels'), TagName.dataLabels, 'data_labels'),
    ...noted(l10n.t('From'), TagName.dataSource, 'data_source'),
    ...noted(l10n.t('Preprocessing'), TagName.dataPreprocessing, 'preprocessing'),
    ...noted(l10n.t('Transformations'), TagName.dataTransformations, 'transformations'),
    `${l10n.t('Source')}: ${dataset.source}`,
    ...(dataset.schema ? [`${l10n.t('Schema')}: ${dataset.schema}`] : []),
    ...(facts.length > 0 ? [`${l10n.t('Profile')}: ${JSON.stringify(Object.fromEntries(facts))}`] : []),
    ...(facts.length === 0 && dataset.profile && Object.keys(profile).length === 0 ? [dataset.profile] : []),
  ].join('\n');
}

/** What the tags, or a line of its own, tell already. */
const NOTED = new Set(['description', 'type', 'data_labels', 'data_source', 'preprocessing', 'transformations']);

function stateLines(input: DatasetInput, l10n: Translator): string[] {
  const recorded = input.tags[TagName.dataRecorded];
  switch (stateOf(input)) {
    case 'modified':
      return [
        l10n.t('Modified: it was not what DVC had recorded, so the commit alone does not bring it back.'),
        ...(recorded === undefined ? [] : [l10n.t('Recorded: {0}', recorded)]),
      ];
    case 'uncommitted':
      return [l10n.t('Not committed: its record was not what the commit has.')];
    case 'committed':
      return [l10n.t('Committed: the commit brings it back.')];
    case undefined:
      return [];
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.length > 0 ? value.map(String).join('; ') : undefined;
}

function parsed(json: string | undefined): Record<string, unknown> {
  if (!json) return {};
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
