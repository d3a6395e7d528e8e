import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { compareProfiles, isSame } from '../../../../src/data/content/comparison';
import { compareContent } from '../../../../src/data/content/contentComparison';
import { openPlace } from '../../../../src/data/content/contentSource';
import type { ContentSource } from '../../../../src/data/content/place';
import { columnOf, ContentFolder, randomNumbers } from './contentFolder';

/** Mean, sample deviation and quantiles by their definitions, to hold ours against. */
function plainly(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  const quantile = (p: number): number => {
    const place = p * (sorted.length - 1);
    const low = sorted[Math.floor(place)]!;
    return low + (sorted[Math.ceil(place)]! - low) * (place - Math.floor(place));
  };
  return { mean, std, quantile, sorted };
}

function near(actual: number | undefined, expected: number, tolerance = 1e-9): void {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${actual} is not ${expected}`,
  );
}

describe('the profile of a text table', () => {
  let folder: ContentFolder;
  before(() => (folder = new ContentFolder()));
  after(() => folder.dispose());

  /** Two versions of a file. */
  const sources = async (before: Uint8Array, after: Uint8Array, name: string): Promise<[ContentSource, ContentSource]> => [
    await openPlace({ kind: 'path', path: folder.write(`before/${name}`, before) }),
    await openPlace({ kind: 'path', path: folder.write(`after/${name}`, after) }),
  ];

  it('tells types, missing cells, different values, ranges and classes', async () => {
    const rows = ['id,age,city,member,joined,score,label'];
    for (let at = 0; at < 100; at++)
      rows.push(
        [
          at,
          at % 10 === 0 ? 'NA' : 20 + (at % 40),
          ['Bern', 'Köln', 'Oslo'][at % 3],
          at % 2 ? 'true' : 'false',
          `2026-01-${String((at % 28) + 1).padStart(2, '0')}`,
          at / 4,
          at % 4,
        ].join(','),
      );
    const profile = await folder.profileOf('people.csv', `${rows.join('\n')}\n`);
    assert.equal(profile.format, 'csv');
    assert.deepEqual(profile.dialect, { delimiter: ',', header: true });
    assert.equal(profile.rows, 100);
    assert.deepEqual(
      profile.columns?.map(({ name, type, missing }) => [name, type, missing]),
      [
        ['id', 'integer', 0],
        ['age', 'integer', 10],
        ['city', 'text', 0],
        ['member', 'boolean', 0],
        ['joined', 'date', 0],
        ['score', 'number', 0],
        ['label', 'integer', 0],
      ],
    );
    assert.deepEqual(columnOf(profile, 'joined').dates, { min: '2026-01-01T00:00:00.000Z', max: '2026-01-28T00:00:00.000Z' });
    assert.deepEqual(columnOf(profile, 'city').distinct, { count: 3, exact: true });
    assert.deepEqual(columnOf(profile, 'city').top?.[0], { value: 'Bern', count: 34 });
    assert.deepEqual(columnOf(profile, 'city').lengths, { min: 4, max: 4, mean: 4 });
    assert.deepEqual(profile.labels, { from: 'label', counts: ['0', '1', '2', '3'].map((value) => ({ value, count: 25 })) });
    assert.deepEqual(profile.duplicates, { count: 0, examples: [], exact: true, compared: 100 });
  });

  it('counts exactly while there are few different values, small and large, negative and fractional', async () => {
    const random = randomNumbers(3);
    const values = Array.from({ length: 5000 }, () => Math.floor(random() * 2000) / (random() < 0.5 ? 1 : 4) - 300);
    const profile = await folder.profileOf('exact.csv', `x\n${values.join('\n')}\n`);
    const { numbers, distinct } = columnOf(profile, 'x');
    const { mean, std, quantile, sorted } = plainly(values);
    assert.equal(numbers?.exact, true);
    assert.deepEqual(distinct, { count: new Set(values).size, exact: true });
    near(numbers?.mean, mean);
    near(numbers?.std, std);
    assert.deepEqual([numbers?.min, numbers?.max], [sorted[0], sorted.at(-1)]);
    for (const [key, p] of [
      ['p05', 0.05],
      ['p25', 0.25],
      ['p50', 0.5],
      ['p75', 0.75],
      ['p95', 0.95],
    ] as const)
      near(numbers?.quantiles[key], quantile(p));
    const { edges, counts } = numbers.histogram;
    const inBin = (bin: number): number =>
      values.filter((value) => value >= edges[bin]! && (value < edges[bin + 1]! || bin === counts.length - 1)).length;
    assert.deepEqual(
      counts,
      counts.map((_, bin) => inBin(bin)),
    );
  });

  it('estimates beyond that, says so, and stays near', async () => {
    const random = randomNumbers(11);
    const values = Array.from({ length: 60_000 }, () => 1e9 + Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(6.283 * random()));
    const profile = await folder.profileOf('many.csv', `x\n${values.join('\n')}\n`);
    const { numbers, distinct, top } = columnOf(profile, 'x');
    const { mean, std, sorted } = plainly(values);
    assert.equal(numbers?.exact, false);
    assert.equal(top, undefined);
    near(numbers?.mean, mean, 1e-14);
    // Sums of squares would have lost all of this: the values are a billion, their spread is one.
    near(numbers?.std, std, 1e-6);
    assert.equal(distinct.exact, false);
    assert.ok(Math.abs(distinct.count / new Set(values).size - 1) < 0.08, String(distinct.count));
    for (const [key, p] of [
      ['p05', 0.05],
      ['p25', 0.25],
      ['p50', 0.5],
      ['p75', 0.75],
      ['p95', 0.95],
    ] as const) {
      const rank = sorted.findIndex((value) => value >= numbers.quantiles[key]) / sorted.length;
      assert.ok(Math.abs(rank - p) < 0.01, `${key} is at rank ${rank}`);
    }
    assert.ok(Math.abs(numbers.histogram.counts.reduce((sum, count) => sum + count, 0) - values.length) < 30);
  });

  it('tells stray cells in a column of numbers, infinite numbers, and numbers too long for one', async () => {
    const profile = await folder.profileOf('stray.csv', 'a,b,c\n1,inf,12345678901234567890\n2,-Infinity,12345678901234567891\nx,3,5\n');
    assert.deepEqual(columnOf(profile, 'a').kinds, { integer: 2, text: 1 });
    assert.equal(columnOf(profile, 'a').type, 'text');
    assert.deepEqual([columnOf(profile, 'b').numbers?.infinite, columnOf(profile, 'b').numbers?.max], [2, 3]);
    assert.deepEqual(columnOf(profile, 'c').distinct, { count: 3, exact: true });
  });

  for (const [name, text, header, delimiter] of [
    ['numbers alone', '1,2\n3,4\n', false, ','],
    ['names over numbers', 'a;b\n1;2\n', true, ';'],
    ['names that pandas numbers', '0,1,2\n5,6,7\n8,9,1\n', true, ','],
    ['an index without a name', ',x,y\n0,1,2\n1,3,4\n', true, ','],
    ['texts alone, the first row coming again', 'a,b\nc,d\na,d\n', false, ','],
    ['tabs', 'x\ty\n1\ta b\n', true, '\t'],
    ['quoted delimiters of another kind', 'x|y\n"a,b,c"|1\n"d,e"|2\n', true, '|'],
    ['one column', 'x\n1\n2\n', true, ','],
  ] as const)
    it(`finds out how a table is written: ${name}`, async () => {
      assert.deepEqual((await folder.profileOf('guess.csv', text)).dialect, { delimiter, header });
    });

  it('takes what it is told over what it would guess', async () => {
    const profile = await folder.profileOf('told.csv', 'a,1\nb,2\n', { header: true, delimiter: ',', label: 1 });
    assert.deepEqual([profile.rows, profile.labels], [1, { from: 'a', counts: [{ value: 'b', count: 1 }] }]);
    await assert.rejects(
      folder.profile('told.csv', { label: 'nothing' }),
      /There is no column "nothing" to take labels from; there are 2 columns/,
    );
  });

  it('finds repeated rows, and rows with cells too many or too few', async () => {
    const profile = await folder.profileOf('rows.csv', 'a,b\n1,2\n3,4\n1,2\n5\n1,2\n6,7,8\n');
    assert.deepEqual(profile.duplicates, { count: 2, examples: [3, 5], exact: true, compared: 6 });
    assert.deepEqual(
      profile.problems.map(({ row, line, message }) => [row, line, message]),
      [
        [4, 5, 'has 1 cell, not 2'],
        [6, 7, 'has 3 cells, not 2'],
      ],
    );
    assert.equal(columnOf(profile, 'b').missing, 1);
  });

  it('reads a byte order mark, CRLF and gzip', async () => {
    const text = '\ufeffname,n\r\nx,1\r\ny,2\r\n';
    for (const [name, content] of [
      ['bom.csv', text],
      ['bom.csv.gz', gzipSync(text)],
    ] as const) {
      const profile = await folder.profileOf(name, content);
      assert.deepEqual(
        profile.columns?.map((column) => column.name),
        ['name', 'n'],
        name,
      );
      assert.equal(columnOf(profile, 'n').numbers?.max, 2);
    }
  });

  it('refuses what is no text table, in a line that says why', async () => {
    await assert.rejects(folder.profileOf('nul.csv', 'a,b\n1,\0\n'), /nul\.csv is not a text table: it has a NUL at byte 6/);
    await assert.rejects(
      folder.profileOf('wide.csv', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le')),
      /wide\.csv is in UTF-16; save it as UTF-8/,
    );
    const cut = gzipSync('a,b\n'.repeat(100_000)).subarray(0, 200);
    await assert.rejects(folder.profileOf('cut.csv.gz', cut), /cut\.csv\.gz is cut off: its gzip stream ends in an error/);
    await assert.rejects(folder.profile('absent.csv'), /There is no data at .*absent\.csv/);
  });

  it('looks at the first 10,000 of a million columns, and counts the others', async () => {
    const profile = await folder.profileOf('wide.csv', `${'7,'.repeat(999_999)}7\n${'8,'.repeat(999_999)}8\n`);
    assert.deepEqual([profile.columnCount, profile.columns?.length, profile.rows], [1_000_000, 10_000, 2]);
    assert.match(profile.notes[0] ?? '', /first 10000 of 1000000 columns/);
    assert.equal(profile.columns?.at(-1)?.numbers?.max, 8);
  });

  it('stops when it is told to', async () => {
    folder.write('stop.csv', 'a\n'.repeat(2_000_000));
    const { profileContent } = await import('../../../../src/data/content/contentProfile');
    const abort = new AbortController();
    const source = await openPlace({ kind: 'path', path: folder.path('stop.csv') });
    const reading = profileContent(source, {}, { signal: abort.signal, onProgress: () => abort.abort(new Error('enough')) });
    await assert.rejects(reading, /enough/);
  });

  describe('whole numbers that no number holds', () => {
    /** Of the deviation, by its definition in whole numbers. */
    const exactStd = (values: readonly bigint[]): number => {
      const n = BigInt(values.length);
      const sum = values.reduce((total, value) => total + value, 0n);
      const squares = values.reduce((total, value) => total + value * value, 0n);
      return Math.sqrt(Number(n * squares - sum * sum) / Number(n * (n - 1n)));
    };
    const base = 2n ** 53n;
    const csv = (values: readonly bigint[]): string => `id\n${values.join('\n')}\n`;
    const jsonl = (values: readonly bigint[]): string => values.map((value) => `{"id":${value}}\n`).join('');

    for (const [name, values] of [
      ['neighbours beyond 2^53', [base + 1n, base + 3n, base + 5n]],
      ['on both sides of it', Array.from({ length: 21 }, (_, index) => base - 10n + BigInt(index))],
      ['negative ones', [-base - 7n, -base - 1n, 4n]],
      [
        'nanoseconds, too many to count each',
        Array.from({ length: 30_000 }, (_, index) => 1_790_000_000_123_456_789n + 1001n * BigInt(index)),
      ],
      ['longer ones than 64 bits', [10n ** 30n + 1n, 10n ** 30n + 2n]],
      ['a small one first', [5n, 12_345_678_901_234_567_891n, 12_345_678_901_234_567_890n]],
    ] as const)
      it(`are told in full digits, with their deviation: ${name}`, async () => {
        const sorted = [...values].sort((a, b) => (a < b ? -1 : 1));
        for (const [file, content] of [
          ['ids.csv', csv(values)],
          ['ids.jsonl', jsonl(values)],
        ] as const) {
          const { numbers, type, distinct, kinds } = columnOf(await folder.profileOf(file, content), 'id');
          assert.deepEqual([type, kinds], ['integer', { integer: values.length }], file);
          const shown = (end: 'min' | 'max'): string => numbers?.digits?.[end] ?? String(numbers?.[end]);
          assert.deepEqual([shown('min'), shown('max')], [String(sorted[0]), String(sorted.at(-1))], file);
          near((numbers?.std ?? NaN) / exactStd(values), 1, 1e-9);
          if (distinct.exact) assert.equal(distinct.count, values.length, file);
        }
      });

    it('have no deviation where all are the same, few or many', async () => {
      for (const value of ['9007199254740993', '1.1', '9007199254740991', '100000000000000000000000000000001'])
        for (const count of [3, 1000]) {
          const { numbers } = columnOf(await folder.profileOf('same.csv', `id\n${`${value}\n`.repeat(count)}`), 'id');
          assert.deepEqual([numbers?.std, numbers?.mean], [0, Number(value)], value);
        }
    });

    it('are told apart between two versions by their last digit', async () => {
      const [before, after] = [await folder.profileOf('a.csv', csv([1n, base])), await folder.profileOf('a.csv', csv([1n, base + 1n]))];
      assert.deepEqual(compareProfiles(before, after).columns[0]?.max, { before: '9007199254740992', after: '9007199254740993' });
    });

    it('count once however they are written, are text beyond 300 digits, and stand beside fractions', async () => {
      const long = '9'.repeat(400);
      const text = `a,b,c\n9007199254740993,${long},0.5\n+009007199254740993,${long}9,9007199254740993\n`;
      const profile = await folder.profileOf('mixed.csv', text);
      assert.deepEqual(columnOf(profile, 'a').distinct, { count: 1, exact: true });
      assert.deepEqual([columnOf(profile, 'b').type, columnOf(profile, 'b').distinct.count], ['text', 2]);
      const { type, numbers } = columnOf(profile, 'c');
      assert.deepEqual([type, numbers?.min, numbers?.digits], ['number', 0.5, { min: undefined, max: '9007199254740993' }]);
    });
  });

  it('reads JSON lines', async () => {
    const profile = await folder.profileOf('x.jsonl', '{"a":1,"b":"x"}\n{"a":2.5,"b":null}\nnonsense\n\n{"a":3,"b":"x","c":[1]}\n');
    assert.deepEqual([profile.rows, columnOf(profile, 'a').type, columnOf(profile, 'b').missing], [3, 'number', 1]);
    assert.deepEqual(
      profile.problems.map(({ line, message }) => [line, message]),
      [[3, 'is no JSON object']],
    );
  });

  it('reads what is not UTF-8 as Windows-1252, names of columns too, and says so', async () => {
    const table = (high: number, low: number): Buffer =>
      Buffer.from(`Größe,label\n${'1,ä\n'.repeat(high)}${'2,ö\n'.repeat(low)}3,“x” €\n`.replace('“x” €', '\x93x\x94 \x80'), 'latin1');
    const profile = await folder.profileOf('latin.csv', table(12, 8));
    assert.deepEqual(profile.labels?.counts, [
      { value: 'ä', count: 12 },
      { value: 'ö', count: 8 },
      { value: '“x” €', count: 1 },
    ]);
    assert.deepEqual(
      profile.columns?.map(({ name }) => name),
      ['Größe', 'label'],
    );
    assert.deepEqual([profile.notes, profile.problemCount], [['It is not UTF-8: read as Windows-1252.'], 0]);
    assert.deepEqual(compareProfiles(profile, await folder.profileOf('shifted.csv', table(8, 12))).labels.slice(0, 2), [
      { value: 'ä', before: 12, after: 8, shareBefore: 12 / 21, shareAfter: 8 / 21 },
      { value: 'ö', before: 8, after: 12, shareBefore: 8 / 21, shareAfter: 12 / 21 },
    ]);
  });

  it('keeps apart what is damaged in a table of UTF-8, early or late, and names where', async () => {
    for (const [name, before] of [
      ['early', '1,Köln\n2,Zürich\n3,Genève\n'],
      ['late', '1,Bern\n'.repeat(2 ** 18)],
    ] as const) {
      const rows = before.split('\n').length - 1;
      const bytes = Buffer.concat([Buffer.from(`id,city\n${before}`), Buffer.from('4,ä\n5,ö\n', 'latin1')]);
      const profile = await folder.profileOf(`${name}.csv`, bytes);
      assert.deepEqual([profile.notes, profile.dialect], [[], { delimiter: ',', header: true }]);
      assert.deepEqual(profile.problems, [
        { path: `${name}.csv`, row: rows + 1, line: rows + 2, message: 'has text that is not UTF-8: read as Windows-1252' },
      ]);
      const { distinct, top } = columnOf(profile, 'city');
      assert.deepEqual(distinct, { count: name === 'early' ? 5 : 3, exact: true });
      assert.ok(top?.some(({ value }) => value === 'ä') && top.some(({ value }) => value === 'ö'));
      assert.equal(top?.[0]?.value, name === 'early' ? 'Köln' : 'Bern');
    }
  });

  it('reads each byte that Windows-1252 has, and those that it lacks, as what browsers read', async () => {
    const bytes = Array.from({ length: 128 }, (_, at) => 128 + at);
    const table = Buffer.concat([Buffer.from('c\n'), ...bytes.map((byte) => Buffer.from([0x78, byte, 0x0a]))]);
    const { values } = columnOf(await folder.profileOf('bytes.csv', table, { valuesOf: ['c'], header: true }), 'c');
    const decoder = new TextDecoder('windows-1252');
    assert.deepEqual(
      values,
      bytes.map((byte) => `x${decoder.decode(Uint8Array.of(byte))}`),
    );
  });

  it('reads UTF-8 as that behind a beginning that looks like something else', async () => {
    const bytes = Buffer.concat([Buffer.from('city\nä\n', 'latin1'), Buffer.from('Bern\n'.repeat(2 ** 18)), Buffer.from('Köln\n')]);
    const { top } = columnOf(await folder.profileOf('early.csv', bytes, { header: true }), 'city');
    assert.deepEqual(top?.map(({ value }) => value).sort(), ['Bern', 'Köln', 'ä']);
  });

  it('finds the same rows in a table, or JSON lines, saved in another encoding', async () => {
    const text = 'id,city\n1,Zürich\n2,"Köln, alt"\n3,Bern\n4,\n';
    const lines = '{"city":"Zürich"}\n{"city":"Köln"}\n';
    for (const [name, before, after] of [
      ['t.csv', Buffer.from(text), Buffer.from(text, 'latin1')],
      ['t.csv', Buffer.from(`\ufeff${text}`), Buffer.from(text, 'latin1')],
      ['t.jsonl', Buffer.from(`\ufeff${lines}`), Buffer.from(lines, 'latin1')],
    ] as const) {
      const found = await compareContent(...(await sources(before, after, name)));
      assert.equal(found.rowContent?.onlyAfter, 0, name);
      assert.ok(isSame(found), name);
    }
  });

  it('refuses UTF-16 in JSON lines, and reads a damaged first line behind a mark of UTF-8', async () => {
    const line = '{"city":"Köln"}\n';
    for (const bytes of [Buffer.from(`\ufeff${line}`, 'utf16le'), Buffer.from(`\ufeff${line}`, 'utf16le').swap16()])
      await assert.rejects(folder.profileOf('wide.jsonl', bytes), /wide\.jsonl is in UTF-16; save it as UTF-8/);
    const marked = Buffer.concat([Buffer.from('\ufeff'), Buffer.from(line, 'latin1'), Buffer.from(line)]);
    const profile = await folder.profileOf('marked.jsonl', marked);
    assert.deepEqual([profile.rows, columnOf(profile, 'city').top, profile.problemCount], [2, [{ value: 'Köln', count: 2 }], 1]);
  });

  it('keeps apart what is no UTF-8 in JSON lines', async () => {
    const profile = await folder.profileOf('latin.jsonl', Buffer.from('{"city":"ä"}\n{"city":"ö"}\n', 'latin1'));
    // Of a whole file in another encoding, the first line is told.
    assert.deepEqual([columnOf(profile, 'city').distinct.count, profile.problemCount, profile.problems[0]?.line], [2, 1, 1]);
  });

  it('reads UTF-8 whose character is cut by the end of what is looked at first', async () => {
    for (const pad of [0, 1, 2]) {
      const profile = await folder.profileOf('cut.csv', `label\n${'x'.repeat(pad)}\n${'€\n'.repeat(2 ** 19)}`);
      assert.deepEqual([profile.notes, profile.problemCount, columnOf(profile, 'label').top?.[0]?.value], [[], 0, '€']);
    }
  });
});
