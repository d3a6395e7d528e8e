import assert from 'node:assert/strict';
import { ManifestError, membersOf } from '../../../../src/data/cache/memberPaths';

/** A manifest comes from whoever pushed it: names that would do harm, on this system or on another. */
describe('paths in a manifest', () => {
  const digest = 'd41d8cd98f00b204e9800998ecf8427e';
  const members = (platform: NodeJS.Platform, ...paths: string[]): string[] => [
    ...membersOf(
      paths.map((path) => ({ path, digest })),
      platform,
    ).keys(),
  ];

  for (const path of [
    '',
    '/',
    '/etc/passwd',
    '../x',
    'a/../../x',
    '..',
    '.',
    './a',
    'a//b',
    'a/',
    'a\0b',
    '.git/config',
    'a/.GIT/hooks/x',
    '.dvc/config',
    'a/.dvc/tmp/lock',
    '.hg/hgrc',
  ])
    for (const platform of ['linux', 'darwin', 'win32'] as const)
      it(`may not be ${JSON.stringify(path)} on ${platform}`, () => assert.throws(() => members(platform, path), ManifestError));

  const onWindows = ['C:\\x', 'C:x', 'C:/x', '\\\\server\\share', '..\\x', 'a\\b', 'a:stream', '.git::$INDEX_ALLOCATION/config', '.git./config', '.git /config', 'GIT~1/config', 'dvc~1/config', 'nul', 'a/NUL.txt', 'con', 'Com1.csv', 'lpt¹', 'aux .txt', 'CONIN$', 'a.', 'a ', 'a?', 'a*b', 'a<b', 'a|b', '"a"', 'a\tb']; // prettier-ignore
  for (const path of onWindows)
    it(`may be ${JSON.stringify(path)} on Linux, and not on Windows`, () => {
      assert.deepEqual(members('linux', path), [path]);
      assert.throws(() => members('win32', path), ManifestError);
    });

  it('may be names that only look like those', () => {
    const paths = [
      'console',
      'nullable.csv',
      'com10',
      'com',
      'aux1',
      '.gitignore',
      '.gitkeep',
      '.dvcignore',
      'git',
      'a..b',
      '...',
      'sub/.x',
      '😀',
      'e\u0301',
      '\u00e9',
    ];
    assert.deepEqual(members('linux', ...paths), paths);
    const allowed = paths.filter((path) => path !== '...');
    assert.deepEqual(members('win32', ...allowed), allowed);
  });

  it('may not hide git’s folder from a file system that passes over invisible characters', () => {
    assert.throws(() => members('darwin', '.g\u200cit/config'), ManifestError);
    assert.deepEqual(members('linux', '.g\u200cit/config'), ['.g\u200cit/config']);
  });

  it('may not differ by case only where that makes one file of two', () => {
    assert.throws(() => members('win32', 'a/File', 'A/file'), /“a\/File” and “A\/file” are the same file for Windows/);
    assert.deepEqual(members('linux', 'a/File', 'A/file'), ['a/File', 'A/file']);
  });

  it('may not be bytes that are no UTF-8, which would become another name', () => {
    assert.throws(() => members('linux', 'bad\udcff'), /“bad\?” is no UTF-8, and only dvc itself/);
  });

  it('may stand there once, as a file or as a folder', () => {
    assert.throws(() => members('linux', 'a', 'a'), /names “a” twice/);
    assert.throws(() => members('linux', 'a/b/c', 'a'), /“a” as a file and as a folder/);
  });

  it('come with an MD5', () => {
    for (const wrong of ['', '../../x', 'D41D8CD98F00B204E9800998ECF8427E', `${digest}.dir`, `${digest}\n`])
      assert.throws(() => membersOf([{ path: 'a', digest: wrong }]), /has no MD5/);
  });
});
