import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { MetricPoint } from '../../src/core/metric';
import type { Run } from '../../src/core/run';
import { TagName } from '../../src/core/tagNames';
import type { Engine } from '../../src/store/engine';
import { openStore } from '../../src/store/sqlite/store';
import { writeSyntheticDigits } from '../../src/train/data/synthetic';
import { type ServerProcess, freePort, startOurServer } from '../support/serverProcess';

const PROGRAM = resolve('dist/ml-tracking.js');
const TOKEN = 'a-secret-word';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

/** The built program against servers, with a training on drawn digits; a server that is really killed. */
describe('ml-tracking --tracking-uri', function () {
  this.timeout(240_000);
  let folder: string;
  let server: ServerProcess | undefined;
  const children = new Set<ChildProcess>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ml-remote-'));
    await writeSyntheticDigits(join(folder, 'digits'), { train: 1500, test: 300, seed: 5 });
  });
  afterEach(async () => {
    await server?.end('SIGKILL');
    server = undefined;
  });
  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: folder,
      env: {
        ...process.env,
        ML_TRACKING_STORE: '',
        MLFLOW_TRACKING_URI: '',
        MLFLOW_TRACKING_TOKEN: TOKEN,
        MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1',
        ...env,
      },
    });
    children.add(child);
    child.once('close', () => children.delete(child));
    return child;
  }

  async function ended(child: ChildProcess): Promise<Ended> {
    let out = '';
    let said = '';
    child.stdout?.on('data', (chunk) => (out += String(chunk)));
    child.stderr?.on('data', (chunk) => (said += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, out, said };
  }

  async function ok(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
    const done = await ended(start(args, env));
    assert.equal(done.code, 0, done.said);
    return done;
  }

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
    const { said } = await ok([...train('--epochs', '1', '--name', 'far'), ...to]);
    assert.match(said, new RegExp(`Recorded in ${server.url}`));
    assert.match((await ok(['runs', ...to])).out, /far .*FINISHED/);
    const shown = JSON.parse((await ok(['show', 'latest', '--json', ...to])).out) as { artifacts: { path: string }[]; models: unknown[] };
    for (const path of ['models/model.json', 'models/MLmodel', 'environment/system.json'])
      assert.ok(
        shown.artifacts.some((artifact) => artifact.path === path),
        path,
      );
    assert.equal(shown.models.length, 1);
    await ok(['edit', 'far', '--name', 'farther', '--tag', 'a=b', ...to]);
    await ok(['register', 'farther', 'digits', '--alias', 'champion', ...to]);
    assert.match((await ok(['models', ...to])).out, /digits +1 +champion/);
    await ok(['delete', 'farther', ...to]);
    assert.equal((await ok(['runs', ...to])).out, '');
    await ok(['restore', 'farther', ...to]);
    // The environment names the server, as a terminal of the editor does.
    assert.match((await ok(['runs'], { MLFLOW_TRACKING_URI: server.url })).out, /farther/);
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
    const two = await ended(start(['runs', '--store', 'x', '--tracking-uri', server.url]));
    assert.equal(two.code, 2);
    assert.match(two.said, /name two places/);
    const none = await ended(start(['runs', '--tracking-uri', 'somewhere']));
    assert.equal(none.code, 2);
    assert.match(none.said, /"somewhere" is no address of an MLflow server/);
    const stranger = await ended(
      start(train('--epochs', '1', '--tracking-uri', server.url, '--store', 'never'), { MLFLOW_TRACKING_TOKEN: 'wrong' }),
    );
    assert.equal(stranger.code, 1);
    assert.match(stranger.said, /does not know who asks/);
    assert.doesNotMatch(stranger.said, /wrong|a-secret-word/);
  });

  it('takes the store itself where the environment names its own server', async () => {
    await inStore('.tracking', ({ runs }) => runs.create({ experimentId: '0', name: 'near' }));
    server = await startOurServer(join(folder, '.tracking'), '--token', TOKEN);
    // Without a token the server would refuse.
    const env = { MLFLOW_TRACKING_URI: server.url, MLFLOW_TRACKING_TOKEN: '' };
    assert.match((await ok(['runs'], env)).out, /near/);
  });

  it('records in the store when the server cannot be reached at the start', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { said } = await ok([...train('--epochs', '1', '--name', 'alone'), '--tracking-uri', url, '--store', 'alone']);
    assert.match(said, /can't be reached \(nobody listens there\)/);
    const run = await onlyRun('alone');
    assert.deepEqual([run.runName, run.status, run.tags[TagName.continues]], ['alone', 'FINISHED', undefined]);
    assert.match(said, new RegExp(`ml-tracking push ${run.runId.slice(0, 8)} --to ${url}`));
  });

  it('goes on in the store when the server is killed, and loses no point', async () => {
    server = await startOurServer(join(folder, 'killed'), '--token', TOKEN);
    const epochs = 6;
    const child = start([...train('--epochs', String(epochs), '--name', 'cut'), '--tracking-uri', server.url, '--store', 'rest']);
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
    assert.match(said, new RegExp(`ml-tracking push ${near.runId.slice(0, 8)} --to ${server.url}`));
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
  });
});
