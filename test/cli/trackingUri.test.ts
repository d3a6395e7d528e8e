import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { findDeadRuns } from '../../src/autolog/liveness';
import type { MetricPoint } from '../../src/core/metric';
import type { Run } from '../../src/core/run';
import { TagName } from '../../src/core/tagNames';
import type { Engine } from '../../src/store/engine';
import { openStore } from '../../src/store/sqlite/store';
import { writeSyntheticDigits } from '../../src/train/data/synthetic';
import { BuiltProgram, ended } from '../support/builtProgram';
import { type ServerProcess, freePort, startOurServer } from '../support/serverProcess';

const TOKEN = 'a-secret-word';

/** The built program against servers, with a training on drawn digits; a server that is really killed. */
describe('ml-tracking --tracking-uri', function () {
  this.timeout(240_000);
  let folder: string;
  let server: ServerProcess | undefined;
  let program: BuiltProgram;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ml-remote-'));
    program = new BuiltProgram(folder, { MLFLOW_TRACKING_TOKEN: TOKEN, MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1' });
    await writeSyntheticDigits(join(folder, 'digits'), { train: 1500, test: 300, seed: 5 });
  });
  afterEach(async () => {
    await server?.end('SIGKILL');
    server = undefined;
  });
  after(async () => {
    program.dispose();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  async function inStore<T>(name: string, ask: (engine: Engine) => Promise<T>): Promise<T> {
    const engine = await openStore(join(folder, name));
    try {
      return await ask(engine);
    } finally {
      await engine.close();
    }
  }

  const onlyRun = (name: string): Promise<Run> =>
    inStore(name, async ({ runs, experiments }) => {
      const experimentIds = (await experiments.search()).items.map(({ experimentId }) => experimentId);
      const { items } = await runs.search({ experimentIds });
      assert.equal(items.length, 1);
      return items[0]!;
    });

  const points = (name: string, runId: string, key: string): Promise<readonly MetricPoint[]> =>
    inStore(name, async ({ metrics }) => (await metrics.history(runId, key)).items);

  /** A picture of a one. */
  async function digitFile(): Promise<string> {
    const png = new PNG({ width: 40, height: 40 });
    for (let at = 0; at < png.data.length; at += 4) {
      const [x, y] = [(at / 4) % 40, Math.floor(at / 160)];
      png.data.fill(x > 17 && x < 22 && y > 5 && y < 34 ? 20 : 240, at, at + 3);
      png.data[at + 3] = 255;
    }
    await writeFile(join(folder, 'one.png'), PNG.sync.write(png));
    return 'one.png';
  }

  const train = (...more: string[]): string[] => [
    'train',
    '--data',
    'digits',
    '--backend',
    'wasm',
    '--limit',
    '600',
    '--seed',
    '3',
    ...more,
  ];

  it('trains on a server, and reads, changes and registers there', async () => {
    server = await startOurServer(join(folder, 'served'), '--token', TOKEN);
    const to = ['--tracking-uri', server.url];
    const { said } = await program.ok([...train('--epochs', '1', '--name', 'far'), ...to]);
    assert.match(said, new RegExp(`Recorded in ${server.url}`));
    assert.match((await program.ok(['runs', ...to])).out, /far .*FINISHED/);
    const shown = JSON.parse((await program.ok(['show', 'latest', '--json', ...to])).out) as {
      artifacts: { path: string }[];
      models: unknown[];
    };
    for (const path of ['models/model.json', 'models/MLmodel', 'environment/system.json'])
      assert.ok(
        shown.artifacts.some((artifact) => artifact.path === path),
        path,
      );
    assert.equal(shown.models.length, 1);
    await program.ok(['edit', 'far', '--name', 'farther', '--tag', 'a=b', ...to]);
    await program.ok(['register', 'farther', 'digits', '--alias', 'champion', ...to]);
    assert.match((await program.ok(['models', ...to])).out, /digits +1 +champion/);
    const image = await digitFile();
    const read = async (model: string): Promise<unknown> => JSON.parse((await program.ok(['predict', model, image, '--json', ...to])).out);
    const [first] = (await read('farther')) as { image: string; digit: number; probabilities: number[] }[];
    assert.equal(first?.probabilities.length, 10);
    assert.equal(first.digit, first.probabilities.indexOf(Math.max(...first.probabilities)));
    for (const model of ['models:/digits@champion', 'models:/digits/1', 'latest']) assert.deepEqual(await read(model), [first], model);
    await program.ok(['register', 'latest', 'digits', ...to]);
    await program.ok(['alias', 'digits', 'champion', '2', ...to]);
    await program.ok(['alias', 'digits', 'old', '1', ...to]);
    assert.match((await program.ok(['models', ...to])).out, /digits +2 +champion .*\n.*digits +1 +old /);
    await program.ok(['alias', 'digits', 'old', ...to]);
    const gone = await program.run(['predict', 'models:/digits@old', image, ...to]);
    assert.deepEqual([gone.code, gone.out], [2, '']);
    assert.match(gone.said, /old/);
    const nowhere = await program.run(['alias', 'digits', 'champion', '9', ...to]);
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.said, /version/i);
    await program.ok(['delete', 'farther', ...to]);
    assert.equal((await program.ok(['runs', ...to])).out, '');
    await program.ok(['restore', 'farther', ...to]);
    // The environment names the server, as a terminal of the editor does.
    assert.match((await program.ok(['runs'], { MLFLOW_TRACKING_URI: server.url })).out, /farther/);
    const run = await onlyRun('served');
    assert.equal(run.status, 'FINISHED');
    assert.ok(run.metrics.some(({ key }) => key === 'test_accuracy'));
    const { items } = await inStore('served', ({ loggedModels }) =>
      loggedModels.search({ experimentIds: [run.experimentId], sourceRunId: run.runId }),
    );
    assert.deepEqual(
      items.map(({ status }) => status),
      ['READY'],
    );
  });

  it('wants one place, an address, and a token that is taken', async () => {
    server = await startOurServer(join(folder, 'guarded'), '--token', TOKEN);
    const two = await program.run(['runs', '--store', 'x', '--tracking-uri', server.url]);
    assert.equal(two.code, 2);
    assert.match(two.said, /name two places/);
    const none = await program.run(['runs', '--tracking-uri', 'somewhere']);
    assert.equal(none.code, 2);
    assert.match(none.said, /"somewhere" is no address of an MLflow server/);
    const stranger = await program.run(train('--epochs', '1', '--tracking-uri', server.url, '--store', 'never'), {
      MLFLOW_TRACKING_TOKEN: 'wrong',
    });
    assert.equal(stranger.code, 1);
    assert.match(stranger.said, /does not know who asks/);
    assert.doesNotMatch(stranger.said, /wrong|a-secret-word/);
  });

  it('takes the store itself where the environment names its own server', async () => {
    await inStore('.tracking', ({ runs }) => runs.create({ experimentId: '0', name: 'near' }));
    server = await startOurServer(join(folder, '.tracking'), '--token', TOKEN);
    // Without a token the server would refuse.
    const env = { MLFLOW_TRACKING_URI: server.url, MLFLOW_TRACKING_TOKEN: '' };
    assert.match((await program.ok(['runs'], env)).out, /near/);
    // One that was killed leaves its file behind, and another store's server may listen there next.
    await server.end('SIGKILL');
    await inStore('else', ({ runs }) => runs.create({ experimentId: '0', name: 'elsewhere' }));
    server = await startOurServer(join(folder, 'else'), '--port', new URL(server.url).port);
    assert.match((await program.ok(['runs'], env)).out, /elsewhere/);
  });

  it('records in the store when the server cannot be reached at the start', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { said } = await program.ok([...train('--epochs', '1', '--name', 'alone'), '--tracking-uri', url, '--store', 'alone']);
    assert.match(said, /can't be reached \(nobody listens there\)/);
    const run = await onlyRun('alone');
    assert.deepEqual([run.runName, run.status, run.tags[TagName.continues]], ['alone', 'FINISHED', undefined]);
    assert.match(said, new RegExp(`ml-tracking push ${run.runId.slice(0, 8)} --to ${url} --store alone\n`));
  });

  it('goes on in the store when the server is killed, and loses no point', async () => {
    server = await startOurServer(join(folder, 'killed'), '--token', TOKEN);
    const epochs = 6;
    const child = program.start([...train('--epochs', String(epochs), '--name', 'cut'), '--tracking-uri', server.url, '--store', 'rest']);
    const done = ended(child);
    const { process: victim } = server;
    const started = new Promise<void>((fulfil) => child.stderr?.on('data', (chunk) => String(chunk).includes('Epoch 3/') && fulfil()));
    await Promise.race([started, done]);
    victim.kill('SIGKILL');
    const { code, said } = await done;
    assert.equal(code, 0, said);
    assert.match(said, /The run goes on in .*rest\./);
    const [far, near] = [await onlyRun('killed'), await onlyRun('rest')];
    assert.deepEqual([near.runName, near.status, near.tags[TagName.continues]], ['cut', 'FINISHED', far.runId]);
    assert.equal(far.status, 'RUNNING');
    assert.deepEqual(near.params.filter(({ key }) => !key.startsWith('model')).length > 20, true);
    const [, ...advice] =
      new RegExp(`Send it later with: ml-tracking (push) (${near.runId.slice(0, 8)}) (--to) (\\S+) (--store) (rest)\n`).exec(said) ?? [];
    assert.equal(advice[3], server.url, said);
    const steps = new Set<number>();
    for (const [name, run] of [
      ['killed', far],
      ['rest', near],
    ] as const)
      for (const { step } of await points(name, run.runId, 'loss')) steps.add(step);
    assert.deepEqual(
      [...steps].sort((a, b) => a - b),
      Array.from({ length: epochs }, (_, step) => step),
    );
    const [farSteps, nearSteps] = await Promise.all([points('killed', far.runId, 'batch_loss'), points('rest', near.runId, 'batch_loss')]);
    const all = new Set([...farSteps, ...nearSteps].map(({ step }) => step));
    assert.deepEqual(all.size, Math.max(...all) + 1 - Math.min(...all), 'a batch is missing');
    assert.ok(nearSteps.length > 0 && farSteps.length > 0);

    // Meanwhile somebody has looked at the server's store, and taken the run for dead.
    await inStore('killed', (engine) => findDeadRuns(engine));
    assert.equal((await onlyRun('killed')).status, 'FAILED');
    server = await startOurServer(join(folder, 'killed'), '--token', TOKEN, '--port', new URL(server.url).port);
    await program.ok(advice);
    const whole = await onlyRun('killed');
    assert.deepEqual([whole.runId, whole.status, whole.endTime], [far.runId, 'FINISHED', near.endTime]);
    for (const tag of [TagName.continues, TagName.copiedFrom, TagName.error, TagName.progress])
      assert.equal(whole.tags[tag], undefined, tag);
    for (const { key } of near.metrics) {
      const sent = await points('killed', far.runId, key);
      const placed = ({ step, timestamp, value }: MetricPoint): string => `${step} ${timestamp} ${value}`;
      assert.equal(new Set(sent.map(placed)).size, sent.length, `a point of ${key} is there twice`);
      for (const point of await points('rest', near.runId, key))
        assert.ok(sent.map(placed).includes(placed(point)), `${key} ${placed(point)}`);
    }
    assert.equal((await points('killed', far.runId, 'batch_loss')).length, all.size);
    const models = await inStore('killed', async ({ loggedModels }) =>
      (await loggedModels.search({ experimentIds: [whole.experimentId] })).items.map(({ status, sourceRunId }) => [status, sourceRunId]),
    );
    assert.deepEqual(models, [['READY', far.runId]]);
    assert.match((await program.ok(advice)).out, /1 unchanged/);
    assert.equal((await onlyRun('rest')).tags[TagName.continues], far.runId);
    const image = await digitFile();
    const predicted = await program.ok(['predict', far.runId, image, '--json', '--tracking-uri', server.url]);
    assert.equal((JSON.parse(predicted.out) as unknown[]).length, 1);
  });
});
