import type { Case } from './dvc/steps';

export interface KeptCase extends Case {
  readonly name: string;
}

/**
 * Sequences at which ours and dvc once differed, as they were printed, with a name that says what they are about; and a few that are
 * here because chance would seldom come by.
 */
export const KEPT: readonly KeptCase[] = [
  {
    name: 'one content under two names',
    start: 'git',
    steps: [
      { dvc: ['remote', 'add', '-q', '-d', 'local', '{remote}'] },
      { write: 'a.csv', text: 'same\n' },
      { write: 'imgs/x', text: 'same\n' },
      { dvc: ['add', '-q', 'a.csv', 'imgs'] },
      'ask',
      { dvc: ['push', '-q', 'imgs.dvc'] },
      'ask',
    ],
  },
  {
    name: 'code points and code units sort differently in a manifest',
    start: 'git',
    steps: [
      { write: 'imgs/\u{fffd}', text: '1' },
      { write: 'imgs/\u{1f600}', text: '2' },
      { write: 'imgs/del\u{7f}', text: '3' },
      { write: 'imgs/\u{2028}', text: '4' },
      { dvc: ['add', '-q', 'imgs'] },
      'ask',
      { git: ['add', '.'] },
      { git: ['commit', '-q', '-m', 'images'] },
      { rename: 'imgs/\u{fffd}', to: 'imgs/e\u{301}' },
      'ask',
    ],
  },
  {
    name: 'a record of 2.x, whose text is hashed without carriage returns',
    start: 'git',
    steps: [
      { write: 'old.txt', text: 'two\r\nlines\r\n' },
      { write: 'old.txt.dvc', text: 'outs:\n- md5: 0b9a2ba46c4fc5d2cd5fd5d32c0c8d5c\n  size: 10\n  path: old.txt\n' },
      { write: 'empty.txt', text: '' },
      { write: 'empty.txt.dvc', text: 'outs:\n- md5: d41d8cd98f00b204e9800998ecf8427e\n  path: empty.txt\n' },
      { write: '.dvc/cache/d4/1d8cd98f00b204e9800998ecf8427e', text: '' },
      'ask',
      { append: 'empty.txt', text: 'one\n' },
      'ask',
    ],
  },
  {
    name: 'a folder for a file, in a tracked folder',
    start: 'git',
    steps: [
      { write: 'imgs/Z', text: 'x' },
      { write: 'imgs/Y', text: 'y' },
      { dvc: ['add', '-q', 'imgs'] },
      { git: ['add', '.'] },
      { git: ['commit', '-q', '-m', 'file'] },
      { write: 'imgs/Z/in', text: 'x' },
      'ask',
      { dvc: ['add', '-q', 'imgs'] },
      'ask',
      { git: ['commit', '-q', '-a', '-m', 'folder'] },
      { link: 'imgs/Z', to: '{outside}/set' },
      'ask',
    ],
  },
  {
    name: 'commits are compared while the working folder has a broken pipeline',
    start: 'git',
    steps: [
      { git: ['commit', '-q', '--allow-empty', '-m', 'empty'] },
      { write: 'dvc.yaml', text: 'vars: [absent.yaml]\nstages:\n  x:\n    cmd: echo\n' },
      'ask',
    ],
  },
  {
    name: 'a link to a folder is not among the untracked files',
    start: 'git',
    steps: [{ link: 'imgs/Z', to: '{outside}/set' }, { link: 'file', to: '{outside}/data.csv' }, { link: 'nowhere', to: 'absent' }, 'ask'],
  },
  {
    name: 'what is imported without its content is not in no remote',
    start: 'without git',
    steps: [
      { dvc: ['remote', 'add', '-q', '-d', 'local', '{remote}'] },
      { dvc: ['import-url', '-q', '-f', '--no-download', '{outside}/data.csv', 'later'] },
      'ask',
    ],
  },
  {
    name: 'manifests that only the remote has',
    start: 'git',
    steps: [
      { dvc: ['remote', 'add', '-q', '-d', 'local', '{remote}'] },
      { dvc: ['add', '-q', '--to-remote', '{outside}/set', '-o', 'sent'] },
      'ask',
      { git: ['add', '.'] },
      { git: ['commit', '-q', '-m', 'sent'] },
      { dvc: ['pull', '-q'] },
      { drop: 'cache', kind: 'manifest', nth: 0 },
      { append: 'sent/one', text: 'more' },
      'ask',
      { drop: 'remote', kind: 'manifest', nth: 0 },
      'ask',
    ],
  },
  {
    name: 'line breaks of Unicode in a name',
    start: 'git',
    steps: [
      { write: 'a\u{2028}b', text: 'one\n' },
      { write: 'a\u{2029}b', text: 'two\n' },
      { write: 'a\u{85}b', text: 'three\n' },
      { dvc: ['add', '-q', 'a\u{2028}b', 'a\u{2029}b', 'a\u{85}b'] },
      'ask',
    ],
  },
  {
    name: 'one digest of two kinds of hash',
    start: 'without git',
    steps: [
      { dvc: ['remote', 'add', '-q', '-d', 'local', '{remote}'] },
      { write: 'imgs/x', text: '' },
      { dvc: ['add', '-q', 'imgs'] },
      { write: 'later.txt.dvc', text: 'outs:\n- md5: d41d8cd98f00b204e9800998ecf8427e\n  path: later.txt\n' },
      'ask',
    ],
  },
];
