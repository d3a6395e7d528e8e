import { basename } from 'node:path';
import type { DataStatus, DepState, StageDifference, StageStatus } from '../../data/status/status';
import { visible } from '../code/codeText';
import { pagedRows, rowWithChildren } from '../rowPages';
import type { Translator, TreeRow } from '../treeRow';
import { MARK_ICONS } from './dataRow';

/** The stages that run something or bring something here, as they are written; a plain `.dvc` file only keeps data. */
export function stagesOf({ stages }: Pick<DataStatus, 'stages'>): readonly StageStatus[] {
  const active = stages.filter((stage) => stage.name !== undefined || stage.deps.length > 0);
  return active.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

/** The section of the pipelines' stages; none where there are no stages. */
export function pipelineRows(status: DataStatus, l10n: Translator): TreeRow[] {
  const stages = stagesOf(status);
  if (stages.length === 0) return [];
  const { root } = status;
  const changed = stages.filter(isChanged).length;
  const row: TreeRow = {
    id: `${root}|pipeline`,
    label: l10n.t('Pipeline'),
    description: changed === 0 ? l10n.t('{0} up to date', stages.length) : l10n.t('{0} of {1} changed', changed, stages.length),
    icon: { id: 'type-hierarchy' },
    context: changed === 0 ? 'dataPipeline' : 'dataPipeline changed',
    data: { kind: 'pipeline', root },
    expanded: changed > 0 && stages.length <= 20,
  };
  return [rowWithChildren(row, () => pagedRows(`${root}|stage`, stages, l10n, (stage) => stageRow(root, stage, l10n)))];
}

function stageRow(root: string, stage: StageStatus, l10n: Translator): TreeRow {
  const { address, file, line, frozen, isLocked, differences, description } = stage;
  const changed = isChanged(stage);
  const facts = [
    ...(frozen ? [l10n.t('frozen')] : []),
    ...(!isLocked ? [l10n.t('never run')] : changed ? [l10n.t('{0} changed', wordsOf(differences, l10n))] : []),
  ];
  const commands = typeof stage.command === 'string' ? [stage.command] : (stage.command ?? []);
  const row: TreeRow = {
    id: `${root}|stage|${address}`,
    label: visible(address),
    description: facts.join(' · '),
    tooltip: [
      visible(address),
      ...(facts.length > 0 ? facts : [l10n.t('up to date')]),
      ...(description === undefined ? [] : [description]),
      ...commands.map((each) => `> ${visible(each)}`),
    ].join('\n'),
    icon: changed ? MARK_ICONS.modified : frozen ? { id: 'lock' } : MARK_ICONS.unchanged,
    context: `dataStage${changed ? ' changed' : ''}${stage.name === undefined ? ' import' : ''}`,
    data: { kind: 'stage', root, address },
    action: { kind: 'open', path: file, line },
  };
  const rows = differenceRows(root, stage, l10n);
  return rows.length > 0 ? rowWithChildren(row, () => rows) : row;
}

/** A stage that has never run has changed: there is nothing that it could be compared with. */
function isChanged({ differences, isLocked }: StageStatus): boolean {
  return differences.length > 0 || !isLocked;
}

function wordsOf(differences: readonly StageDifference[], l10n: Translator): string {
  const words: Readonly<Record<StageDifference, string>> = {
    command: l10n.t('command'),
    code: l10n.t('code'),
    data: l10n.t('data'),
    parameters: l10n.t('parameters'),
    outs: l10n.t('outs'),
    checksum: l10n.t('checksum'),
    'always changed': l10n.t('always'),
  };
  return differences.map((difference) => words[difference]).join(', ');
}

/** What differs, one row each: the command, code and data, parameters by their names. */
function differenceRows(root: string, stage: StageStatus, l10n: Translator): TreeRow[] {
  const above = `${root}|stage|${stage.address}`;
  const rows: TreeRow[] = [];
  if (stage.differences.includes('command'))
    rows.push({
      id: `${above}|command`,
      label: l10n.t('Command'),
      description: visible([stage.command ?? ''].flat().join('; ')),
      icon: { id: 'terminal' },
      context: 'dataDifference',
      action: { kind: 'open', path: stage.file, line: stage.line },
    });
  for (const { path, target, kind, state } of stage.deps.filter((dep) => differs(dep.state)))
    rows.push({
      id: `${above}|dep|${path}`,
      label: visible(path),
      description: kind === 'code' ? l10n.t('code {0}', stateWord(state, l10n)) : l10n.t('data {0}', stateWord(state, l10n)),
      icon: { id: kind === 'code' ? 'file-code' : 'database' },
      context: 'dataDifference',
      ...(target === undefined || state === 'deleted' ? {} : { action: { kind: 'open' as const, path: target } }),
    });
  for (const { path, target, keys, state } of stage.params) {
    const changed = Object.entries(keys).filter(([, each]) => differs(each));
    const open = state === 'deleted' ? {} : { action: { kind: 'open' as const, path: target } };
    for (const [key, each] of changed)
      rows.push({
        id: `${above}|param|${path}|${key}`,
        label: visible(key),
        description: `${basename(path)} · ${stateWord(each, l10n)}`,
        tooltip: `${visible(path)}: ${visible(key)}\n${stateWord(each, l10n)}`,
        icon: { id: 'symbol-parameter' },
        context: 'dataDifference',
        ...open,
      });
    if (changed.length === 0 && differs(state))
      rows.push({
        id: `${above}|params|${path}`,
        label: visible(path),
        description: l10n.t('parameters {0}', stateWord(state, l10n)),
        icon: { id: 'symbol-parameter' },
        context: 'dataDifference',
        ...open,
      });
  }
  return rows;
}

function differs(state: DepState): boolean {
  return state !== 'unchanged' && state !== 'unknown';
}

function stateWord(state: DepState, l10n: Translator): string {
  return {
    unchanged: l10n.t('unchanged'),
    modified: l10n.t('modified'),
    deleted: l10n.t('deleted'),
    new: l10n.t('new'),
    unknown: l10n.t('unknown'),
  }[state];
}
