import assert from 'node:assert/strict';
import { missing } from '../../../src/core/errors';
import { failure, jsonText, printable, table } from '../../../src/cli/output';
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

  it('obeys no control character of a name, in text or in JSON, and changes no value', () => {
    assert.equal(printable('a\u001b]0;t\u0007b\u009bm\tc\n'), 'a ]0;t b m\tc\n');
    const value = { name: 'a\u001b[31m\u009b\u007f' };
    assert.equal(printable(jsonText(value)), jsonText(value));
    assert.deepEqual(JSON.parse(jsonText(value)), value);
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
