import assert from 'node:assert/strict';
import { confusionCsv, confusionJson, confusionSvg } from '../../../src/train/confusion';
import { argMaxRows, evaluate, testMetrics } from '../../../src/train/evaluation';

const near = (actual: number | undefined, expected: number): void =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

describe('Evaluation', () => {
  // label:      0 0 0 0 1 1 1 2 2 2
  // prediction: 0 0 0 1 1 1 0 2 1 1
  const labels = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2];
  const predicted = [0, 0, 0, 1, 1, 1, 0, 2, 1, 1];
  const evaluation = evaluate(labels, predicted, { classes: 3 });

  it('counts the confusion, labels down and predictions across', () => {
    assert.deepEqual(evaluation.confusion, [
      [3, 1, 0],
      [1, 2, 0],
      [0, 2, 1],
    ]);
    near(evaluation.accuracy, 6 / 10);
  });

  it('scores every class', () => {
    near(evaluation.classes[0]?.precision, 3 / 4);
    near(evaluation.classes[0]?.recall, 3 / 4);
    near(evaluation.classes[1]?.precision, 2 / 5);
    near(evaluation.classes[1]?.recall, 2 / 3);
    near(evaluation.classes[1]?.f1, 1 / 2);
    near(evaluation.classes[2]?.precision, 1);
    near(evaluation.classes[2]?.recall, 1 / 3);
    near(evaluation.classes[2]?.f1, 1 / 2);
    assert.equal(evaluation.classes[2]?.support, 3);
  });

  it('takes macro means without weights', () => {
    near(evaluation.macroPrecision, (3 / 4 + 2 / 5 + 1) / 3);
    near(evaluation.macroRecall, (3 / 4 + 2 / 3 + 1 / 3) / 3);
    near(evaluation.macroF1, (3 / 4 + 1 / 2 + 1 / 2) / 3);
  });

  it('puts 0 where a division by zero would stand, as scikit-learn does', () => {
    // Class 1 is never predicted, class 2 never occurs, class 3 neither: scikit-learn leaves class 3 out of the means.
    const scored = evaluate([0, 0, 1], [0, 2, 2], { classes: 4 });
    assert.deepEqual(
      scored.classes.map(({ precision, recall, f1 }) => [precision, recall, Number(f1.toFixed(4))]),
      [
        [1, 0.5, 0.6667],
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
    );
    near(scored.macroPrecision, 1 / 3);
    near(scored.macroRecall, 0.5 / 3);
    near(scored.macroF1, 2 / 3 / 3);
  });

  it('takes the loss from probabilities, and from none that are certain', () => {
    const probabilities = [0.5, 0.5, 0, 0.25, 0.5, 0.25, 0, 1, 0];
    const scored = evaluate([0, 2, 0], argMaxRows(probabilities, 3), { classes: 3, probabilities });
    near(scored.loss, (Math.log(2) + Math.log(4) - Math.log(1e-7)) / 3);
    assert.equal(evaluation.loss, undefined);
  });

  it('takes the first of equals as the prediction', () => {
    assert.deepEqual([...argMaxRows([0.5, 0.5, 0, 1, 0.1, 0.2], 2)], [0, 1, 1]);
  });

  it('names the metrics as a run shows them', () => {
    assert.deepEqual(Object.keys(testMetrics(evaluation)), ['test_accuracy', 'test_precision', 'test_recall', 'test_f1']);
  });

  it('refuses what does not fit', () => {
    assert.throws(() => evaluate([], [], { classes: 2 }), /nothing to evaluate/);
    assert.throws(() => evaluate([1], [1, 0], { classes: 2 }), /1 labels and 2 predictions/);
    assert.throws(() => evaluate([1], [2], { classes: 2 }), /Label 1 predicted as 2 at 0: classes are 0 to 1/);
    assert.throws(() => evaluate([1], [1], { classes: 2, probabilities: [1] }), /need 2 probabilities, not 1/);
  });
});

describe('The confusion matrix', () => {
  const matrix = [
    [8, 2],
    [0, 5],
  ];

  it('is written as JSON', () => {
    assert.deepEqual(JSON.parse(confusionJson(matrix, ['cat', 'dog'])), {
      rows: 'label',
      columns: 'predicted',
      labels: ['cat', 'dog'],
      matrix,
    });
  });

  it('is written as CSV, whatever the names hold', () => {
    assert.equal(confusionCsv(matrix, ['a "b"', 'c,d']), 'label \\ predicted,"a ""b""","c,d"\n"a ""b""",8,2\n"c,d",0,5\n');
  });

  it('is drawn with a description and a word for each cell', () => {
    const svg = confusionSvg(matrix, ['<cat>', 'dog']);
    assert.match(svg, /role="img" aria-labelledby="title description"/);
    assert.match(svg, /13 of 15 predictions are right/);
    assert.match(svg, /<title>label &lt;cat&gt;, predicted dog: 2, 20\.0 %<\/title>/);
    assert.equal(svg.match(/<rect /g)?.length, 4);
    assert.ok(!svg.includes('<cat>'));
  });
});
