import assert from 'node:assert/strict';
import { missing } from '../../../src/core/errors';
import { failure, jsonText, table } from '../../../src/cli/output';
import { progressLine } from '../../../src/cli/progressBar';

describe('terminal output', () => {
  it('lines columns up and lets no control character through', () => {
    const text = table(
      ['NAME', 'N'],
      [
        ['a\u001b[31mred\nline', '1'],
        ['ünï', '22'],
      ],
      ['left', 'right'],
    );
    const first = (cell: string): string => cell.padEnd('a [31mred line'.length);
    assert.equal(text, `${first('NAME')}   N\n${first('a [31mred line')}   1\n${first('ünï')}  22\n`);
  });

  it('spells NaN where JSON has no number', () => {
    assert.deepEqual(JSON.parse(jsonText({ loss: Number.NaN, steps: [1, 2] })), { loss: 'NaN', steps: [1, 2] });
  });

  it('ends a failure with one line', () => {
    assert.deepEqual(failure(missing('no run\n\u0007here')), { line: 'ml-tracking: no run here\n', exitCode: 2 });
    assert.equal(failure(new Error('disk')).exitCode, 1);
  });

  it('cuts the progress to the terminal', () => {
    const progress = { epoch: 1, epochs: 3, batch: 5, batches: 10, loss: 0.25, accuracy: 0.9, imagesPerSecond: 3120.4, secondsLeft: 72 };
    const line = progressLine(progress, 200);
    for (const part of ['Epoch 1/3', '5/10', 'loss 0.2500', 'accuracy 0.9000', '3,120 images/s', '1 min 12 s left'])
      assert.ok(line.includes(part), part);
    assert.equal([...progressLine(progress, 40)].length, 39);
  });
});
