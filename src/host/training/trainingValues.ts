/** Checks of what a person types; undefined when it will do. Empty means: as configured. */
export function checkEpochs(text: string): string | undefined {
  return checkWhole(text, 10_000);
}

export function checkBatchSize(text: string): string | undefined {
  return checkWhole(text, 8192);
}

export function checkLearningRate(text: string): string | undefined {
  if (text.trim() === '') return undefined;
  const value = Number(text);
  return value > 0 && value <= 10 ? undefined : 'A number greater than 0 and at most 10, e.g. 0.001.';
}

function checkWhole(text: string, most: number): string | undefined {
  if (text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 && value <= most ? undefined : `A whole number from 1 to ${most}.`;
}
