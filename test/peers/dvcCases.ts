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
];
