import assert from 'node:assert/strict';
import { metadataPart } from '../../../../src/views/data/metadataRows';
import { untranslated, type TreeRow } from '../../../../src/views/treeRow';
import { ROOT, out } from './outStatus';

const OUT = out('a.csv', { size: 5 });

describe('rows of what is said of data', () => {
  const tree = (rows: readonly TreeRow[]): unknown[] =>
    rows.map(({ label, description, context, children }) => [label, description, context, ...(children ? [tree(children)] : [])]);

  it('ask for a description where there is none', () => {
    const [row] = metadataPart.rows(ROOT, OUT, untranslated);
    assert.deepEqual([row?.label, row?.description, row?.children], ['Metadata', 'not described', undefined]);
    assert.equal(metadataPart.hasRows({ ...OUT, kind: 'metric' }), false);
  });

  it('are one for each thing that is said', () => {
    const source = { kind: 'url' as const, url: 'https://x.org/a.csv', revision: undefined, locked: undefined };
    const meta = { source: 'the post', preprocessing: ['trim', 'scale'], transformations: 'flip', owner: { name: 'Ada' } };
    const out = { ...OUT, description: 'Digits\nof the post', type: 'table', labels: ['raw', 'small'], meta, source };
    assert.deepEqual(tree(metadataPart.rows(ROOT, out, untranslated)), [
      [
        'Metadata',
        'table · raw · small · Digits of the post',
        'dataMetadata',
        [
          ['Description', 'Digits of the post', 'dataFact description'],
          ['Type', 'table', 'dataFact type'],
          ['From', 'the post', 'dataFact source'],
          ['Imported From', 'https://x.org/a.csv', 'dataFact imported'],
          [
            'Labels',
            'raw, small',
            'dataFact labels',
            [
              ['raw', undefined, 'dataFact item labels'],
              ['small', undefined, 'dataFact item labels'],
            ],
          ],
          [
            'Preprocessing',
            '2 steps',
            'dataFact preprocessing',
            [
              ['1. trim', undefined, 'dataFact item preprocessing'],
              ['2. scale', undefined, 'dataFact item preprocessing'],
            ],
          ],
          ['Transformations', 'flip', 'dataFact transformations', [['1. flip', undefined, 'dataFact item transformations']]],
          ['owner', '{"name":"Ada"}', 'dataFact other'],
        ],
      ],
    ]);
  });

  it('have ids of their own, and say what they are about', () => {
    const rows = (list: readonly TreeRow[]): TreeRow[] => list.flatMap((row) => [row, ...rows(row.children ?? [])]);
    const all = rows(metadataPart.rows(ROOT, { ...OUT, labels: ['a', 'a'], description: 'x' }, untranslated));
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    assert.deepEqual(all.at(-1)?.data, {
      kind: 'metadata',
      root: ROOT,
      path: OUT.target,
      address: 'a.csv.dvc',
      field: 'labels',
      item: 1,
    });
  });
});
