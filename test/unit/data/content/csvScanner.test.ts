import assert from 'node:assert/strict';
import { CsvScanner, MOST_CELL } from '../../../../src/data/content/tables/csvScanner';
import { readDecimal } from '../../../../src/data/content/tables/decimal';
import type { TableSink } from '../../../../src/data/content/tables/tableSink';
import { randomNumbers } from './contentFolder';

class Rows implements TableSink {
  readonly isDone = false;
  names: readonly string[] = [];
  readonly rows: (string | undefined)[][] = [];
  readonly lines: (number | undefined)[] = [];
  readonly hashes: string[] = [];
  readonly problems: string[] = [];
  private row: (string | undefined)[] = [];

  begin(names: readonly string[]): void {
    this.names = names;
  }
  digits(_column: number, value: number): void {
    this.row.push(String(value));
  }
  number(_column: number, value: number, whole: boolean): void {
    this.row.push(`${value}${whole ? '' : ' with a point'}`);
  }
  missing(): void {
    this.row.push(undefined);
  }
  text(_column: number, text: string): void {
    this.row.push(text);
  }
  value(): void {
    throw new Error('not of a text table');
  }
  endRow(row: number, line: number | undefined, cells: number, first: number, second: number): void {
    assert.equal(this.row.length, cells);
    this.rows.push(this.row);
    assert.equal(this.rows.length, row);
    this.lines.push(line);
    this.hashes.push(`${first}:${second}`);
    this.row = [];
  }
  problem(message: string, row: number | undefined, line: number | undefined): void {
    this.problems.push(`${row} ${line} ${message}`);
  }
}

function scan(text: string | Uint8Array, { header = true, delimiter = ',', pieces = [] as number[] } = {}): Rows {
  const rows = new Rows();
  const scanner = new CsvScanner({ delimiter, header }, rows, 'x.csv');
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  let from = 0;
  for (const end of [...pieces, bytes.length]) {
    scanner.take(bytes.subarray(from, end));
    from = end;
  }
  scanner.end();
  return rows;
}

describe('a text table as bytes', () => {
  const tricky = 'id,"the ""name""",x\r\n1,"a,b",-1.5\n\n2,"two\nlines",\r\n003,é😀,1e3\r4,"",12345678\n"5","",00\n';
  const expected = [
    ['1', 'a,b', '-1.5 with a point'],
    ['2', 'two\nlines', undefined],
    ['3', 'é😀', '1e3'],
    ['4', undefined, '12345678'],
    ['5', undefined, '0'],
  ];

  it('reads quotes, doubled quotes, newlines in cells, empty lines and every line ending', () => {
    const rows = scan(tricky);
    assert.deepEqual(rows.names, ['id', 'the "name"', 'x']);
    assert.deepEqual(rows.rows, expected);
    assert.deepEqual(rows.lines, [2, 4, 6, 7, 8]);
    assert.deepEqual(rows.problems, []);
  });

  it('reads the same wherever the pieces end, to the row hashes', () => {
    const whole = scan(tricky);
    const length = Buffer.byteLength(tricky);
    for (let cut = 0; cut <= length; cut++) {
      const cutUp = scan(tricky, { pieces: [cut] });
      assert.deepEqual([cutUp.rows, cutUp.lines, cutUp.hashes], [whole.rows, whole.lines, whole.hashes], `cut at ${cut}`);
    }
    const single = scan(tricky, { pieces: Array.from({ length }, (_, at) => at) });
    assert.deepEqual(single.rows, whole.rows);
  });

  it('reads a mark, UTF-8 and what is none the same wherever the pieces end', () => {
    const bytes = Buffer.concat([
      Buffer.from('\ufeff"n""a",city\n1,Zürich\n2,'),
      Buffer.from([0x80, 0x9d]),
      Buffer.from('\n3,€😀\n4,Köln'),
    ]);
    const whole = scan(bytes);
    assert.deepEqual(whole.names, ['n"a', 'city']);
    assert.deepEqual(
      whole.rows.map(([, city]) => city),
      ['Zürich', '€\x9d', '€😀', 'Köln'],
    );
    assert.deepEqual(whole.problems, ['2 3 has text that is not UTF-8: read as Windows-1252']);
    for (const pieces of [...bytes.keys()].map((cut) => [cut]).concat([[...bytes.keys()]])) {
      const { names, rows, hashes, problems } = scan(bytes, { pieces });
      assert.deepEqual([names, rows, hashes, problems], [whole.names, whole.rows, whole.hashes, whole.problems], `cut at ${pieces.join()}`);
    }
    assert.deepEqual(scan('\ufeff').names, []);
  });

  it('reads back random tables as they were written, in random pieces', () => {
    const random = randomNumbers(7);
    const alphabet = ['a', '"', ',', '\n', '\r', '1', '0', '-', ' ', 'é'];
    for (let round = 0; round < 200; round++) {
      const width = 1 + Math.floor(random() * 4);
      const cell = (): string =>
        Array.from({ length: Math.floor(random() * 5) }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
      const table = Array.from({ length: 1 + Math.floor(random() * 6) }, () => Array.from({ length: width }, cell));
      const text = table.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')).join(random() < 0.5 ? '\n' : '\r\n');
      const bytes = Buffer.byteLength(text);
      const pieces = Array.from({ length: 3 }, () => Math.floor(random() * bytes)).sort((a, b) => a - b);
      const read = scan(text, { header: false, pieces });
      assert.deepEqual(
        read.rows,
        table.map((row) => row.map((each) => (each === '' ? undefined : each))),
        JSON.stringify(text),
      );
    }
  });

  it('reads plain numbers as reading their text would, to the last bit', () => {
    const random = randomNumbers(5);
    for (let round = 0; round < 20_000; round++) {
      const digits = Array.from({ length: 1 + Math.floor(random() * 18) }, () => Math.floor(random() * 10)).join('');
      const point = Math.floor(random() * (digits.length + 1));
      const text = `${random() < 0.5 ? '-' : ''}${random() < 0.7 ? `${digits.slice(0, point)}.${digits.slice(point)}` : digits}`;
      const into = { value: NaN, whole: false };
      const read = readDecimal(Buffer.from(text), 0, text.length, into);
      assert.equal(read, digits.length <= 15, text);
      if (read) assert.deepEqual([into.value, into.whole], [Number(text), !text.includes('.')], text);
    }
    for (const text of ['', '-', '.', '-.', '1.2.3', '+1', '1e3', ' 1', '1-', 'abc'])
      assert.ok(!readDecimal(Buffer.from(text), 0, text.length, { value: 0, whole: true }), text);
  });

  it('gives equal rows equal hashes, quoted or not, and others different ones', () => {
    const { hashes } = scan('12,ab\n"12","ab"\n12,ab\n1,2ab\n12,ac\n012,ab\n', { header: false });
    assert.equal(hashes[0], hashes[2]);
    assert.equal(new Set([hashes[0], hashes[3], hashes[4], hashes[5]]).size, 4);
  });

  it('names columns that have no name, or the same', () => {
    assert.deepEqual(scan('a,,a\n1,2,3\n').names, ['a', 'column 2', 'a (2)']);
    assert.deepEqual(scan('1,2\n', { header: false }).names, ['column 1', 'column 2']);
  });

  it('tells of broken quoting and reads on', () => {
    const rows = scan('a,b\n"x"y,1\n"open,2\n3,4\n');
    assert.deepEqual(rows.problems, ['1 2 has text behind a closing quote', '2 3 opens a quote that is never closed']);
    assert.deepEqual(rows.rows[0], ['"x"y', '1']);
  });

  it('gives up on a quote that stays open for a megabyte, wherever the file ends', () => {
    const open = `a,b\n"${'x,y\n'.repeat(MOST_CELL / 2)}`;
    const pieces = Array.from({ length: 20 }, (_, index) => (index + 1) * 100_000);
    assert.throws(() => scan(open, { pieces }), /x\.csv: line 2 has a cell of more than 1048576 bytes; a quote may be open there/);
  });

  it('knows how many cells the rows have, too many or too few', () => {
    const { rows } = scan('1,2,3\n4\n5,6,7,8\n', { header: false });
    assert.deepEqual(
      rows.map((row) => row.length),
      [3, 1, 4],
    );
  });

  it('reads an empty file, and a header alone', () => {
    assert.deepEqual(scan('', { header: false }).names, []);
    const alone = scan('a,b');
    assert.deepEqual([alone.names, alone.rows], [['a', 'b'], []]);
  });
});
