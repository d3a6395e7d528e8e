import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from '../../../../src/data/checks/checkRun';
import { DataReader } from '../../../../src/data/reader';
import type { DataStatus, OutStatus } from '../../../../src/data/status/status';
import { CheckReports } from '../../../../src/views/data/checkReports';
import { CheckRows, withoutPlace } from '../../../../src/views/data/checkRows';
import { untranslated, type TreeRow } from '../../../../src/views/treeRow';
import { DataRepository } from '../../data/dataRepository';

describe('rows of data’s checks', () => {
  let repository: DataRepository;
  let reader: DataReader;
  let reports: CheckReports;
  let rows: CheckRows;

  beforeEach(() => {
    repository = new DataRepository();
    repository.write('t.csv', 'a,b\n1,x\n2,y\n');
    repository.add('t.csv');
    repository.write('plain.csv', 'a\n1\n');
    repository.add('plain.csv');
    repository.write('t.csv.checks.yaml', 'rows: 2\nschema:\n  - column: a\n    max: 1\n');
    reader = new DataReader(() => undefined, {});
    reports = new CheckReports();
    rows = new CheckRows(reports);
  });
  afterEach(() => {
    reader.dispose();
    repository.dispose();
  });

  async function look(): Promise<OutStatus> {
    const status: DataStatus = await reader.status(repository.root);
    await rows.look([status]);
    assert.deepEqual(
      status.outs.filter((out) => rows.hasRows(out)).map(({ path }) => path),
      ['t.csv'],
    );
    return status.outs.find(({ path }) => path === 't.csv') ?? assert.fail('no t.csv');
  }
  async function run(): Promise<void> {
    const file = join(repository.root, 't.csv.checks.yaml');
    reports.add(await runChecks(file), 12, reports.version(file));
  }
  const drawn = (all: readonly TreeRow[]): string[] =>
    all.flatMap((row) => [`${row.label}: ${row.description}`, ...drawn(row.children ?? [])]);

  it('tell that checks were not run, what failed with its rows, and that the data has changed since', async () => {
    let out = await look();
    assert.deepEqual(drawn(rows.rows(repository.root, out, untranslated)), ['Checks: not run yet']);
    assert.equal(rows.remark(out, untranslated), undefined);
    await run();
    const [top, failed, example] = drawn(rows.rows(repository.root, out, untranslated));
    assert.match(top ?? '', /^Checks: 2 passed, 1 failed · /);
    assert.match(failed ?? '', /^column a: max: /);
    assert.match(example ?? '', /^row 2/);
    assert.equal(rows.remark(out, untranslated), '1 of 3 checks failed');
    repository.write('t.csv', 'a,b\n1,x\n1,y\n');
    out = await look();
    assert.match(drawn(rows.rows(repository.root, out, untranslated))[0] ?? '', /the data has changed since/);
    assert.equal(rows.remark(out, untranslated), undefined);
    await run();
    assert.match(drawn(rows.rows(repository.root, out, untranslated)).join('\n'), /^Checks: 3 passed · [^\n]*$/);
  });

  it('open a faulty checks file at its line', async () => {
    repository.write('t.csv.checks.yaml', 'rows: 2\ncolour: red\n');
    const out = await look();
    await run();
    const [top] = rows.rows(repository.root, out, untranslated);
    assert.match(top?.description ?? '', /^cannot be checked · /);
    const [error] = top?.children ?? [];
    assert.deepEqual(error?.action, { kind: 'open', path: join(repository.root, 't.csv.checks.yaml'), line: 2 });
    assert.doesNotMatch(error?.label ?? '', /checks\.yaml/);
  });

  it('know which messages are about a line', () => {
    const file = join(realpathSync(tmpdir()), 'a:1: b.checks.yaml');
    assert.deepEqual(withoutPlace(file, `${file}:12: no: such key`), ['no: such key', 12]);
    assert.deepEqual(withoutPlace(file, 'the data is gone'), ['the data is gone', undefined]);
    assert.deepEqual(withoutPlace(file, `${file}: is large`), [`${file}: is large`, undefined]);
  });
});
