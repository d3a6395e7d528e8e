// Our tracking server beside MLflow's own (SQLite, its artifacts behind its proxy), in one run: the same client sends both the
// same requests, in turns. `node scripts/peers.mjs mlflow` installs the latter; without it there is nothing to compare with, and
// that is said.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { Agent, request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { missingMlflow, startMlflow } from '../test/support/mlflowPeers';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' }, megabytes: { type: 'string', default: '512' } } });
const ROUNDS = Number(values.rounds);
const MEGABYTES = Number(values.megabytes);
const POINTS = 10_000;
const RUNS = 200;
const ENTRY = fileURLToPath(new URL('../dist/ml-tracking.js', import.meta.url));

interface Contestant {
  readonly url: string;
  readonly process: ChildProcess;
  /** Milliseconds until /health answered. */
  readonly start: number;
  end(): Promise<unknown>;
}

class Client {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(private readonly server: Contestant) {}

  async api(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await this.send(method, `/api/2.0/mlflow/${path}`, body === undefined ? undefined : JSON.stringify(body));
    const json = await text(answer);
    if (answer.statusCode !== 200) throw new Error(`${method} ${path}: ${answer.statusCode} ${json.slice(0, 300)}`);
    return JSON.parse(json) as Record<string, unknown>;
  }

  async newRun(): Promise<string> {
    const { run } = (await this.api('POST', 'runs/create', { experiment_id: '0', start_time: Date.now() })) as {
      run: { info: { run_id: string } };
    };
    return run.info.run_id;
  }

  async upload(path: string, megabytes: number): Promise<void> {
    const part = Buffer.alloc(1024 * 1024, 7);
    const sent = request(this.server.url + path, {
      method: 'PUT',
      agent: this.agent,
      headers: { 'Content-Length': megabytes * part.length },
    });
    const response = once(sent, 'response') as Promise<[IncomingMessage]>;
    await pipeline(Readable.from(Array.from({ length: megabytes }, () => part)), sent);
    const [answer] = await response;
    await text(answer);
    if (answer.statusCode !== 200) throw new Error(`upload: ${answer.statusCode}`);
  }

  async download(path: string): Promise<number> {
    let size = 0;
    for await (const part of await this.send('GET', path)) size += (part as Buffer).length;
    return size;
  }

  close(): void {
    this.agent.destroy();
  }

  private async send(method: string, path: string, body?: string): Promise<IncomingMessage> {
    const json = body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const sent = request(this.server.url + path, { method, agent: this.agent, headers: json });
    sent.end(body);
    return ((await once(sent, 'response')) as [IncomingMessage])[0];
  }
}

async function startOurs(folder: string): Promise<Contestant> {
  const begun = performance.now();
  const args = [ENTRY, 'server', '--port', '0', '--json', '--store', join(folder, '.tracking')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_NO_WARNINGS: '1' } });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url } = JSON.parse(line.toString()) as { url: string };
  await (await fetch(`${url}/health`)).text();
  const start = performance.now() - begun;
  const end = async (): Promise<void> => {
    const exited = once(child, 'exit');
    child.kill();
    await exited;
  };
  return { url, process: child, start, end };
}

async function startTheirs(folder: string): Promise<Contestant> {
  const begun = performance.now();
  const server = await startMlflow(folder);
  return { url: server.url, process: server.process, start: performance.now() - begun, end: () => server.end() };
}

/** Megabytes that a process and all that it has started hold; files that they have in common (programs, libraries) count once. Undefined but on Linux. */
async function memory(root: ChildProcess): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '');
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const isOurs = (pid: number | undefined): boolean => pid !== undefined && pid > 0 && (pid === root.pid || isOurs(parents.get(pid)));
  let own = 0;
  let common = 0;
  for (const pid of [...parents.keys()].filter(isOurs)) {
    const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
    const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    own += kilobytes('RssAnon');
    common = Math.max(common, kilobytes('RssFile') + kilobytes('RssShmem'));
  }
  return (own + common) / 1024;
}

type Row = readonly [what: string, unit: string, goal: string, measure: (client: Client, server: Contestant) => Promise<number[]>];

async function times(count: number, action: (index: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let index = -2; index < count; index++) {
    const begun = performance.now();
    await action(index);
    // The first two only warm up.
    if (index >= 0) taken.push(performance.now() - begun);
  }
  return taken;
}

function batch(from: number): object[] {
  return Array.from({ length: 1_000 }, (_, index) => ({
    key: 'loss',
    value: 1 / (from + index + 1),
    timestamp: 1_700_000_000_000 + from + index,
    step: from + index,
  }));
}

const memoryNow = async (_client: Client, server: Contestant): Promise<number[]> => [(await memory(server.process)) ?? NaN];

const rows: readonly Row[] = [
  ['start until /health answers', 'ms', '< 300 ms', async (_client, { start }) => [start]],
  ['memory, idle', 'MB', '~ 60 MB', memoryNow],
  ['create a run', 'ms', '≥ 20 ×', (client) => times(ROUNDS, () => client.newRun())],
  [
    'log-metric',
    'ms',
    '≥ 20 ×',
    async (client) => {
      const runId = await client.newRun();
      return times(ROUNDS, (step) =>
        client.api('POST', 'runs/log-metric', { run_id: runId, key: 'a', value: 1.5, timestamp: 1_000, step: step + 2 }),
      );
    },
  ],
  [
    'log-batch of 1,000 metrics',
    'ms',
    '≥ 20 ×',
    async (client) => {
      const runId = await client.newRun();
      return times(Math.min(ROUNDS, 10), (index) =>
        client.api('POST', 'runs/log-batch', { run_id: runId, metrics: batch((index + 2) * 1_000) }),
      );
    },
  ],
  [
    `search over ${RUNS} runs with a filter and an order`,
    'ms',
    '≥ 20 ×',
    async (client) => {
      for (let index = 0; index < RUNS; index++) {
        const run_id = await client.newRun();
        const metrics = Array.from({ length: 8 }, (_, key) => ({ key: `m${key}`, value: index * key, timestamp: 1, step: 0 }));
        const params = Array.from({ length: 20 }, (_, key) => ({ key: `p${key}`, value: String(index % (key + 1)) }));
        await client.api('POST', 'runs/log-batch', { run_id, metrics, params });
      }
      const asked = {
        experiment_ids: ['0'],
        filter: "metrics.m1 >= 0 AND params.p1 != 'x'",
        order_by: ['metrics.m2 DESC'],
        max_results: RUNS,
      };
      return times(Math.min(ROUNDS, 10), async () => {
        const { runs } = await client.api('POST', 'runs/search', asked);
        if ((runs as unknown[]).length !== RUNS) throw new Error('the search has not found all runs');
      });
    },
  ],
  [
    `history of ${POINTS.toLocaleString('en')} points`,
    'ms',
    '≥ 20 ×',
    async (client) => {
      const runId = await client.newRun();
      for (let from = 0; from < POINTS; from += 1_000) await client.api('POST', 'runs/log-batch', { run_id: runId, metrics: batch(from) });
      return times(Math.min(ROUNDS, 10), async () => {
        const { metrics } = await client.api('GET', `metrics/get-history?run_id=${runId}&metric_key=loss&max_results=25000`);
        if ((metrics as unknown[]).length !== POINTS) throw new Error('the history is not whole');
      });
    },
  ],
  ...(['up', 'down'] as const).map((way): Row => [
    `${MEGABYTES} MB ${way}`,
    'ms',
    '',
    async (client) => {
      const path = `/api/2.0/mlflow-artifacts/artifacts/0/${await client.newRun()}/artifacts/model.bin`;
      await client.upload(path, way === 'up' ? 1 : MEGABYTES);
      const begun = performance.now();
      if (way === 'up') await client.upload(path, MEGABYTES);
      else if ((await client.download(path)) !== MEGABYTES * 1024 * 1024) throw new Error('the file is not whole');
      return [performance.now() - begun];
    },
  ]),
  ['memory, after all this', 'MB', '≥ 10 ×', memoryNow],
];

const missing = missingMlflow();
if (missing) console.log(`MLflow is left out. ${missing}`);
const folder = await mkdtemp(join(tmpdir(), 'bench-server-'));
const servers: Contestant[] = [];
const clients: Client[] = [];
try {
  servers.push(await startOurs(join(folder, 'ours')));
  if (!missing) servers.push(await startTheirs(join(folder, 'theirs')));
  clients.push(...servers.map((server) => new Client(server)));
  console.log(`${'median of the rounds'.padEnd(52)} ${'ours'.padStart(12)} ${'MLflow'.padStart(12)} ${'ratio'.padStart(8)}  goal`);
  for (const [what, unit, goal, measure] of rows) {
    const figures: number[] = [];
    for (const [index, server] of servers.entries()) figures.push(median(await measure(clients[index]!, server)));
    const [ours = NaN, theirs = NaN] = figures;
    const shown = (figure: number): string => (Number.isNaN(figure) ? '–' : `${figure.toFixed(figure < 20 ? 2 : 0)} ${unit}`);
    const ratio = Number.isNaN(theirs / ours) ? '–' : `${(theirs / ours).toFixed(1)} ×`;
    console.log(`${what.padEnd(52)} ${shown(ours).padStart(12)} ${shown(theirs).padStart(12)} ${ratio.padStart(8)}  ${goal}`.trimEnd());
  }
} finally {
  for (const client of clients) client.close();
  for (const server of servers) await server.end();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? NaN;
}
