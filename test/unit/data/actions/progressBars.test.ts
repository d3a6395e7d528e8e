import assert from 'node:assert/strict';
import { LineCutter, parseBar, type DvcProgress } from '../../../../src/data/actions/progressBars';

describe('bars of dvc', () => {
  it('tell what is done, and how much of it', () => {
    const read = (line: string): unknown[] => {
      const bar = parseBar(line);
      return bar ? [bar.what, bar.unit, bar.done, bar.total] : [];
    };
    assert.deepEqual(read('  0%|          |Pushing to local                      0/7 [00:00<?,     ?file/s]'), [
      'Pushing to local',
      'files',
      0,
      7,
    ]);
    assert.deepEqual(read(' 50% Adding...|█████     | data |1/2 [00:00<00:00,  3.28file/s]'), ['Adding... data', 'files', 1, 2]);
    assert.deepEqual(read('100%|██████████|Checking out /p/big.bin 1/1 [00:00<00:00,  2.48files/s]'), [
      'Checking out /p/big.bin',
      'files',
      1,
      1,
    ]);
    assert.deepEqual(read('Collecting          |7.00 [00:00,  129entry/s]'), ['Collecting', 'other', 7, undefined]);
    assert.deepEqual(read('  0%|          |Pushing to local                  7/? [00:00<00:00, 45.83file/s]'), [
      'Pushing to local',
      'files',
      7,
      undefined,
    ]);
    assert.deepEqual(read(' 12%|█▎        |/p/a b.bin     12.5M/100M [00:01<00:09, 10.1MB/s]'), [
      '/p/a b.bin',
      'bytes',
      12_500_000,
      100_000_000,
    ]);
    assert.deepEqual(read('100% Adding...|██████████| big.bin |2/2 [00:01<00:00,  1.02s/file]'), ['Adding... big.bin', 'files', 2, 2]);
  });

  it('are not what is said', () => {
    for (const line of ['ERROR: failed to push data', 'Adding data [1/2]', '7 files pushed', 'a | b', '', ' ', "Running stage 'a|b':"])
      assert.equal(parseBar(line), undefined, line);
  });

  it('come in pieces, between what is said', () => {
    const said: string[] = [];
    const bars: DvcProgress[] = [];
    const cutter = new LineCutter(
      (line) => said.push(line),
      (bar) => bars.push(bar),
    );
    const text =
      '!\r  0%|     |Push   0/7 [00:00<?, ?file/s]\r\u001b[A\r                    \rWARNING: slow\n100%|███|Push  7/7 [00:01<00:00, 7file/s]\rERROR: no';
    for (const letter of text) cutter.push(letter);
    assert.deepEqual(said, ['WARNING: slow']);
    cutter.end();
    assert.deepEqual(said, ['WARNING: slow', 'ERROR: no']);
    assert.deepEqual(
      bars.map(({ done }) => done),
      [0, 7],
    );
  });
});
