import { randomSource } from '../../contract/randomSource';

/** Names and contents that sequences are made of: few, so that steps meet, and such as readers get wrong. */
export const FILES = ['a.csv', 'sub/b \u00e9.txt', 'sub/b e\u0301.txt', '\u{1f600}.bin', 'data/x "y".csv', 'data/.hidden'];
export const FOLDERS = ['imgs', 'sub/deep/set', 'data/dir \u00e9'];
export const MEMBERS = [
  'x',
  'sub/y',
  '\u{1f600}',
  '\ufffd',
  'sp ace',
  '.gitkeep',
  '\u00e9',
  'e\u0301',
  'del\u007f',
  '\u2028',
  'Z',
  'a-b',
  'a/b',
  'x.tmp',
];
export const TEXTS = ['', 'one\n', 'two\r\nlines\r\n', 'two\nlines\n', 'nul\u0000\r\n', '\u00e9\u{1f600}', 'n'];

/** The same choices for the same seed. */
export class Choice {
  private readonly next: () => number;

  constructor(seed: number) {
    this.next = randomSource(seed);
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(part: number): boolean {
    return this.next() < part;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  some<T>(list: readonly T[], most: number): T[] {
    return Array.from({ length: 1 + this.below(most) }, () => this.of(list));
  }

  member(): string {
    return `${this.of(FOLDERS)}/${this.of(MEMBERS)}`;
  }

  anyPath(): string {
    return this.chance(0.4) ? this.of(FILES) : this.member();
  }

  text(): string {
    return this.of(TEXTS);
  }
}
