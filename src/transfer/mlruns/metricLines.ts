import type { MetricPoint } from '../../core/metric';

/** A line of a logged model's metric file names the run that measured; one of a run's may. */
export type LinePoint = MetricPoint & { readonly runId?: string };

/**
 * Reads a line of a metric's file. A run's has `timestamp value [step [run id | data set, digest]]`, a model's
 * `timestamp value step run id [data set, digest]`; a data set's name may hold spaces. @returns why it can't be read, or its point
 */
export function parseMetricLine(line: string, key: string, of: 'run' | 'model'): LinePoint | string {
  const parts = line.trim().split(' ');
  const [time = '', number = '', stepText = '0', ...rest] = parts;
  if (parts.length < 2) return 'It needs a timestamp and a value.';
  const timestamp = wholeNumber(time);
  const step = wholeNumber(stepText);
  const value = pythonFloat(number);
  if (timestamp === undefined) return `Its timestamp ${shown(time)} is no number.`;
  if (value === undefined) return `Its value ${shown(number)} is no number.`;
  if (step === undefined) return `Its step ${shown(stepText)} is no whole number.`;
  const runId = of === 'model' || rest.length === 1 ? rest.shift() : undefined;
  const datasetDigest = rest.length > 1 ? rest.pop() : undefined;
  const dataset = datasetDigest === undefined ? {} : { datasetName: rest.join(' '), datasetDigest };
  return { key, value, timestamp, step, ...(runId === undefined ? {} : { runId }), ...dataset };
}

function wholeNumber(text: string): number | undefined {
  if (!/^[-+]?\d+(\.\d*)?$/.test(text)) return undefined;
  const value = Math.trunc(Number(text));
  return Number.isSafeInteger(value) ? value + 0 : undefined;
}

/** A number as Python's `repr` of a float writes it. */
function pythonFloat(text: string): number | undefined {
  if (/^[-+]?nan$/i.test(text)) return NaN;
  const infinite = /^([-+]?)inf(inity)?$/i.exec(text);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  if (!/^[-+]?(\d[\d_]*(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text)) return undefined;
  return Number(text.replaceAll('_', ''));
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
