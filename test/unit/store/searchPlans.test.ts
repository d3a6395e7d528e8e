import assert from 'node:assert/strict';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type PageQuery, type SearchScope, searchSql } from '../../../src/store/sqlite/searchPage';
import {
  EXPERIMENT_SUBJECT,
  LOGGED_MODEL_SUBJECT,
  MODEL_VERSION_SUBJECT,
  REGISTERED_MODEL_SUBJECT,
  RUN_SUBJECT,
  type SqlSubject,
} from '../../../src/store/sqlite/searchSubjects';
import { openStore } from '../../../src/store/sqlite/store';
import { temporaryFolder } from './temporaryFolder';

/** How SQLite goes about the searches that people and clients ask for: by indexes, and with every key and value bound. */
describe('The plan of a search', () => {
  const path = temporaryFolder();
  let database: DatabaseSync;
  beforeEach(async () => {
    await (await openStore(path('.tracking'))).close();
    database = new DatabaseSync(path('.tracking', 'tracking.db'), { readOnly: true });
  });
  afterEach(() => database.close());

  const one: SearchScope = { usual: 100, most: 1_000, view: 'ACTIVE_ONLY', experiments: [0] };
  const several: SearchScope = { ...one, experiments: [0, 1] };
  const registry: SearchScope = { usual: 100, most: 1_000 };

  function planOf(subject: SqlSubject, query: PageQuery, scope: SearchScope, after?: SQLInputValue[]): string[] {
    const { text, values } = searchSql(subject, query, scope, after);
    assert.equal(text.split('?').length - 1, values.length, 'as many values as question marks');
    const rows = database.prepare(`EXPLAIN QUERY PLAN ${text} LIMIT 10`).all(...(values as SQLInputValue[]));
    return rows.map((row) => String(row['detail']));
  }

  /** No table is read from end to end; json_each is the list of experiments that was asked for. */
  function assertIndexed(plan: readonly string[]): void {
    const scans = plan.filter((step) => step.startsWith('SCAN ') && !/^SCAN (json_each|x VIRTUAL TABLE)/.test(step));
    assert.deepEqual(scans, [], plan.join('\n'));
  }

  const filters: readonly [subject: SqlSubject, filter: string, scope: SearchScope][] = [
    [RUN_SUBJECT, '', one],
    [RUN_SUBJECT, 'metrics.accuracy > 0.9', one],
    [RUN_SUBJECT, "params.epochs = '3' AND tags.kind != 'x' AND metrics.loss < 1", one],
    [RUN_SUBJECT, "run_id IN ('a', 'b')", one],
    [RUN_SUBJECT, "attributes.status = 'RUNNING'", several],
    [RUN_SUBJECT, "datasets.name = 'mnist' AND datasets.context = 'train'", several],
    [RUN_SUBJECT, 'params.a IS NULL AND tags.b IS NOT NULL', one],
    [EXPERIMENT_SUBJECT, "name = 'digits'", { ...registry, view: 'ALL' }],
    [LOGGED_MODEL_SUBJECT, "name = 'model'", one],
    [LOGGED_MODEL_SUBJECT, "metrics.acc > 0.5 AND params.lr = '1'", one],
    [REGISTERED_MODEL_SUBJECT, "name = 'digits'", registry],
    [MODEL_VERSION_SUBJECT, "name = 'digits'", registry],
    [MODEL_VERSION_SUBJECT, "run_id = 'a'", registry],
  ];
  for (const [subject, filter, scope] of filters)
    it(`reads no table whole: ${subject.table} ${filter || 'without a filter'}`, () => {
      const datasets = subject === LOGGED_MODEL_SUBJECT ? [{ name: 'mnist', digest: 'd' }] : undefined;
      assertIndexed(planOf(subject, { filter }, { ...scope, datasets }));
    });

  it('has the runs of one experiment in their order from the index, on every page', () => {
    for (const after of [undefined, [1_000, 'run']]) {
      const plan = planOf(RUN_SUBJECT, {}, one, after);
      assert.ok(
        plan.some((step) => /^SEARCH run USING INDEX run_newest/.test(step)),
        plan.join('\n'),
      );
      assert.ok(!plan.some((step) => /TEMP B-TREE/.test(step)), plan.join('\n'));
    }
  });

  it('orders by metrics, params and tags through their keys', () => {
    assertIndexed(planOf(RUN_SUBJECT, { orderBy: ['metrics.loss DESC', 'params.a', 'tags.b'] }, one));
    const best = { metric: 'acc', descending: true, dataset: { name: 'mnist', digest: 'd' } };
    assertIndexed(planOf(LOGGED_MODEL_SUBJECT, { orderBy: [best, 'metrics.loss ASC'] }, one));
  });

  it('holds nothing that a person has written', () => {
    const text = "x' OR 1=1 --";
    const filter = `params.\`${text}\` = 'x'' OR 1=1 --' AND tags."${text}" LIKE 'x'' OR%'`;
    const sql = searchSql(RUN_SUBJECT, { filter, orderBy: [`metrics.\`${text}\` DESC`] }, one);
    assert.ok(!sql.text.includes('1=1'), sql.text);
    assert.deepEqual(
      sql.values.filter((value) => typeof value === 'string' && value.includes('OR')),
      [text, text, text, text, "x' OR*"],
    );
  });
});
