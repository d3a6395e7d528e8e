import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IgnoreRules } from '../../../../src/data/records/ignore';

describe('ignore rules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ml-ignore-'));
  before(() => execFileSync('git', ['init', '--quiet', folder]));
  after(() => rmSync(folder, { recursive: true }));

  const paths = [
    'a.tmp',
    'x/a.tmp',
    'build',
    'x/build',
    'x/y/z',
    'x/y',
    'data/raw',
    'data/deep/raw',
    'a b',
    '#a',
    '!a',
    'a',
    'ab',
    'a[1]',
    'b1',
    'é',
    'x/b1/c',
  ];
  for (const pattern of [
    '*.tmp',
    '/build',
    'build',
    'x/y',
    '**/raw',
    'data/**',
    'data/**/raw',
    'x/**/z',
    'a?',
    '[ab]1',
    '[!a]1',
    '\\#a',
    '\\!a',
    '# comment',
    'a b',
    'a\\[1\\]',
    'é',
    '*\n!a.tmp',
    '/*',
    'x/*/c',
    'a ',
    '**',
  ]) {
    it(`fits what git fits with ${JSON.stringify(pattern)}`, () => {
      const rules = IgnoreRules.none.with('/r', pattern);
      const ignored = paths.filter((path) => {
        const parts = path.split('/');
        const above = parts.slice(0, -1).some((_, i) => rules.ignores(`/r/${parts.slice(0, i + 1).join('/')}`, true));
        return above || rules.ignores(`/r/${path}`, false);
      });
      assert.deepEqual(ignored, gitIgnores(pattern));
    });
  }

  function gitIgnores(pattern: string): string[] {
    writeFileSync(join(folder, '.git', 'info', 'exclude'), `${pattern}\n`);
    const input = paths.map((path) => `${path}\0`).join('');
    const { stdout } = spawnSync('git', ['check-ignore', '--no-index', '-z', '--stdin'], { cwd: folder, input, encoding: 'utf8' });
    return stdout.split('\0').filter((path) => path !== '');
  }

  it('keeps folder rules to folders, deeper files above higher ones', () => {
    const rules = IgnoreRules.none.with('/r', 'build/\n*.log').with('/r/sub', '!keep.log');
    assert.equal(rules.ignores('/r/build', true), true);
    assert.equal(rules.ignores('/r/build', false), false);
    assert.equal(rules.ignores('/r/keep.log', false), true);
    assert.equal(rules.ignores('/r/sub/keep.log', false), false);
    assert.equal(rules.ignores('/elsewhere/a.log', false), false);
  });
});
