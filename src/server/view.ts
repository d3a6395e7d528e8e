import { Type } from 'typebox';
import type { RunStatus } from '../core/run';
import type { ViewType } from '../store/engine';

/** MLflow's enumerations, by name or by number. */
const VIEWS: readonly ViewType[] = ['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL'];
const STATUSES: readonly RunStatus[] = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];

export const View = oneOf(VIEWS);
export const Status = oneOf(STATUSES);

export function readView(value: string | number | undefined): ViewType {
  return (value === undefined ? undefined : named(VIEWS, value)) ?? 'ACTIVE_ONLY';
}

export function readStatus(value: string | number | undefined): RunStatus | undefined {
  return value === undefined ? undefined : named(STATUSES, value);
}

function oneOf(names: readonly string[]) {
  const texts = [...names, ...names.map((_, index) => String(index + 1))];
  return Type.Union([Type.String({ pattern: `^(?:${texts.join('|')})$` }), Type.Integer({ minimum: 1, maximum: names.length })]);
}

function named<T extends string>(names: readonly T[], value: string | number): T | undefined {
  return names.find((name, index) => name === value || String(index + 1) === String(value));
}
