import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import { scanLock } from '../../../../src/data/history/lockScan';
import { lockRecord } from '../../../../src/data/history/recordHistory';

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
const stage = (out: string, name = 'cut'): string =>
  `  ${name}:\n    cmd: cut\n    outs:\n    - path: ${out}\n      hash: md5\n      md5: ${MD5}\n      size: 3\n`;
const lock = (...stages: string[]): string => `schema: '2.0'\nstages:\n${stages.join('')}`;

describe('The quick reading of locks', () => {
  it('finds an out among deps, params, commands of many lines and other outs', () => {
    const text = lock(
      '  first@a-1:\n    cmd:\n    - one\n    - two\n    deps:\n    - path: x.csv\n      hash: md5\n      md5: 11111111111111111111111111111111\n      size: 9\n    params:\n      params.yaml:\n        outs:\n        - path: x.csv\n    outs:\n    - path: other\n      hash: md5\n      md5: 22222222222222222222222222222222.dir\n      size: 1\n      nfiles: 1\n',
      "  second:\n    cmd: 'a: b\n\n      outs:'\n    outs:\n    - path: a/x.csv\n      md5: 33333333333333333333333333333333\n      size: 1\n    - path: x.csv\n      md5: d41d8cd98f00b204e9800998ecf8427e.dir\n      size: 5\n      nfiles: 2\n",
    );
    assert.deepEqual(scanLock(text, 'x.csv'), [{ stage: 'second', digest: `${MD5}.dir`, hashName: 'md5-dos2unix', size: 5, files: 2 }]);
    assert.deepEqual(scanLock(text, 'a'), []);
  });

  it('leaves to the parser what is not as DVC writes it', () => {
    for (const text of [
      lock(stage('"x.csv"')),
      lock(stage('x.csv', '"a: b"')),
      lock(stage('x.csv', '<<<<<<< ours')).replace('  <<', '<<'),
      lock(stage('x.csv')).replace('size: 3', 'size: 3 # bytes'),
      lock(stage('x.csv')).replace('size: 3', 'cloud: {}'),
      lock(stage('x.csv')).replace(MD5, '0x1'),
      lock(stage('&x x.csv')),
      lock(stage('x.csv')).replaceAll('\n', '\r\n'),
      stage('x.csv'),
    ])
      assert.equal(scanLock(text, 'x.csv'), undefined, text);
    assert.equal(scanLock(lock(stage('x')), 'a: b'), undefined);
  });

  it('says what the parser says, of locks with any names', () => {
    let seed = 7;
    const random = (most: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 16) % most;
    };
    const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
    // Most are plain, else nothing would be read quickly.
    const name = (): string => (random(8) > 0 ? pick(['x.csv', 'data/x.csv', 'ä ö', 'train@a', 'y-1']) : pick(names));
    const names = [
      'x.csv',
      'data/x.csv',
      'ä ö',
      'true',
      '12',
      '1e3',
      'a: b',
      "it's",
      '- x',
      'a #b',
      '#a',
      '@x',
      'train@a',
      '🙂',
      'x\u0085y',
      'null',
      '',
      ' x',
      'x ',
      'a:b',
      '?',
      '*a',
    ];
    let quick = 0;
    for (let round = 0; round < 400; round++) {
      const outs = (): unknown[] =>
        Array.from({ length: random(3) + 1 }, () => ({
          path: name(),
          ...(random(4) > 0 ? { hash: 'md5' } : {}),
          md5: pick([MD5, `${MD5}.dir`, '1'.repeat(32), `${'0'.repeat(30)}e1`]),
          size: random(1_000),
          ...(random(2) ? { nfiles: random(9) } : {}),
        }));
      const unique = (list: unknown[]): unknown[] => [...new Map(list.map((each) => [(each as { path: string }).path, each])).values()];
      const stages = Object.fromEntries(
        Array.from({ length: random(3) + 1 }, () => [
          name(),
          { cmd: pick([...names, 'two\nlines']), deps: unique(outs()), outs: unique(outs()) },
        ]),
      );
      const text = `schema: '2.0'\n${stringify({ stages }, { indentSeq: false, lineWidth: random(2) ? 0 : 20 })}`;
      const path = name();
      const wanted = pick(Object.keys(stages));
      const place = { root: '/r', target: '/r/x', path, stage: wanted, stages: new Set(Object.keys(stages)) };
      const found = scanLock(text, path);
      if (found) quick++;
      // A comment that says nothing sends the text to the parser.
      const parsed = lockRecord('dvc.lock', place).find(Buffer.from(`# slowly\n${text}`), 'dvc.lock');
      assert.deepEqual(lockRecord('dvc.lock', place).find(Buffer.from(text), 'dvc.lock'), parsed, text);
    }
    assert.ok(quick > 40, `only ${quick} were read quickly`);
  });
});
