import { toWire, type ComparedInfo, type ComparedRun, type WireMetric } from '../../../src/protocol/compare';

export function anInfo(runName: string): ComparedInfo {
  return {
    ...{
      runName,
      status: 'FINISHED',
      startTime: 1000,
      endTime: 9000,
      user: 'mira',
      source: undefined,
      commit: undefined,
      branch: undefined,
    },
    ...{ dirty: undefined, backend: undefined, datasets: [], error: undefined },
  };
}

export function aRun(runId: string, change: Partial<ComparedRun> = {}): ComparedRun {
  return { runId, info: anInfo(runId), params: [], metrics: [], ...change };
}

/** The summary of values at steps 0, 1, 2, …, a second each. */
export function aWireMetric(key: string, values: readonly number[]): WireMetric {
  const numbers = values.map((value, step) => ({ value, step })).filter(({ value }) => !Number.isNaN(value));
  const sorted = [...numbers].sort((a, b) => a.value - b.value);
  const step = values.length - 1;
  return toWire({
    key,
    last: { value: values[step]!, step, timestamp: step * 1000 },
    min: sorted[0],
    max: sorted.at(-1),
    count: values.length,
  });
}
