import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IgnoreRules } from '../../../../src/data/records/ignore';

const SEED = Number(process.env['IGNORE_SEED'] ?? 3);
const CASES = Number(process.env['IGNORE_CASES'] ?? 60);

describe('ignore rules of git', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ml-ignore-'));
  before(() => execFileSync('git', ['init', '--quiet', folder]));
  after(() => rmSync(folder, { recursive: true }));

  const names = [
    'a',
    'b',
    'ab',
    'abc',
    'c.d',
    'é',
    '[',
    '#a',
    '!',
    'a b',
    '{a,b}',
    '+',
    '$',
    '(',
    ']',
    'A',
    ' a',
    'ba',
    '.x',
    '[a',
    'a]',
    '[b-a]',
  ];
  const pieces = [
    'a',
    'b',
    'ab',
    '*',
    '?',
    '**',
    '[ab]',
    '[!a]',
    '[a-c]',
    '[^b]',
    '\\*',
    '\\a',
    '.',
    'c.d',
    ' ',
    '#',
    '!',
    '[',
    ']',
    '[]a]',
  ];
  pieces.push('[[:alpha:]]', 'é', '\\', '[\\]]', '[b-a]', '{a,b}', '+', '$', '(', '[a/b]', '\\ ', '[!]a]', '***');
  let state = SEED;
  const below = (end: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % end;
  };
  const pick = (list: readonly string[]): string => list[below(list.length)] ?? '';
  const some = (most: number, make: () => string, between: string): string => Array.from({ length: 1 + below(most) }, make).join(between);
  const paths = [...new Set(Array.from({ length: 200 }, () => some(3, () => pick(names), '/')))];

  function gitIgnores(text: string): string[] {
    writeFileSync(join(folder, '.git', 'info', 'exclude'), `${text}\n`);
    const input = paths.map((path) => `${path}\0`).join('');
    const { stdout } = spawnSync('git', ['check-ignore', '--no-index', '-z', '--stdin'], { cwd: folder, input, encoding: 'utf8' });
    return stdout.split('\0').filter((path) => path !== '');
  }

  function weIgnore(text: string): string[] {
    const rules = IgnoreRules.none.with('/r', text);
    return paths.filter((path) => {
      const parts = path.split('/');
      const above = parts.slice(0, -1).some((_, i) => rules.ignores(`/r/${parts.slice(0, i + 1).join('/')}`, true));
      return above || rules.ignores(`/r/${path}`, false);
    });
  }

  it(`fit what git fits, in ${CASES} files of rules that are made up (seed ${SEED})`, function () {
    this.timeout(120_000);
    const rule = (): string =>
      `${below(6) === 0 ? '!' : ''}${below(4) === 0 ? '/' : ''}${some(3, () => some(2, () => pick(pieces), ''), '/')}${pick(['', '', '', '/', ' '])}`;
    for (let i = 0; i < CASES; i++) {
      const text = some(3, rule, '\n');
      assert.deepEqual(weIgnore(text), gitIgnores(text), JSON.stringify(text));
    }
  });

  for (const text of [
    '*.x',
    '/ab',
    'ab',
    'a/b',
    '**/ab',
    'a/**',
    'a/**/b',
    'a?',
    '[ab]b',
    '\\#a',
    '# c',
    'a b',
    'é',
    '*\n!ab',
    '/*',
    'a/*/c',
    'a ',
    '**',
  ]) {
    it(`fit what git fits with ${JSON.stringify(text)}`, () => assert.deepEqual(weIgnore(text), gitIgnores(text)));
  }

  it('are kept to folders by a slash, and deeper files count before higher ones', () => {
    const rules = IgnoreRules.none.with('/r', 'build/\n*.log').with('/r/sub', '!keep.log');
    assert.equal(rules.ignores('/r/build', true), true);
    assert.equal(rules.ignores('/r/build', false), false);
    assert.equal(rules.ignores('/r/keep.log', false), true);
    assert.equal(rules.ignores('/r/sub/keep.log', false), false);
    assert.equal(rules.ignores('/elsewhere/a.log', false), false);
  });
});

describe('ignore rules of DVC', () => {
  const top = (text: string): IgnoreRules => IgnoreRules.none.withDvc('/r', text, true);

  it('are git’s for the most part', () => {
    const rules = top('*.tmp\n/build\ndata/raw\n**/deep\n!keep.tmp\n  spaced  \n# comment\n').withDvc('/r/sub', '/own\nany\n!x.tmp', false);
    const ignored = ['a.tmp', 'x/a.tmp', 'build', 'data/raw', 'x/y/deep', 'spaced', 'sub/own', 'sub/x/any'];
    const kept = ['keep.tmp', 'x/build', 'x/data/raw', '# comment', 'own', 'sub/x/own', 'any', 'sub/x.tmp'];
    for (const path of ignored) assert.equal(rules.ignores(`/r/${path}`, false), true, path);
    for (const path of kept) assert.equal(rules.ignores(`/r/${path}`, false), false, path);
  });

  it('fit a folder by what is said of its content, and nothing by a star and a slash', () => {
    assert.equal(top('data/**').ignores('/r/data', true), true);
    assert.equal(IgnoreRules.none.with('/r', 'data/**').ignores('/r/data', true), false);
    assert.equal(top('*/').ignores('/r/a', true), false);
    assert.equal(IgnoreRules.none.with('/r', '*/').ignores('/r/a', true), true);
  });

  it('bring back all that is below', () => {
    assert.equal(top('[ab]1\n!y').ignores('/r/y/z/a1', false), false);
    assert.equal(IgnoreRules.none.with('/r', '[ab]1\n!y').ignores('/r/y/z/a1', false), true);
  });
});
