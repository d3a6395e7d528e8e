import { messageOf } from '../core/errors';

/** MLflow's limits, in characters. */
export const Limits = { key: 250, paramValue: 6000, tagValue: 8000 } as const;

export type ParamValue = string | number | boolean | null | undefined | readonly unknown[] | object;

/** A value as MLflow writes it where Python and JavaScript have the same thing: None, True, False; the rest as text or JSON. */
export function paramText(value: ParamValue): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return JSON.stringify(value);
}

/** Cuts a text to a limit; `cut` tells whether anything was lost. */
export function limited(text: string, limit: number): { text: string; cut: boolean } {
  return text.length <= limit ? { text, cut: false } : { text: text.slice(0, limit), cut: true };
}

/** Anything thrown with its stack, where it has one. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
}

/** The first line of an error, as a list can show it. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}` : messageOf(error);
  return limited(text.trim().split(/\r?\n/, 1)[0] || 'Unknown error', 1000).text;
}
