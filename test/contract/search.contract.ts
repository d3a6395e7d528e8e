import assert from 'node:assert/strict';
import type { Engine } from '../../src/store/engine';
import { refuses } from './expectations';
import type { Lacks } from './lacks';

export function searchContract(engine: () => Engine, lacks: Lacks): void {
  describe('search', () => {
    /** Three runs, a to c in the order of their start. */
    async function makeRuns(): Promise<void> {
      const { runs } = engine();
      const make = async (
        name: string,
        startTime: number,
        params: Record<string, string>,
        metrics: Record<string, number>,
        tags: Record<string, string>,
      ) => {
        const { runId } = await runs.create({ experimentId: '0', name, startTime, tags });
        await runs.logBatch(runId, {
          params: Object.entries(params).map(([key, value]) => ({ key, value })),
          metrics: Object.entries(metrics).map(([key, value]) => ({ key, value, step: 0, timestamp: 0 })),
        });
        return runId;
      };
      const a = await make('a', 1_000, { lr: '0.1', 'a b': 'x' }, { acc: 0.9, 'val acc': 1 }, { team: 'Red' });
      await make('b', 2_000, { lr: '0.01' }, { acc: NaN }, { team: 'blue', 'it is': "o'clock" });
      await make('c', 3_000, {}, { acc: 0.5, 'val/loss': 7 }, {});
      await runs.update(a, { status: 'FINISHED', endTime: 1_500 });
      await runs.logInputs(a, [
        {
          dataset: { name: 'mnist', digest: 'd1', sourceType: 'local', source: '{}', schema: undefined, profile: undefined },
          tags: { 'mlflow.data.context': 'train' },
        },
      ]);
    }
    const names = async (filter: string, orderBy?: string[]): Promise<string> =>
      (await engine().runs.search({ experimentIds: ['0'], filter, orderBy })).items.map(({ runName }) => runName).join('');

    it('finds runs by every kind of condition', async () => {
      await makeRuns();
      const expected: [filter: string, runs: string][] = [
        ['', 'cba'],
        ['metrics.acc > 0.5', 'a'],
        ['metric.acc >= .5 AND metrics.acc<1e0', 'ca'],
        ['metrics.acc != 0.5', 'ba'],
        ['metrics.acc <= 1', 'ca'],
        ['metrics.`val acc` = 1', 'a'],
        ['metrics."val acc" = 1', 'a'],
        ['metrics.val/loss = 7', 'c'],
        ["params.lr = '0.1'", 'a'],
        ["parameters.lr != '0.1'", 'b'],
        ["param.`a b` = 'x'", 'a'],
        ["params.lr LIKE '0.%'", 'ba'],
        ["params.lr like '0.0_'", 'b'],
        ['params.lr IS NULL', 'c'],
        ['params.lr IS NOT NULL', 'ba'],
        ["tags.team LIKE 'r%'", ''],
        ["tags.team ILIKE 'r%'", 'a'],
        ["tag.`it is` = 'o''clock'", 'b'],
        ['tags.team = "blue"', 'b'],
        ["status = 'FINISHED'", 'a'],
        ["attributes.status != 'FINISHED'", 'cb'],
        ["datasets.name IN ('mnist', 'digits')", 'a'],
        ["dataset.digest NOT IN ('d2')", 'a'],
        ['start_time > 1000 and attribute.start_time <= 3000', 'cb'],
        ['end_time = 1500', 'a'],
        ["datasets.name = 'mnist' AND dataset.digest LIKE 'd_'", 'a'],
        ["datasets.context = 'train'", 'a'],
        ["datasets.context = 'test'", ''],
        ["params.lr = '0.1' AND tags.team = 'Red' AND metrics.acc > 0", 'a'],
        ["params.lr = ''' OR 1=1 --'", ''],
      ];
      for (const [filter, runs] of expected)
        if (!lacks.grammar || !/metrics\.\w+\/|''/.test(filter)) assert.equal(await names(filter), runs, filter);
    });

    it('says what is wrong with a filter', async () => {
      const refused: [filter: string, message: RegExp][] = [
        ["metrics.acc = '0.5'x", /Invalid filter/],
        ['metrics.acc > big', /compared with a number/],
        ['params.lr > 3', /> can't be used with param/],
        ['params.lr = 3', /text in single quotes/],
        ["status = 'A' OR status = 'B'", /only AND/],
        ["status = 'A' status = 'B'", /AND is expected/],
        ["colour = 'A'", /Invalid attribute key "colour"/],
        ["things.a = 'A'", /Invalid entity type "things"/],
        ["dataset.size = 'A'", /Invalid dataset key/],
        ['metrics.acc', /an operator is expected/],
        ['metrics.', /a key is expected/],
        ['metrics.acc >', /a value is expected/],
        ["run_id IN ('a'", /'\)' is expected/],
        ['run_id IN (1)', /a list holds texts/],
        ["run_name IN ('a')", /can't be used/],
        ["tags.a IN ('a')", /can't be used/],
        ['; DROP TABLE run', /Invalid filter/],
        ['start_time IS NULL', /can't be used/],
        ["constructor = 'A'", /Invalid attribute key/],
      ];
      for (const [filter, message] of lacks.grammar ? refused.slice(0, 4) : refused)
        await refuses(engine().runs.search({ experimentIds: ['0'], filter }), 'INVALID_PARAMETER_VALUE', lacks.wording ? /./ : message);
    });

    it('orders: numbers, then NaN, then runs without the metric; ties newest first', async () => {
      await makeRuns();
      await engine().runs.create({ experimentId: '0', name: 'd', startTime: 3_000 });
      await engine().runs.create({ experimentId: '0', name: 'e', startTime: 4_000 });
      assert.equal(await names('', ['metrics.acc']), 'cabed');
      assert.equal(await names('', ['metrics.acc DESC']), 'acbed');
      assert.equal((await names('', ['params.lr asc'])).slice(0, 2), 'ba');
      assert.equal((await names('', ['tags.`team` DESC'])).slice(0, 2), 'ba');
      assert.equal(await names('', ['start_time ASC', 'run_name DESC']), 'abdce');
      assert.equal((await names('', ['attributes.end_time DESC']))[0], 'a');
      await refuses(
        names('', ['metrics.acc', 'metric.acc DESC']),
        lacks.codes ? 'INTERNAL_ERROR' : 'INVALID_PARAMETER_VALUE',
        /duplicate fields/,
      );
      await refuses(names('', ['metrics.acc UP']), 'INVALID_PARAMETER_VALUE', /order_by/);
      await refuses(names('', ['']), 'INVALID_PARAMETER_VALUE', /order_by/);
    });

    it('pages through everything once', async () => {
      const { runs } = engine();
      for (let index = 0; index < 7; index++) await runs.create({ experimentId: '0', name: `r${index}`, startTime: index });
      const seen: string[] = [];
      let pageToken: string | undefined;
      do {
        const page = await runs.search({ experimentIds: ['0'], maxResults: 3, pageToken });
        assert.ok(page.items.length <= 3);
        seen.push(...page.items.map(({ runName }) => runName));
        pageToken = page.nextPageToken;
      } while (pageToken);
      assert.deepEqual(seen, ['r6', 'r5', 'r4', 'r3', 'r2', 'r1', 'r0']);
      await refuses(runs.search({ experimentIds: ['0'], maxResults: 0 }), 'INVALID_PARAMETER_VALUE', /max_results/);
      await refuses(
        runs.search({ experimentIds: ['0'], maxResults: 50_001 }),
        'INVALID_PARAMETER_VALUE',
        lacks.wording ? /50001/ : /at most 50000/,
      );
      await refuses(runs.search({ experimentIds: ['0'], pageToken: 'junk' }), 'INVALID_PARAMETER_VALUE', /page token/);
    });

    it('finds runs by their ids', async () => {
      await makeRuns();
      const { items } = await engine().runs.search({ experimentIds: ['0'] });
      const [c, , a] = items.map(({ runId }) => runId);
      assert.equal(await names(`run_id IN ('${a}', '${c}')`), 'ca');
      assert.equal(await names(`attributes.run_id NOT IN ('${a}', '${c}')`), 'b');
    });

    it('pages on where it was while runs are added', async () => {
      const { runs } = engine();
      for (let index = 0; index < 4; index++) await runs.create({ experimentId: '0', name: `r${index}`, startTime: index });
      const first = await runs.search({ experimentIds: ['0'], maxResults: 2 });
      await runs.create({ experimentId: '0', name: 'newer', startTime: 10 });
      const second = await runs.search({ experimentIds: ['0'], maxResults: 2, pageToken: first.nextPageToken });
      // MLflow's own server counts from the newest run on, so there the second run comes again.
      if (!lacks.steadyPages)
        assert.deepEqual(
          second.items.map(({ runName }) => runName),
          ['r1', 'r0'],
        );
      else assert.equal(second.items.length, 2);
      assert.equal(second.nextPageToken === undefined, !lacks.steadyPages);
    });

    it('keeps to the experiments and the lifecycle asked for', async () => {
      const { experiments, runs } = engine();
      const other = await experiments.create('other');
      const first = await runs.create({ experimentId: '0', name: 'x', startTime: 1 });
      await runs.create({ experimentId: other, name: 'y', startTime: 2 });
      await runs.delete(first.runId);
      const found = async (experimentIds: string[], view?: 'ALL' | 'DELETED_ONLY') =>
        (await runs.search({ experimentIds, view })).items.map(({ runName }) => runName).join('');
      assert.equal(await found(['0', other]), 'y');
      assert.equal(await found(['0', other], 'ALL'), 'yx');
      assert.equal(await found(['0'], 'DELETED_ONLY'), 'x');
      assert.equal(await found([]), '');
      assert.equal(await found(['99', '98']), '');
      await refuses(found(['99', 'nonsense']), 'INVALID_PARAMETER_VALUE', /Invalid experiment ID 'nonsense'/);
    });

    it('gives every run found all of its data', async () => {
      await makeRuns();
      const { items } = await engine().runs.search({ experimentIds: ['0'] });
      for (const run of items) assert.deepEqual(run, await engine().runs.get(run.runId));
    });

    it('finds experiments', async () => {
      const { experiments } = engine();
      const digits = await experiments.create('digits', { team: 'vision' });
      await experiments.create('Letters');
      const found = async (filter: string, orderBy?: string[]) =>
        (await experiments.search({ filter, orderBy })).items.map(({ name }) => name);
      assert.deepEqual(await found("name LIKE 'd%'"), ['digits']);
      assert.deepEqual(await found("name ILIKE 'd%'", ['name ASC']), ['Default', 'digits']);
      assert.deepEqual(await found("tags.team = 'vision'"), ['digits']);
      assert.deepEqual(await found('creation_time > 0 AND last_update_time > 0', ['name DESC']), ['digits', 'Letters', 'Default']);
      await experiments.delete(digits);
      assert.deepEqual(await found("name = 'digits'"), []);
      await refuses(experiments.search({ filter: 'metrics.a > 1' }), 'INVALID_PARAMETER_VALUE', /Invalid entity type/);
    });
  });
}
