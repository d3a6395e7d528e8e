import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openStore } from '../../src/store/sqlite/store';
import type { Engine } from '../../src/store/engine';
import { everyItem } from '../../src/store/pages';
import { freePort, type ServerProcess, startOurServer } from '../support/serverProcess';
import { until } from '../support/until';

export interface Load {
  readonly clients: number;
  /** How often each client logs; or for how many seconds. */
  readonly rounds?: number;
  readonly seconds?: number;
  /** How often the server is killed and started again in between. */
  readonly kills: number;
}

export interface LoadReport {
  readonly acknowledged: number;
  readonly seconds: number;
  /** Requests that had to be sent again, since the server died before it answered. */
  readonly repeated: number;
  readonly points: number;
}

/** What one client was told is kept. */
class Client {
  runId = '';
  readonly runs: string[] = [];
  /** Steps of the metric `loss`, and of `small`, which goes one by one. */
  readonly loss: number[] = [];
  readonly small: number[] = [];
  readonly params: number[] = [];
  readonly files: number[] = [];
}

/**
 * Clients that log at once into a server which is killed and started again meanwhile, and repeat what was not acknowledged, as
 * MLflow's do. Fails unless afterwards everything that was acknowledged is there, and nothing is there twice.
 */
export async function logUnderLoad({ clients, rounds = Infinity, seconds = Infinity, kills }: Load): Promise<LoadReport> {
  const folder = await mkdtemp(join(tmpdir(), 'ml-load-'));
  const store = join(folder, '.tracking');
  const port = await freePort();
  const start = (): Promise<ServerProcess> => startOurServer(store, '--port', String(port));
  let server = await start();
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  let acknowledged = 0;
  let repeated = 0;
  const begun = performance.now();
  const share = (): number => Math.max(acknowledged / (clients * rounds * 4), (performance.now() - begun) / 1_000 / seconds);

  const ask = async (method: string, path: string, body: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const answer = await answered(agent, port, method, path, body).catch(() => undefined);
      if (answer?.status === 200) {
        acknowledged++;
        return JSON.parse(answer.body || '{}') as Record<string, unknown>;
      }
      assert.ok(answer === undefined || answer.status === 503, `${method} ${path}: ${answer?.status} ${answer?.body}`);
      repeated++;
      await until(
        'the server is back',
        () =>
          answered(agent, port, 'GET', '/health', '').then(
            () => true,
            () => false,
          ),
        60_000,
      );
    }
  };
  const post = (path: string, body: unknown) => ask('POST', `/api/2.0/mlflow/${path}`, JSON.stringify(body));
  const newRun = async (): Promise<string> => {
    const { run } = (await post('runs/create', { experiment_id: '0' })) as { run: { info: { run_id: string } } };
    return run.info.run_id;
  };
  const log = async (client: Client, round: number): Promise<void> => {
    if (round % 20 === 0) client.runs.push(await newRun());
    const run = { run_id: client.runId };
    const steps = Array.from({ length: 10 }, (_, index) => round * 10 + index);
    const metrics = steps.map((step) => ({ key: 'loss', value: 1 / (step + 1), timestamp: 1_000 + step, step }));
    await post('runs/log-batch', { ...run, metrics });
    client.loss.push(...steps);
    await post('runs/log-metric', { ...run, key: 'small', value: round, timestamp: 1_000 + round, step: round });
    client.small.push(round);
    await post('runs/log-parameter', { ...run, key: `p${round}`, value: String(round) });
    client.params.push(round);
    await ask('PUT', `/api/2.0/mlflow-artifacts/artifacts/0/${client.runId}/artifacts/f${round % 50}.txt`, fileText(round % 50));
    client.files.push(round % 50);
  };

  const all = Array.from({ length: clients }, () => new Client());
  try {
    for (const client of all) client.runs.push((client.runId = await newRun()));
    const logging = Promise.all(
      all.map(async (client) => {
        for (let round = 0; round < rounds && performance.now() - begun < seconds * 1_000; round++) await log(client, round);
      }),
    );
    for (let kill = 1; kill <= kills; kill++) {
      await until('it is time to kill the server', () => share() >= kill / (kills + 1), 600_000);
      await server.end('SIGKILL');
      server = await start();
    }
    await logging;
    const took = (performance.now() - begun) / 1_000;
    await server.end(process.platform === 'win32' ? 'SIGKILL' : 'SIGTERM');
    const engine = await openStore(store, { create: false });
    try {
      for (const client of all) await check(engine, client);
    } finally {
      await engine.close();
    }
    const points = all.reduce((sum, { loss, small }) => sum + loss.length + small.length, 0);
    return { acknowledged, seconds: took, repeated, points };
  } finally {
    agent.destroy();
    await server.end('SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** All that was acknowledged is there, each point once. */
async function check(engine: Engine, client: Client): Promise<void> {
  for (const runId of client.runs) assert.equal((await engine.runs.get(runId)).runId, runId);
  for (const key of ['loss', 'small'] as const) {
    const points = await everyItem((pageToken) => engine.metrics.history(client.runId, key, { pageToken }));
    const steps = points.map(({ step }) => step);
    // Every client goes on until it has been answered, so that nothing else can be there either.
    assert.deepEqual(steps, client[key], `${key} of ${client.runId}`);
  }
  const { params } = await engine.runs.get(client.runId);
  assert.deepEqual(
    params.map(({ key }) => Number(key.slice(1))).sort((a, b) => a - b),
    client.params,
  );
  for (const file of new Set(client.files))
    assert.equal(Buffer.from(await engine.artifacts.read(client.runId, `f${file}.txt`)).toString(), fileText(file));
  assert.equal((await engine.artifacts.list(client.runId)).length, new Set(client.files).size, 'no file that is only a part');
}

function fileText(number: number): string {
  return `${number};`.repeat(1_000);
}

async function answered(agent: Agent, port: number, method: string, path: string, body: string): Promise<{ status: number; body: string }> {
  const json = method === 'POST' ? { 'Content-Type': 'application/json' } : {};
  const headers = { ...json, 'Content-Length': Buffer.byteLength(body) };
  const sent = request({ host: '127.0.0.1', port, method, path, agent, headers, timeout: 30_000 });
  sent.on('timeout', () => sent.destroy(new Error('no answer')));
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: await text(response) };
}
