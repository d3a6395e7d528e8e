import assert from 'node:assert/strict';
import type { ColumnPair, DataEvent, DataReport, WireColumn, WireNumbers } from '../../../src/protocol/data';
import { selectColumns } from '../../../webview-ui/data/columnSelection';
import { DataModel } from '../../../webview-ui/data/dataModel';
import { densities, domainOf, outline } from '../../../webview-ui/data/densities';
import { selectFiles } from '../../../webview-ui/data/fileSelection';
import { headline } from '../../../webview-ui/data/headline';
import { byClass } from '../../../webview-ui/data/imageClasses';

describe('the data page', () => {
  const numbers = (edges: readonly number[], counts: readonly number[]): WireNumbers => ({
    ...{ min: edges[0]!, max: edges.at(-1)!, mean: 0, std: undefined, median: 0, exact: true },
    histogram: { edges, counts },
  });
  const column: WireColumn = {
    ...{ type: 'integer', position: 1, missing: 0, distinct: 1, distinctExact: true, numbers: undefined, dates: undefined, top: [] },
  };
  const pair = (name: string, state: ColumnPair['state']): ColumnPair => ({ name, state, before: column, after: column });
  const report: DataReport = {
    ...{ isSame: false, facts: [], item: 'row', rows: undefined, columns: [], balance: undefined, values: undefined, valuesAre: 'values' },
    ...{ parts: [], hasImages: false, lacking: undefined, notes: [], problems: [], problemCount: 0 },
  };

  it('lays histograms of different ranges and sizes over each other so that areas are shares', () => {
    const [small, large] = [numbers([0, 1, 2], [5, 5]), numbers([0, 2, 4], [100, 300])];
    const domain = domainOf(small, large);
    assert.deepEqual(domain, [0, 4]);
    const area = (bars: readonly { from: number; to: number; height: number }[]): number =>
      bars.reduce((sum, { from, to, height }) => sum + (to - from) * height, 0);
    const [a, b] = densities([small.histogram, large.histogram], domain);
    assert.ok(Math.abs(area(a!) - area(b!)) < 1e-9);
    assert.equal(Math.max(...[...a!, ...b!].map(({ height }) => height)), 1);
    assert.ok([...a!, ...b!].every(({ from, to }) => from >= 0 && to <= 1));
  });

  it('keeps bins that reach past the greatest value inside, and draws a single value', () => {
    const whole: WireNumbers = { ...numbers([0, 1, 2], [3, 4]), max: 1 };
    assert.deepEqual(domainOf(whole), [0, 2]);
    const [single] = densities([{ edges: [7, 7], counts: [9] }], [7, 7]);
    assert.deepEqual(single, [{ from: 0, to: 1, height: 1 }]);
    assert.equal(outline(single, 100, 20), 'M0 20V0H100V20');
    const [none] = densities([undefined], [0, 1]);
    assert.deepEqual(none, []);
  });

  it('closes gaps at the ground', () => {
    const [bars] = densities([{ edges: [0, 1, 2, 3], counts: [2, 0, 2] }], [0, 3]);
    assert.equal(outline(bars!, 30, 10), 'M0 10V0H10H10V10H20V0H30V10');
  });

  it('says in a sentence what differs', () => {
    const columns = [pair('a', 'changed'), pair('b', 'added'), pair('c', 'unchanged')];
    const rows = { both: 5, onlyBefore: 0, onlyAfter: 1_200 };
    assert.deepEqual(headline({ ...report, rows, columns }, undefined), ['1,200 new rows', '1 column added', '1 column changed']);
    const counts = { changed: 1, added: 0, removed: 20, renamed: 0, unchanged: 3 };
    assert.deepEqual(headline(report, counts), ['1 file changed', '20 files removed']);
    const fact = { name: 'Rows', before: '1', after: '4', differs: true, change: '+3' };
    assert.deepEqual(headline({ ...report, facts: [fact] }, undefined), ['+3 rows']);
    assert.deepEqual(headline(report, undefined), []);
  });

  it('finds files by kind and words, columns by name and difference', () => {
    const files = [
      { kind: 'changed', path: 'cat/1.png' },
      { kind: 'renamed', path: 'cat/2.png', from: 'dog/2.png' },
      { kind: 'added', path: 'bird/3.png' },
    ] as const;
    const all = new Set(['changed', 'added', 'removed', 'renamed'] as const);
    assert.equal(selectFiles(files, all, ' '), files);
    assert.deepEqual(
      selectFiles(files, all, 'DOG png').map(({ path }) => path),
      ['cat/2.png'],
    );
    assert.deepEqual(
      selectFiles(files, new Set(['added'] as const), '').map(({ path }) => path),
      ['bird/3.png'],
    );
    const columns = [pair('Age', 'changed'), pair('wage', 'unchanged')];
    assert.deepEqual(
      selectColumns(columns, 'age', true).map(({ name }) => name),
      ['Age'],
    );
    assert.equal(selectColumns(columns, '', false).length, 2);
  });

  it('puts samples of both versions side by side, classes in order of their numbers', () => {
    const of = (label: string): { label: string } => ({ label });
    assert.deepEqual(
      byClass([of('10'), of('2')], [of('2'), of('2')]).map(({ label, before, after }) => [label, before.length, after.length]),
      [
        ['2', 1, 2],
        ['10', 1, 0],
      ],
    );
  });

  it('takes what comes in pieces, forgets it with another subject, and keeps what brings the tab back', () => {
    const kept: unknown[] = [];
    const model = new DataModel(
      () => undefined,
      (state) => kept.push(state),
    );
    const side = { path: '/w/a', revision: undefined, name: 'Working tree' };
    const subject = { root: '/w', label: 'a', sides: [side, { ...side, revision: 'HEAD' }] } as const;
    const counts = { changed: 2, added: 0, removed: 0, renamed: 0, unchanged: 0 };
    const events: DataEvent[] = [
      { type: 'subject', subject, inside: undefined },
      { type: 'report', report: { ...report, hasImages: true } },
      { type: 'files', counts, files: [] },
      { type: 'files', counts: undefined, files: [{ kind: 'changed', path: 'x' }] },
      { type: 'files', counts: undefined, files: [{ kind: 'changed', path: 'y' }] },
    ];
    for (const event of events) model.apply(event);
    assert.deepEqual([model.phase, model.isComparison, model.awaitsImages, model.files.length], ['shown', true, true, 2]);
    model.apply({ type: 'imagesFailed', message: 'no' });
    assert.equal(model.awaitsImages, false);
    const image = (key: string) => ({ key, label: undefined, source: 'data:image/png;base64,' });
    model.apply({ type: 'columns', columns: [pair('a', 'added')] });
    model.apply({ type: 'columns', columns: [pair('b', 'added')] });
    for (const key of ['1', '2']) model.apply({ type: 'samples', before: [], after: [image(key)] });
    assert.deepEqual(
      [model.report?.columns.map(({ name }) => name), model.samples?.after.map(({ key }) => key)],
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    );
    model.apply({ type: 'subject', subject, inside: 'x' });
    assert.deepEqual([model.phase, model.files.length, model.report, model.imagesFailure], ['loading', 0, undefined, undefined]);
    model.apply({ type: 'stopped' });
    assert.equal(model.phase, 'stopped');
    assert.deepEqual(kept.at(-1), { version: 1, subject, inside: 'x' });
  });
});
