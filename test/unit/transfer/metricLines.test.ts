import assert from 'node:assert/strict';
import { parseMetricLine } from '../../../src/transfer/mlruns/metricLines';

describe('metric lines', () => {
  const run = (line: string): unknown => parseMetricLine(line, 'm', 'run');
  const model = (line: string): unknown => parseMetricLine(line, 'm', 'model');
  const point = { key: 'm', timestamp: 1700000000000, value: 0.5 };

  it('have two, three, four, five and more columns', () => {
    assert.deepEqual(run('1700000000000 0.5'), { ...point, step: 0 });
    assert.deepEqual(run('1700000000000 0.5 -7'), { ...point, step: -7 });
    assert.deepEqual(run(`1700000000000 0.5 7 ${'a'.repeat(32)}`), { ...point, step: 7, runId: 'a'.repeat(32) });
    assert.deepEqual(run('1700000000000 0.5 7 mnist 1a2b'), { ...point, step: 7, datasetName: 'mnist', datasetDigest: '1a2b' });
    assert.deepEqual(run('1700000000000 0.5 7 my data set 1a2b'), { ...point, step: 7, datasetName: 'my data set', datasetDigest: '1a2b' });
    assert.deepEqual(model('1700000000000 0.5 7 r'), { ...point, step: 7, runId: 'r' });
    assert.deepEqual(model('1700000000000 0.5 7 r a b c'), { ...point, step: 7, runId: 'r', datasetName: 'a b', datasetDigest: 'c' });
  });

  it('hold numbers as Python writes them, and nothing else that JavaScript would take for one', () => {
    const value = (text: string): unknown => {
      const read = parseMetricLine(`1 ${text} 2`, 'm', 'run');
      return typeof read === 'string' ? undefined : read.value;
    };
    for (const [text, number] of [
      ['1e-05', 1e-5],
      ['-1.5E+10', -1.5e10],
      ['3', 3],
      ['.5', 0.5],
      ['5.', 5],
      ['nan', NaN],
      ['NaN', NaN],
      ['-inf', -Infinity],
      ['Infinity', Infinity],
      ['1.7976931348623157e+308', Number.MAX_VALUE],
    ] as const)
      assert.deepEqual(value(text), number, text);
    for (const text of ['0x10', '', 'True', '1,5', '--1', '1e', '0b1', 'null']) assert.equal(value(text), undefined, text);
  });

  it('say what is wrong with them', () => {
    assert.match(String(run('1700000000000')), /timestamp and a value/);
    assert.match(String(run('yesterday 0.5 1')), /timestamp "yesterday"/);
    assert.match(String(run('1700000000000 0.5 one')), /step "one"/);
    assert.match(String(run('99999999999999999999 0.5 1')), /timestamp/);
    assert.match(String(run(`1700000000000 ${'9'.repeat(5000)}x 1`)), /^.{1,120}$/);
  });
});
