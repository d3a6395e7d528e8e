import type { FitWatcher } from './model';
import { isTensor } from './tensorDataset';

type RawLogs = Readonly<Record<string, unknown>> | undefined;

/**
 * A callback as tfjs takes it, in both of its manners at once: a plain object of functions where the person's callbacks are such
 * or there are none, and with the interface of a BaseCallback where theirs are.
 */
export function tfjsCallback(watcher: FitWatcher, begin: () => Promise<void>): object {
  let epoch = 0;
  const nothing = () => Promise.resolve();
  return {
    setParams: () => undefined,
    setModel: () => undefined,
    onTrainBegin: begin,
    onTrainEnd: () => watcher.trainEnd(),
    onEpochBegin: (index: number) => {
      epoch = index;
      return Promise.resolve();
    },
    onEpochEnd: async (index: number, logs: RawLogs) => watcher.epochEnd(index, await numbersOf(logs)),
    onBatchBegin: nothing,
    onBatchEnd: async (index: number, logs: RawLogs) => watcher.batchEnd(epoch, index, await numbersOf(logs)),
  };
}

/** Adds a callback behind a person's own, whatever form they have. */
export function withCallback(callbacks: unknown, callback: object): object[] {
  if (callbacks === undefined || callbacks === null) return [callback];
  return [...(Array.isArray(callbacks) ? (callbacks as object[]) : [callbacks]), callback];
}

/** The settings of an early stopping among the callbacks, under Keras's names. */
export function earlyStoppingParameters(callbacks: unknown): Record<string, string | number | boolean> {
  const params: Record<string, string | number | boolean> = {};
  for (const callback of Array.isArray(callbacks) ? (callbacks as unknown[]) : [callbacks]) {
    if (typeof callback !== 'object' || callback === null || !('patience' in callback) || !('minDelta' in callback)) continue;
    const settings = callback as Readonly<Record<string, unknown>>;
    const names = {
      monitor: 'monitor',
      minDelta: 'min_delta',
      patience: 'patience',
      baseline: 'baseline',
      restoreBestWeights: 'restore_best_weights',
    };
    for (const [field, name] of Object.entries(names)) {
      const value = settings[field];
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') params[name] = value;
      else if (field === 'baseline') params[name] = 'None';
    }
  }
  return params;
}

/** tfjs hands some numbers over as scalars still on the backend. */
async function numbersOf(logs: RawLogs): Promise<Record<string, number>> {
  const numbers: Record<string, number> = {};
  for (const [key, value] of Object.entries(logs ?? {})) {
    const number = isTensor(value) ? Number((await value.data())[0]) : value;
    if (typeof number === 'number') numbers[key] = number;
  }
  return numbers;
}
