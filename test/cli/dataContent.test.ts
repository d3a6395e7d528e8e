import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CheckReport } from '../../src/data/checks/checks';
import type { ContentComparison } from '../../src/data/content/comparison';
import type { Profile } from '../../src/data/content/profile';
import { CodeRepository } from '../unit/code/codeRepository';
import { idxFile } from '../unit/data/content/contentFolder';

const PROGRAM = resolve('dist/ml-tracking.js');

/** The built program on real files. */
describe('ml-tracking data profile, compare and check', function () {
  this.timeout(120_000);
  let repository: CodeRepository;

  const run = (...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly said: string }> =>
    new Promise((fulfil) => {
      const env = { ...process.env, ML_TRACKING_STORE: '', MLFLOW_TRACKING_URI: '', NODE_NO_WARNINGS: '1' };
      execFile(process.execPath, [PROGRAM, ...args], { cwd: repository.root, env, timeout: 60_000 }, (error, out, said) =>
        fulfil({ code: error ? Number(error.code ?? -1) : 0, out, said }),
      );
    });

  before(() => {
    repository = new CodeRepository();
    repository.commit('data/t.csv', 'x,label\n1,a\n2,b\n3,a\n4,b\n', 'First');
    repository.commit('data/t.csv', 'x,label\n1,a\n2,b\n3,a\n40,b\n', 'Second');
  });
  after(() => repository.dispose());

  it('prints a profile for people and as JSON', async () => {
    const text = await run('data', 'profile', 'data/t.csv');
    assert.equal(text.code, 0, text.said);
    assert.match(text.out, /t\.csv: csv/);
    assert.match(text.out, /\nx +integer +0 +4 +1 +40 /);
    const profile = JSON.parse((await run('data', 'profile', 'data/t.csv', '--json', '--no-header', '--label', '1')).out) as Profile;
    assert.deepEqual([profile.rows, profile.labels?.from, profile.dialect?.header], [5, 'column 1', false]);
  });

  it('prints long whole numbers in full digits', async () => {
    repository.write('data/ids.csv', 'id\n9007199254740993\n9007199254740995\n');
    const text = await run('data', 'profile', 'data/ids.csv');
    assert.match(text.out, /\nid +integer +0 +2 +9007199254740993 +9007199254740995 .* 1\.4142 /);
    const profile = JSON.parse((await run('data', 'profile', 'data/ids.csv', '--json')).out) as Profile;
    assert.deepEqual(profile.columns?.[0]?.numbers?.digits, { min: '9007199254740993', max: '9007199254740995' });
  });

  it('compares a file with a version of it', async () => {
    repository.write('data/t.csv', 'x,label\n1,a\n2,b\n3,a\n');
    const text = await run('data', 'compare', 'data/t.csv@HEAD~1', 'data/t.csv');
    assert.equal(text.code, 0, text.said);
    assert.match(text.out, /rows: 4 → 3\nrow content: 0 new, 1 gone, 3 in both/);
    const json = JSON.parse((await run('data', 'compare', 'data/t.csv@HEAD~1', 'data/t.csv@HEAD', '--json')).out) as ContentComparison;
    assert.deepEqual(json.columns[0]?.max, { before: 4, after: 40 });
    assert.equal((await run('data', 'compare', 'data/t.csv@HEAD', 'data/t.csv@HEAD')).out, 'no differences\n');
  });

  it('tells of a table that is not UTF-8', async () => {
    repository.write('data/city.csv', 'city,n\nKöln,1\n');
    writeFileSync(repository.path('data/latin.csv'), 'city,n\nKöln,1\n', 'latin1');
    assert.match((await run('data', 'profile', 'data/latin.csv')).out, /\nIt is not UTF-8: read as Windows-1252\.\n[^]*Köln \(1\)/);
    assert.equal((await run('data', 'compare', 'data/city.csv', 'data/latin.csv')).out.split('\n')[0], 'encoding: UTF-8 → Windows-1252');
  });

  it('ends with 0, 1 or 2: passed, failed, not usable', async () => {
    const none = await run('data', 'check');
    assert.deepEqual([none.code, /There is no checks file in .*--init PATH/.test(none.said)], [2, true]);
    const init = await run('data', 'check', '--init', 'data/t.csv');
    assert.deepEqual(
      [init.code, init.out],
      [0, `Wrote ${['data', 't.csv.checks.yaml'].join(process.platform === 'win32' ? '\\' : '/')}.\n`],
    );
    const written = readFileSync(repository.path('data/t.csv.checks.yaml'), 'utf8');
    const again = await run('data', 'check', '--init', 'data/t.csv');
    assert.deepEqual([again.code, /is there already/.test(again.said)], [2, true]);
    assert.equal(readFileSync(repository.path('data/t.csv.checks.yaml'), 'utf8'), written);
    assert.equal((await run('data', 'check')).code, 0);
    repository.write('data/t.csv', 'x,label\n1,a\n2,b\nthree,a\n');
    const failed = await run('data', 'check', 'data/t.csv');
    assert.equal(failed.code, 1);
    assert.match(
      failed.out,
      /column x: type: expected integer, found text \(2 integer, 1 text\) \(.*t\.csv\.checks\.yaml:\d+\)\n {4}row 3, line 4: three\n/,
    );
    const reports = JSON.parse((await run('data', 'check', '--repo', '.', '--json')).out) as CheckReport[];
    assert.deepEqual(
      reports.map(({ outcome }) => outcome),
      ['failed'],
    );
    repository.write('other.csv.checks.yaml', 'rows: 1\n');
    assert.equal((await run('data', 'check')).code, 2);
    assert.equal((await run('data', 'profile', 'nowhere.csv')).code, 2);
  });

  it('trains nothing on data that is not as its checks say, unless told to', async () => {
    const images = (count: number) =>
      idxFile(
        [count, 28, 28],
        new Uint8Array(count * 784).map((_, at) => (at * 31) % 256),
      );
    const labels = (count: number) =>
      idxFile(
        [count],
        new Uint8Array(count).map((_, at) => at % 10),
      );
    for (const [part, count] of [
      ['train', 40],
      ['t10k', 20],
    ] as const) {
      repository.write(`digits/${part}-images-idx3-ubyte`, images(count));
      repository.write(`digits/${part}-labels-idx1-ubyte`, labels(count));
    }
    repository.write('digits.checks.yaml', 'parts:\n  train-images-idx3-ubyte:\n    rows: { min: 60000 }\n');
    const train = ['train', '--data', 'digits', '--epochs', '1', '--batch-size', '20', '--store', '.tracking', '--backend', 'wasm'];
    const stopped = await run(...train);
    assert.equal(stopped.code, 1);
    assert.match(stopped.said, /train-images-idx3-ubyte: rows: expected at least 60000, found 40 \(digits\.checks\.yaml:3\)/);
    assert.match(stopped.said, /The data is not as digits\.checks\.yaml says; nothing was trained/);
    assert.ok(!existsSync(repository.path('.tracking')));
    const skipped = await run(...train, '--no-checks', '--json');
    assert.equal(skipped.code, 0, skipped.said);
    assert.equal((JSON.parse(skipped.out) as { readonly tags: Record<string, string> }).tags['mlTracking.data.checks'], 'skipped');
    repository.write('digits.checks.yaml', 'parts:\n  train-images-idx3-ubyte:\n    rows: 40\n');
    const passed = JSON.parse((await run(...train, '--json')).out) as { readonly tags: Record<string, string> };
    assert.equal(passed.tags['mlTracking.data.checks'], 'passed');
  });
});
