import type { LineageNode, LineageNodeKind } from '../../src/core/lineageGraph';

/** Codicons by kind: the characters of the font that the page loads. */
export const GLYPHS: Readonly<Record<LineageNodeKind, string>> = {
  source: '\uebaa',
  data: '\ueace',
  code: '\ueae9',
  stage: '\uea85',
  run: '\uea79',
  model: '\ueb29',
};

export const KIND_WORDS: Readonly<Record<LineageNodeKind, string>> = {
  ...{ source: 'Source', data: 'Data', code: 'Code and parameters', stage: 'Stage', run: 'Run', model: 'Model' },
};

/** What a node's colour tells. */
export type Look = 'plain' | 'changed' | 'gone' | 'warning' | 'error';

export function lookOf({ state, differences }: Pick<LineageNode, 'state' | 'differences'>): Look {
  if (state === 'error') return 'error';
  if (state === 'deleted') return 'gone';
  if (state === 'not in cache') return 'warning';
  return state === 'modified' || differences.length > 0 ? 'changed' : 'plain';
}

/** The node in a sentence, for those who don't see the picture. */
export function spoken(
  { kind, label, detail, state, differences }: LineageNode,
  before: readonly string[],
  after: readonly string[],
): string {
  const list = (names: readonly string[]): string =>
    names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');
  return [
    `${KIND_WORDS[kind]} ${label}`,
    ...(differences.length > 0 ? [`${differences.join(', ')} changed`] : state === undefined ? [] : [state]),
    ...(detail === undefined ? [] : [detail]),
    ...(before.length > 0 ? [`from ${list(before)}`] : []),
    ...(after.length > 0 ? [`to ${list(after)}`] : []),
  ].join('; ');
}
