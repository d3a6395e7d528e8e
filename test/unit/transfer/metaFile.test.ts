import assert from 'node:assert/strict';
import { metaMap, metaNumber, metaText, parseMeta } from '../../../src/transfer/mlruns/metaFile';

describe('meta files', () => {
  it('keep texts as they are written, whatever YAML would make of them', () => {
    const meta = parseMeta(`a: 1e3\nb: yes\nc: 0123\nd: 123456789012345678\ne: '1'\nf: "two\\nlines"\ng: 2020-01-01\nh: 0x1F\n`);
    assert.deepEqual(
      ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => metaText(meta, name)),
      ['1e3', 'yes', '0123', '123456789012345678', '1', 'two\nlines', '2020-01-01', '0x1F'],
    );
  });

  it('have nothing where null is written, and a text where it is quoted', () => {
    const meta = parseMeta(`a: null\nb: ~\nc:\nd: 'null'\ne: ''\nlist: []\n`);
    assert.deepEqual(
      ['a', 'b', 'c', 'd', 'e', 'list', 'missing'].map((name) => metaText(meta, name)),
      [undefined, undefined, undefined, 'null', undefined, undefined, undefined],
    );
  });

  it('tell times that are exact', () => {
    const meta = parseMeta('a: 1700000000000\nb: 1700000000000.7\nc: 99999999999999999999\nd: soon\n');
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((name) => metaNumber(meta, name)),
      [1700000000000, 1700000000000, undefined, undefined],
    );
  });

  it('hold tags', () => {
    assert.deepEqual(metaMap(parseMeta('tags:\n  mlflow.data.context: train\n  n: 3\n'), 'tags'), {
      'mlflow.data.context': 'train',
      n: '3',
    });
  });

  it('are refused when they are no YAML, no names with values, or a bomb of aliases', () => {
    assert.throws(() => parseMeta('a: [1\nb: }'), /no YAML at line/);
    assert.throws(() => parseMeta('- 1\n- 2\n'), /names with values/);
    assert.throws(() => parseMeta('just a text'), /names with values/);
    const bomb = ['a: &a x', ...[...'bcdefghij'].map((name, index) => `${name}: &${name} ${`*${'abcdefghij'[index]} `}`)].join('\n');
    assert.throws(() => parseMeta(bomb));
    assert.throws(() => parseMeta('a: &a x\nb: *a\n'), /alias/);
  });
});
