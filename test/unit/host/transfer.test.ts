import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment } from '../../../src/host/childEnvironment';
import { TransferProgram, type TransferJob } from '../../../src/host/transfer/transferProgram';
import { NOTHING_DONE, parseTransferLine, runsIn, sumOfReports, transferDetails } from '../../../src/host/transfer/transferReport';
import { parseFound } from '../../../src/views/transfer/foundImports';

describe('the lines of a transfer', () => {
  it('are progress, or the report at its end', () => {
    assert.deepEqual(parseTransferLine('{"type":"progress","done":1,"total":3,"run":"a"}'), {
      type: 'progress',
      progress: { done: 1, total: 3, run: 'a', bytes: 0 },
    });
    const parsed = parseTransferLine(
      '{"type":"report","created":2,"problems":[{"item":"run x","message":"no meta.yaml"},null],"notes":["n",1],"stopped":true}',
    );
    assert.deepEqual(parsed, {
      type: 'report',
      report: {
        ...NOTHING_DONE,
        created: 2,
        problems: [
          { item: 'run x', message: 'no meta.yaml' },
          { item: '', message: '' },
        ],
        notes: ['n'],
        stopped: true,
      },
    });
  });

  it('are passed over when they are anything else', () => {
    for (const line of ['', 'text', '5', 'null', '[]', '{"type":"other"}']) assert.equal(parseTransferLine(line), undefined, line);
  });

  it('are told in one line', () => {
    const one = { ...NOTHING_DONE, created: 2, unchanged: 1, files: 14, bytes: 2_100_000, modelVersions: 1 };
    assert.equal(`${runsIn(one)}: ${transferDetails(one)}`, '3 runs: 2 new, 1 unchanged; 14 files (2.1 MB), 1 model version');
    assert.deepEqual([runsIn(NOTHING_DONE), transferDetails(NOTHING_DONE)], ['0 runs', '']);
    const sum = sumOfReports([one, { ...NOTHING_DONE, resumed: 1, notes: ['n'], problems: [{ item: 'i', message: 'm' }] }]);
    assert.deepEqual([sum.created, sum.resumed, sum.problems.length, sum.notes, sum.stopped], [2, 1, 1, ['n'], false]);
  });
});

describe('what is found to import', () => {
  it('has runs and a place', () => {
    const found = { path: '/w/mlruns', runs: 12, experiments: 2, sampleRunIds: ['a', 5] };
    assert.deepEqual(parseFound([found, { path: '/w/empty', runs: 0 }, { runs: 3 }, null, 'x']), [{ ...found, sampleRunIds: ['a'] }]);
    assert.deepEqual(parseFound({}), []);
  });
});

describe('the program that transfers', () => {
  let folder: string;
  const lines: string[] = [];
  const log = { info: (line: string) => void lines.push(line), warn: (line: string) => void lines.push(line) };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'transfer-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(() => lines.splice(0));

  /** A program of the test's own in the place of `ml-tracking`. */
  function program(text: string): TransferProgram {
    const file = join(folder, 'program.mjs');
    writeFileSync(file, text);
    return new TransferProgram(file, log, { ...process.env, MLFLOW_TRACKING_TOKEN: "another's" });
  }
  const job = (...args: string[]): TransferJob => ({ args, cwd: folder, environment: { ML_TRACKING_REMOTE: 'secret' } });

  it('is heard, and given its secrets where nobody reads them', async () => {
    const seen: unknown[] = [];
    const said = await program(`
      console.log(JSON.stringify({ type: 'progress', done: 0, total: 1, run: [process.env.ML_TRACKING_REMOTE, process.env.MLFLOW_TRACKING_TOKEN].join() }));
      console.log(JSON.stringify({ type: 'report', created: 1, notes: process.argv.slice(2) }));
    `).run(job('import', '--', '/x'), new AbortController().signal, ({ run }) => seen.push(run));
    assert.deepEqual(seen, ['secret,']);
    assert.deepEqual(said.notes, ['import', '--progress-json', '--', '/x'], 'a flag after -- is none');
    assert.ok(!lines.join('\n').includes('secret'), lines.join('\n'));
  });

  it('rejects with what the program says when it fails as a whole', async () => {
    const failing = program(`console.error('ml-tracking: there is no store at /x'); process.exitCode = 1;`);
    await assert.rejects(
      failing.run(job('push'), new AbortController().signal, () => undefined),
      /^Error: there is no store at \/x$/,
    );
    await assert.rejects(failing.ask(job('import'), new AbortController().signal), /there is no store/);
  });

  it('is stopped at a safe point, and says how far it came', async function () {
    if (process.platform === 'win32') this.skip();
    const abort = new AbortController();
    const report = await program(`
      process.once('SIGTERM', () => { console.log(JSON.stringify({ type: 'report', created: 1, stopped: true })); clearInterval(timer); process.exitCode = 143; });
      const timer = setInterval(() => undefined, 1000);
      console.log(JSON.stringify({ type: 'progress', done: 1, total: 9, run: 'a' }));
    `).run(job('push'), abort.signal, () => abort.abort());
    assert.deepEqual([report.created, report.stopped], [1, true]);
  });

  it('inherits nothing that speaks of other servers', () => {
    assert.deepEqual(childEnvironment({ PATH: 'p', MLFLOW_TRACKING_URI: 'u', ml_tracking_store: 's', VSCODE_X: 'v' }, { A: 'b' }), {
      PATH: 'p',
      ELECTRON_RUN_AS_NODE: '1',
      A: 'b',
    });
  });
});
