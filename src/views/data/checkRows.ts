import { basename, join } from 'node:path';
import type { CheckExample, CheckReport, CheckResult } from '../../data/checks/checks';
import type { DataStatus, OutStatus } from '../../data/status/status';
import { visible } from '../code/codeText';
import { rowWithChildren } from '../rowPages';
import type { Translator, TreeRow } from '../treeRow';
import type { CheckReports } from './checkReports';
import type { OutPart } from './outPart';

const FAILED = { id: 'error', color: 'problemsErrorIcon.foreground' };
const PASSED = { id: 'pass', color: 'charts.green' };

/** A row for the checks of data that has some: how the last run went, and what failed. */
export class CheckRows implements OutPart {
  constructor(private readonly reports: CheckReports) {}

  look(statuses: readonly DataStatus[]): Promise<void> {
    return this.reports.look(statuses);
  }

  hasRows(out: OutStatus): boolean {
    return this.reports.fileOf(out) !== undefined;
  }

  remark(out: OutStatus, l10n: Translator): string | undefined {
    const file = this.reports.fileOf(out);
    const last = file === undefined ? undefined : this.reports.of(file);
    if (!last || last.isOld || last.report.outcome === 'passed') return undefined;
    return outcomeText(last.report, l10n);
  }

  rows(root: string, out: OutStatus, l10n: Translator): TreeRow[] {
    const file = this.reports.fileOf(out);
    if (file === undefined) return [];
    const last = this.reports.of(file);
    const above = `${root}|checks|${out.path}`;
    const row: TreeRow = {
      id: above,
      label: l10n.t('Checks'),
      description: last ? lastText(last.report, last.isOld, last.time, l10n) : l10n.t('not run yet'),
      tooltip: [
        basename(file),
        ...(last ? [lastText(last.report, last.isOld, last.time, l10n), l10n.t('took {0} ms', Math.round(last.took))] : []),
      ].join('\n'),
      icon: !last || last.isOld ? { id: 'checklist' } : last.report.outcome === 'passed' ? PASSED : FAILED,
      context: 'dataChecks',
      data: { kind: 'checks', root, file },
      action: { kind: 'open', path: file },
      expanded: last !== undefined && !last.isOld && last.report.outcome !== 'passed',
    };
    if (!last || last.report.outcome === 'passed') return [row];
    const { report } = last;
    return [
      rowWithChildren(row, () => [
        ...report.errors.map((error, index) => errorRow(above, report, error, index)),
        ...report.results
          .filter(({ passed }) => !passed)
          .map((result, index) => resultRow(`${above}|${index}|${result.check}`, report, result, l10n)),
      ]),
    ];
  }
}

/** `2 of 7 checks failed`. */
export function outcomeText({ outcome, results }: CheckReport, l10n: Translator): string {
  const failed = results.filter(({ passed }) => !passed).length;
  if (outcome === 'unusable') return l10n.t('cannot be checked');
  if (outcome === 'passed') return results.length === 1 ? l10n.t('1 check passed') : l10n.t('{0} checks passed', results.length);
  return l10n.t('{0} of {1} checks failed', failed, results.length);
}

function lastText(report: CheckReport, isOld: boolean, time: number, l10n: Translator): string {
  const outcome =
    report.outcome === 'failed'
      ? l10n.t(
          '{0} passed, {1} failed',
          report.results.filter(({ passed }) => passed).length,
          report.results.filter(({ passed }) => !passed).length,
        )
      : report.outcome === 'passed'
        ? l10n.t('{0} passed', report.results.length)
        : outcomeText(report, l10n);
  return [outcome, ...(isOld ? [l10n.t('the data has changed since')] : []), clockText(time)].join(' · ');
}

/** The time of day: a row is not drawn anew when time goes by. */
function clockText(time: number): string {
  return new Date(time).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}

function errorRow(above: string, { file }: CheckReport, error: string, index: number): TreeRow {
  const [message, line] = withoutPlace(file, error);
  return {
    id: `${above}|error|${index}`,
    label: visible(message),
    ...(line === undefined ? {} : { description: `${basename(file)}:${line}` }),
    tooltip: visible(error),
    icon: FAILED,
    context: 'dataCheckResult',
    action: { kind: 'open', path: file, ...(line === undefined ? {} : { line }) },
  };
}

function resultRow(
  id: string,
  { file, data }: CheckReport,
  { check, line, expected, found, examples }: CheckResult,
  l10n: Translator,
): TreeRow {
  const said = l10n.t('expected {0}, found {1}', visible(expected), visible(found));
  const row: TreeRow = {
    id,
    label: visible(check),
    description: l10n.t('{0}, not {1}', visible(found), visible(expected)),
    tooltip: `${visible(check)}\n${said}`,
    spoken: `${visible(check)}: ${said}`,
    icon: FAILED,
    context: 'dataCheckResult',
    action: { kind: 'open', path: file, line },
  };
  if (examples.length === 0) return row;
  return rowWithChildren(row, () => examples.map((example, index) => exampleRow(`${id}|${index}`, data, example, l10n)));
}

function exampleRow(id: string, data: string, { path, row, line, value }: CheckExample, l10n: Translator): TreeRow {
  const places = [
    ...(path === undefined ? [] : [visible(path)]),
    ...(row === undefined ? [] : [l10n.t('row {0}', row)]),
    ...(line === undefined || line === row ? [] : [l10n.t('line {0}', line)]),
  ];
  const file = path === undefined ? data : join(data, ...path.split('/'));
  return {
    id,
    label: places.join(', ') || l10n.t('for example'),
    ...(value === undefined ? {} : { description: visible(value) }),
    icon: { id: 'arrow-small-right' },
    context: 'dataCheckExample',
    ...(line !== undefined || path !== undefined
      ? { action: { kind: 'open' as const, path: file, ...(line === undefined ? {} : { line }) } }
      : {}),
  };
}

/** An error of a report begins with `FILE:LINE: ` where it is of a line of the checks file. */
export function withoutPlace(file: string, error: string): readonly [message: string, line: number | undefined] {
  if (!error.startsWith(`${file}:`)) return [error, undefined];
  const [, line, message] = /^(\d+): ([^]*)$/.exec(error.slice(file.length + 1)) ?? [];
  return line === undefined || message === undefined ? [error, undefined] : [message, Number(line)];
}
