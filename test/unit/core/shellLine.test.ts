import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { pastableLine, shellLine } from '../../../src/core/shellLine';
import { fetchCommand } from '../../../src/lineage/missingCommit';

describe('lines for a shell', () => {
  it('come to the same words in a shell, whatever stands in them', function () {
    if (process.platform === 'win32') this.skip();
    const words = [
      'a b',
      "it's",
      'x',
      '$(touch no)',
      '`id`',
      '"q"',
      '; rm -rf .',
      '*',
      '~',
      '-x',
      '',
      'é“',
      '#c',
      '!',
      '\\',
      'a\nb',
      '&|<>(){}',
    ];
    const shown = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${shellLine(words, 'linux')}`], { encoding: 'utf8' });
    assert.deepEqual(shown.split('\0').slice(0, -1), words);
    assert.equal(shellLine(['a b', "it's", 'x'], 'linux'), `'a b' 'it'\\''s' x`);
  });

  it('are quoted on Windows where both of its shells agree', () => {
    assert.equal(shellLine(['a b', 'x', 'C:\\p\\a.py', '@x', 'a,b'], 'win32'), '"a b" x C:\\p\\a.py "@x" "a,b"');
    assert.equal(pastableLine(['a b', 'c&d', "it's"], 'win32'), `"a b" "c&d" "it's"`);
  });

  it('are not given for pasting where a shell would obey a name', () => {
    for (const name of ['$(calc)', '%PATH%', 'a`b', 'a"b', 'a”b', 'a\u001b[2Jb', 'a\nb'])
      assert.equal(pastableLine([name], 'win32'), undefined);
    for (const name of ['a\u001b[2Jb', 'a\nb', '\u0007', '\u009b']) assert.equal(pastableLine([name], 'linux'), undefined);
    assert.equal(pastableLine(['$(calc)', '%PATH%', 'a"b'], 'linux'), `'$(calc)' %PATH% 'a"b'`);
  });

  it('that fetch a commit obey neither the name of a remote nor of a branch', () => {
    const command = (remote: string, branch?: string): string | undefined => fetchCommand(remote, branch, 'linux');
    assert.equal(command('origin', 'feature/one'), 'git fetch origin feature/one');
    assert.equal(command('https://example.org/a b.git', 'x;$(id)'), `git fetch 'https://example.org/a b.git' 'x;$(id)'`);
    assert.equal(command('--upload-pack=evil', 'main'), 'git fetch -- --upload-pack=evil main');
    for (const branch of ['--upload-pack=evil', '+main', 'evil:main', ':main', 'a b', 'a\nb', '\u001b[2J', 'a^b', 'a\\b', ''])
      assert.equal(command('origin', branch), 'git fetch origin', branch);
    assert.equal(command('ext::sh -c evil', 'main'), undefined);
    assert.equal(command('evil\n', 'main'), undefined);
    assert.equal(fetchCommand('origin', 'x$(calc)', 'win32'), 'git fetch origin');
    assert.equal(fetchCommand('$(calc)', 'main', 'win32'), undefined);
  });
});
