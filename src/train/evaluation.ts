import { invalid } from '../core/errors';

export interface ClassScore {
  /** Of what was predicted as this class, the part that is. 0 where nothing was. */
  readonly precision: number;
  /** Of what is this class, the part that was found. 0 where there is none. */
  readonly recall: number;
  readonly f1: number;
  /** How many there are of this class. */
  readonly support: number;
}

export interface Evaluation {
  readonly count: number;
  readonly accuracy: number;
  /** Unweighted means over the classes that occur among labels or predictions, as scikit-learn's `average="macro"`. */
  readonly macroPrecision: number;
  readonly macroRecall: number;
  readonly macroF1: number;
  /** The mean of −ln p of the true class; undefined without probabilities. */
  readonly loss: number | undefined;
  /** `confusion[label][predicted]`, counts. */
  readonly confusion: readonly (readonly number[])[];
  readonly classes: readonly ClassScore[];
}

/** scikit-learn clips probabilities at the type's epsilon before the logarithm; so does Keras, at 1e-7 for 32-bit floats. */
const SMALLEST = 1e-7;

/**
 * Scores predictions by scikit-learn's definitions, with 0 where a division by zero would stand.
 * @param labels true classes, 0 to `classes` − 1
 * @param predicted as many predicted classes
 * @param probabilities optional, row by row, `classes` numbers each
 */
export function evaluate(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: { readonly classes: number; readonly probabilities?: ArrayLike<number> },
): Evaluation {
  const { classes, probabilities } = options;
  const count = labels.length;
  if (count === 0) throw invalid('There is nothing to evaluate: no labels were given.');
  if (predicted.length !== count) throw invalid(`${count} labels and ${predicted.length} predictions don't fit each other.`);
  if (probabilities && probabilities.length !== count * classes)
    throw invalid(`${count} labels of ${classes} classes need ${count * classes} probabilities, not ${probabilities.length}.`);

  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  let loss = 0;
  for (let at = 0; at < count; at++) {
    const label = labels[at]!;
    const guess = predicted[at]!;
    const row = confusion[label];
    if (row?.[guess] === undefined) throw invalid(`Label ${label} predicted as ${guess} at ${at}: classes are 0 to ${classes - 1}.`);
    row[guess]++;
    if (probabilities) loss -= Math.log(Math.min(1 - SMALLEST, Math.max(SMALLEST, probabilities[at * classes + label]!)));
  }

  const scores = confusion.map((row, index) => scoreClass(row, index, confusion));
  const present = scores.filter((score, index) => score.support > 0 || confusion.some((row) => row[index]! > 0));
  const mean = (value: (score: ClassScore) => number): number => present.reduce((sum, score) => sum + value(score), 0) / present.length;
  return {
    count,
    accuracy: confusion.reduce((sum, row, index) => sum + row[index]!, 0) / count,
    macroPrecision: mean((score) => score.precision),
    macroRecall: mean((score) => score.recall),
    macroF1: mean((score) => score.f1),
    loss: probabilities ? loss / count : undefined,
    confusion,
    classes: scores,
  };
}

/** The class with the greatest probability in each row; the first of equals. */
export function argMaxRows(probabilities: ArrayLike<number>, classes: number): Uint8Array {
  const best = new Uint8Array(probabilities.length / classes);
  for (let row = 0; row < best.length; row++) {
    for (let column = 1; column < classes; column++) {
      if (probabilities[row * classes + column]! > probabilities[row * classes + best[row]!]!) best[row] = column;
    }
  }
  return best;
}

/** The metrics of a test set under the names that a run shows. */
export function testMetrics(evaluation: Evaluation): Readonly<Record<string, number>> {
  return {
    test_accuracy: evaluation.accuracy,
    test_precision: evaluation.macroPrecision,
    test_recall: evaluation.macroRecall,
    test_f1: evaluation.macroF1,
    ...(evaluation.loss === undefined ? {} : { test_loss: evaluation.loss }),
  };
}

function scoreClass(row: readonly number[], index: number, confusion: readonly (readonly number[])[]): ClassScore {
  const hits = row[index]!;
  const support = row.reduce((sum, value) => sum + value, 0);
  const claimed = confusion.reduce((sum, other) => sum + other[index]!, 0);
  return {
    precision: claimed === 0 ? 0 : hits / claimed,
    recall: support === 0 ? 0 : hits / support,
    f1: support + claimed === 0 ? 0 : (2 * hits) / (support + claimed),
    support,
  };
}
