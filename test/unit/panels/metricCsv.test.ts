import assert from 'node:assert/strict';
import { csvRow, fileNameOf } from '../../../src/panels/metricCsv';

const run = { runId: 'f3a', runName: 'plain', startTime: 1_000 };
const point = { key: 'loss', step: 3, timestamp: 3_500, value: 0.1 };

describe('An exported row', () => {
  it('has the point, its time in three forms and the run', () => {
    assert.equal(csvRow(run, point), 'f3a,plain,loss,3,3500,1970-01-01T00:00:03.500Z,2.5,0.1\n');
  });

  it('quotes names with commas, quotes and line ends', () => {
    const row = csvRow({ ...run, runName: 'a "b", c\nd' }, point);
    assert.ok(row.startsWith('f3a,"a ""b"", c\nd",loss,'), row);
  });

  it('lets no name be a formula, and leaves negative numbers numbers', () => {
    const row = csvRow({ ...run, runName: '=HYPERLINK("http://x")' }, { ...point, key: '-loss', step: -3, value: -1 });
    assert.ok(row.startsWith(`f3a,"'=HYPERLINK(""http://x"")",'-loss,-3,`), row);
    assert.ok(row.endsWith(',-1\n'), row);
  });

  it('has a time that no date can be, as the number it is', () => {
    assert.equal(csvRow(run, { ...point, timestamp: 9e15 }), 'f3a,plain,loss,3,9000000000000000,9000000000000000,8999999999999,0.1\n');
  });

  it('gives back what was logged: NaN, infinities, every digit', () => {
    const value = (v: number) =>
      csvRow(run, { ...point, value: v })
        .trim()
        .split(',')
        .at(-1);
    assert.deepEqual([NaN, Number.MAX_VALUE, -Number.MAX_VALUE, 0.1 + 0.2].map(value), [
      'NaN',
      'Infinity',
      '-Infinity',
      '0.30000000000000004',
    ]);
  });
});

describe('A file’s name', () => {
  it('is one on every platform', () => {
    assert.equal(fileNameOf('system/cpu: %', 'csv'), 'system-cpu.csv');
    assert.equal(fileNameOf('../..', 'png'), 'metric.png');
    assert.equal(fileNameOf('genauigkeit größe', 'csv'), 'genauigkeit größe.csv');
  });
});
