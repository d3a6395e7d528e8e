import assert from 'node:assert/strict';
import { PNG } from 'pngjs';
import type { CheckReport } from '../../../../src/data/checks/checks';
import { parseChecks } from '../../../../src/data/checks/checksFile';
import { checksFileOf, checksFilesFor, findChecksFiles } from '../../../../src/data/checks/checksFiles';
import { runChecks } from '../../../../src/data/checks/checkRun';
import { suggestChecks } from '../../../../src/data/checks/suggestion';
import { ContentFolder, idxFile, npyFile } from '../content/contentFolder';

const errorsOf = (text: string): string[] => parseChecks(text).errors.map(({ line, message }) => `${line}: ${message}`);

describe('a checks file', () => {
  it('is told what is wrong with it, line by line, and what would be right', () => {
    assert.deepEqual(
      errorsOf(
        [
          'rows: many',
          'colums: 3',
          'header: perhaps',
          'missing: { max: none }',
          'pixels: { min: 255, max: 0 }',
          'labels: 3',
          'delimiter: ",,"',
          'shape: [3, x]',
          'schema:',
          '  - type: integer',
          '  - column: age',
          '    type: int',
          '    min: low',
          '  - columns: 9-3',
          'parts:',
          '  a.csv:',
          '    row: 3',
        ].join('\n'),
      ),
      [
        '1: rows must be a number, or min and max such as { min: 1, max: 10 }',
        '2: the file has no "colums"; it may have format, header, delimiter, label, rows, columns, files, missing, duplicates, image, pixels, shape, type, labels, class_share, schema, parts',
        '3: header must be true or false',
        '4: max of missing must be a number',
        '5: min of pixels is above its max',
        '6: labels must be a list such as [a, b]',
        '7: delimiter must be one character, such as "," or "\\t"',
        '8: a size of shape (null for any) must be a whole number from 0 on',
        '10: an entry of schema needs column (a name or a position) or columns (such as 1-784)',
        '12: type of column age must be one of integer, number, boolean, date, text',
        '13: min of column age must be a number, or a date such as 2026-01-31',
        '14: columns must be positions from 1, such as 1-784',
        '17: part a.csv has no "row"; it may have format, header, delimiter, label, rows, columns, missing, duplicates, image, pixels, shape, type, labels, class_share, schema',
      ],
    );
  });

  it('is refused where it is no YAML, or nothing', () => {
    assert.match(errorsOf('rows: [1')[0] ?? '', /^1: /);
    assert.match(
      errorsOf('schema:\n- columns: 1-999999999999\n  values: [1]\n')[0] ?? '',
      /^2: columns must be no more than 10000 positions/,
    );
    assert.match(errorsOf('schema:\n- columns: 9-3\n')[0] ?? '', /^2: columns must be positions from 1, such as 1-784/);
    assert.deepEqual(errorsOf('parts: 3\n'), ['1: parts must be a mapping']);
    assert.match(errorsOf('rows: 1\nrows: 2\n')[0] ?? '', /^2: the file has "rows" twice; keep one of them/);
    assert.match(errorsOf('# nothing yet\n')[0] ?? '', /^1: the file says nothing/);
    assert.match(errorsOf('- rows\n')[0] ?? '', /^1: the file must be a mapping/);
  });
});

describe('checking data', () => {
  let folder: ContentFolder;
  beforeEach(() => (folder = new ContentFolder()));
  afterEach(() => folder.dispose());

  const check = async (name: string, content: string | Uint8Array | undefined, checks: string): Promise<CheckReport> => {
    if (content !== undefined) folder.write(name, content);
    return runChecks(folder.write(`${name}.checks.yaml`, checks));
  };
  const failures = (report: CheckReport) =>
    report.results
      .filter(({ passed }) => !passed)
      .map(({ check: what, expected, found, examples, line }) => [what, expected, found, examples.map(({ row }) => row), line]);

  const people = 'id,age,city\n1,20,Bern\n2,-5,Oslo\n3,,Rome\n3,abc,Bern\n1,20,Bern\n';

  it('passes what is so', async () => {
    const report = await check(
      'people.csv',
      people,
      'format: csv\nheader: true\nrows: { min: 5, max: 5 }\ncolumns: [id, age, city]\nmissing: 1\nduplicates: 1\nschema:\n  - { column: 1, type: integer, min: 1, max: 3 }\n  - { column: city, type: text, values: [Bern, Oslo, Rome], missing: 0 }\n',
    );
    assert.deepEqual([report.outcome, failures(report), report.results.length], ['passed', [], 12]);
  });

  it('tells what fails: what was expected, what was found, and in which rows', async () => {
    const report = await check(
      'people.csv',
      people,
      [
        'rows: 6',
        'columns: [id, city, size]',
        'missing: 0',
        'duplicates: 0',
        'schema:',
        '  - column: age',
        '    type: integer',
        '    min: 0',
        '    max: 19',
        '  - column: city',
        '    values: [Bern, Rome]',
        '  - column: id',
        '    unique: true',
        '  - column: nothing',
        '    type: text',
      ].join('\n'),
    );
    assert.equal(report.outcome, 'failed');
    assert.deepEqual(failures(report), [
      ['rows', '6', '5', [], 1],
      ['columns', 'id, city, size', 'without size; also age', [], 2],
      ['missing', 'at most 0', '1', [3], 3],
      ['duplicates', 'at most 0', '1', [5], 4],
      ['column age: type', 'integer', 'text (3 integer, 1 text)', [4], 7],
      ['column age: min', 'at least 0', '-5', [2], 8],
      ['column age: max', 'at most 19', '20', [1, 5], 9],
      ['column city: values', 'Bern, Rome', 'Oslo', [2], 11],
      ['column id: unique', 'no value twice', '2 repeated', [], 13],
      ['column nothing', 'to be there', 'the data has no column nothing', [], 14],
    ]);
  });

  it('fails rows that are not whole, unasked', async () => {
    const report = await check('ragged.csv', 'a,b\n1,2\n3\n', 'rows: 2\n');
    assert.deepEqual(failures(report), [['well-formed', 'whole', '1 fault', [2], 1]]);
  });

  it('checks a table of pixels: dimensions, values 0 to 255 and labels', async () => {
    const row = (label: number, first = 0): string => [first, ...Array.from({ length: 783 }, (_, at) => at % 256), label].join(',');
    const checks =
      'header: false\nimage: { width: 28, height: 28, channels: 1 }\npixels: { min: 0, max: 255 }\nlabels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\nlabel: 785\n';
    const rows = Array.from({ length: 40 }, (_, at) => row(at % 10, at));
    assert.equal((await check('train.csv', rows.join('\n'), checks)).outcome, 'passed');
    rows[6] = row(6, 256);
    rows[8] = row(11);
    rows[9] = row(9, -1);
    assert.deepEqual(failures(await check('train.csv', rows.join('\n'), checks)), [
      ['pixels', '0 to 255', '-1 to 256', [7, 10], 3],
      ['labels', '0, 1, 2, 3, 4, 5, 6, 7, 8, 9', '11 (1)', [9], 4],
    ]);
    const wrong = await check('train.csv', rows.join('\n'), 'header: false\nimage: { width: 32, height: 32 }\n');
    assert.deepEqual(failures(wrong), [['image', '32 × 32', '28 × 28 × 1', [], 2]]);
  });

  it('checks the IDX files of a folder by name', async () => {
    folder.write(
      'raw/t-images-idx3-ubyte',
      idxFile(
        [3, 28, 28],
        new Uint8Array(3 * 784).map((_, at) => at % 256),
      ),
    );
    folder.write('raw/t-labels-idx1-ubyte', idxFile([3], Uint8Array.of(1, 12, 3)));
    const digits = 'labels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]';
    const report = await check(
      'raw',
      undefined,
      `files: 2\nparts:\n  t-images-idx3-ubyte:\n    image: { width: 28, height: 28 }\n    pixels: { min: 0, max: 250 }\n    ${digits}\n  t-labels-idx1-ubyte:\n    ${digits}\n    shape: [null]\n    type: uint8\n  t10k: {}\n`,
    );
    assert.deepEqual(failures(report), [
      ['t-images-idx3-ubyte: pixels', '0 to 250', '0 to 255', [1, 2, 3], 5],
      ['t-images-idx3-ubyte: labels', '0, 1, 2, 3, 4, 5, 6, 7, 8, 9', '12 (1)', [], 6],
      ['t-labels-idx1-ubyte: labels', '0, 1, 2, 3, 4, 5, 6, 7, 8, 9', '12 (1)', [2], 8],
      ['t10k', 'to be there', 'raw has no such file', [], 11],
    ]);
  });

  it('checks a folder of images: sizes, classes and their shares', async () => {
    const png = (side: number, grey: number) =>
      PNG.sync.write(Object.assign(new PNG({ width: side, height: side, fill: true }), { data: Buffer.alloc(side * side * 4, grey) }), {
        colorType: 0,
      });
    for (let at = 0; at < 9; at++) folder.write(`set/${at < 8 ? 'a' : 'b'}/${at}.png`, png(at === 4 ? 5 : 4, at * 20));
    const report = await check(
      'set',
      undefined,
      'files: { min: 10 }\nimage: { width: 4, height: 4 }\nlabels: [a]\nclass_share: { min: 0.2 }\n',
    );
    assert.deepEqual(
      failures(report).map(([what, , found]) => [what, found]),
      [
        ['files', '9'],
        ['image', '5 × 5 × 1 (1)'],
        ['labels', 'b (1)'],
        ['class_share', 'b: 0.1111'],
      ],
    );
    assert.deepEqual(report.results.find(({ check: what }) => what === 'image')?.examples, [{ path: 'a/4.png', value: '5 × 5 × 1' }]);
  });

  it('checks arrays: shape, type and NaN', async () => {
    const data = new Uint8Array(Float64Array.of(1, NaN, 3, 4, NaN, 6).buffer);
    const report = await check('x.npy', npyFile('<f8', [3, 2], data), 'shape: [null, 3]\ntype: float32\nmissing: 1\n');
    assert.deepEqual(failures(report), [
      ['shape', 'any × 3', '3 × 2', [], 1],
      ['type', 'float32', 'float64', [], 2],
      ['missing', 'at most 1', '2', [1, 3], 3],
    ]);
  });

  it('is unusable with a wrong checks file or without data, and says where and what', async () => {
    const wrong = await check('people.csv', people, 'rows: 1\ncols: 3\n');
    assert.equal(wrong.outcome, 'unusable');
    assert.match(wrong.errors[0] ?? '', /people\.csv\.checks\.yaml:2: the file has no "cols"/);
    const gone = await check('gone.csv', undefined, 'rows: 1\n');
    assert.deepEqual([gone.outcome, gone.errors.length], ['unusable', 1]);
    assert.match(gone.errors[0] ?? '', /There is no data at .*gone\.csv/);
  });

  for (const [name, content] of [
    ['people.csv', people],
    [
      'digits.csv',
      Array.from({ length: 30 }, (_, at) => [...Array.from({ length: 64 }, (_2, x) => (x * at) % 17), at % 3].join(',')).join('\n'),
    ],
    [
      'wide.csv',
      `${Array.from({ length: 100 }, (_, at) => `f${at}`).join(',')}\n${Array.from({ length: 100 }, (_, at) => at / 3).join(',')}\n`,
    ],
    [
      'i-idx3-ubyte',
      idxFile(
        [2, 4, 4],
        new Uint8Array(32).map((_, at) => at),
      ),
    ],
    ['l-idx1-ubyte', idxFile([4], Uint8Array.of(1, 2, 1, 2))],
    ['x.jsonl', '{"a":1,"when":"2026-01-01"}\n{"a":null,"when":"2026-02-01"}\n'],
  ] as const)
    it(`suggests checks that the data passes: ${name}`, async () => {
      const suggested = suggestChecks(await folder.profileOf(name, content));
      const report = await check(name, undefined, suggested);
      assert.deepEqual([report.errors, failures(report), report.outcome], [[], [], 'passed'], suggested);
      assert.ok(report.results.length > 4, suggested);
    });

  it('suggests for digits what the practice asks: dimensions, pixel values and labels', async () => {
    const text = suggestChecks(
      await folder.profileOf(
        'd.csv',
        Array.from({ length: 30 }, (_, at) => [...new Array<number>(784).fill(at), at % 10].join(',')).join('\n'),
      ),
    );
    for (const line of [
      'image: { width: 28, height: 28, channels: 1 }',
      'pixels: { min: 0, max: 255 }',
      'labels: [ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 ]',
      'columns: 785',
      'header: false',
    ])
      assert.ok(text.includes(`${line}\n`), text);
  });

  it('finds checks files: all in a repository, and those of a folder of data', async () => {
    for (const path of [
      'a.csv.checks.yaml',
      'data/raw.checks.yaml',
      'data/raw/x.csv.checks.yaml',
      '.git/x.checks.yaml',
      'node_modules/y.checks.yaml',
      '.checks.yaml',
    ])
      folder.write(path, 'rows: 1\n');
    const below = (files: readonly string[]) => files.map((file) => file.slice(folder.root.length + 1).replaceAll('\\', '/'));
    assert.deepEqual(below(await findChecksFiles(folder.root)), [
      'a.csv.checks.yaml',
      'data/raw.checks.yaml',
      'data/raw/x.csv.checks.yaml',
    ]);
    assert.deepEqual(below(await checksFilesFor(folder.path('data/raw'))), ['data/raw.checks.yaml', 'data/raw/x.csv.checks.yaml']);
    assert.equal(checksFileOf('data/raw/'), 'data/raw.checks.yaml');
  });
});
