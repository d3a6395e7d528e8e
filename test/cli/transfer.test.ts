// The built program as people and VS Code use it to copy runs: killed, stopped and started again.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { TagName } from '../../src/core/tagNames';
import { everyExperimentId, everyItem } from '../../src/store/pages';
import { openStore } from '../../src/store/sqlite/store';
import { type ServerProcess, startOurServer } from '../support/serverProcess';
import { type Contents, ordered, storeContents } from '../support/storeContents';
import { experimentMeta, runMeta, writeTree } from '../unit/transfer/folders';
import { type Ended, ended } from '../support/builtProgram';

const PROGRAM = resolve('dist/cli.js');
const RUNS = 40;

interface Line {
  readonly type: 'progress' | 'report';
  readonly done?: number | string;
  readonly total?: number;
}

interface Report {
  readonly created: number;
  readonly resumed: number;
  readonly unchanged: number;
  readonly stopped: boolean;
  readonly problems: readonly { readonly item: string; readonly message: string }[];
  readonly runs: Readonly<Record<string, string>>;
}

describe('ml-tracking import, export, push and pull', function () {
  this.timeout(240_000);
  let folder: string;
  let mlruns: string;
  const children = new Set<ChildProcess>();
  const servers: ServerProcess[] = [];
  const at = (name: string): string => join(folder, name, '.tracking');

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ml-transfer-'));
    mlruns = await writeTree(join(folder, 'mlruns'), manyRuns());
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    for (const server of servers.splice(0)) await server.end();
  });
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

  function start(...args: string[]): ChildProcess {
    const env = { ...process.env, ML_TRACKING_STORE: '', MLFLOW_TRACKING_URI: '', NODE_NO_WARNINGS: '1' };
    const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: folder, env });
    children.add(child);
    child.once('close', () => children.delete(child));
    return child;
  }

  const run = (...args: string[]): Promise<Ended> => ended(start(...args));

  async function report(...args: string[]): Promise<Report> {
    const { out, said, code } = await run(...args, '--json');
    assert.equal(code, 0, said);
    return JSON.parse(out) as Report;
  }

  /** Sends a signal as soon as so many runs are done. */
  async function interrupted(signal: NodeJS.Signals, done: number, ...args: string[]): Promise<Ended> {
    const child = start(...args, '--progress-json');
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const told = JSON.parse(line) as Line;
      if (told.type === 'progress' && Number(told.done) >= done) child.kill(signal);
    });
    return ended(child);
  }

  async function contents(store: string): Promise<unknown> {
    const engine = await openStore(store, { create: false });
    try {
      const { experiments, ...rest }: Contents = await storeContents(engine);
      // Every store has made this one itself.
      const others = Object.entries(experiments!).filter(([name]) => name !== 'Default');
      return ordered({ ...rest, experiments: Object.fromEntries(others) });
    } finally {
      await engine.close();
    }
  }

  it('imports, tells progress as lines of JSON, and imports nothing twice', async () => {
    const { code, out } = await run('import', mlruns, '--store', at('once'), '--progress-json');
    assert.equal(code, 0);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line & Report);
    assert.deepEqual([lines.length, lines[0]!.type, lines[0]!.done, lines[0]!.total], [RUNS + 1, 'progress', 0, RUNS]);
    const last = lines.at(-1)!;
    assert.deepEqual([last.type, last.created, Object.keys(last.runs).length, last.stopped], ['report', RUNS, RUNS, false]);
    const again = await run('import', mlruns, '--store', at('once'));
    assert.match(again.out, new RegExp(`^Imported ${RUNS} runs from .*mlruns to .*: 0 new, ${RUNS} unchanged\n$`));
  });

  it('killed in the middle of an import and started again, has the same as once', async () => {
    for (const done of [1, 9, 17, 30]) {
      const { signal } = await interrupted('SIGKILL', done, 'import', mlruns, '--store', at('killed'));
      assert.equal(signal, 'SIGKILL');
    }
    const last = await report('import', mlruns, '--store', at('killed'));
    assert.equal(last.created + last.resumed + last.unchanged, RUNS);
    assert.deepEqual(await contents(at('killed')), await contents(at('once')));
  });

  it('stopped by Ctrl+C, ends at a safe point and says how to go on', async function () {
    if (process.platform === 'win32') this.skip();
    const { code, out, said } = await interrupted('SIGINT', 5, 'import', mlruns, '--store', at('stopped'));
    assert.equal(code, 130);
    assert.equal((JSON.parse(out.trim().split('\n').at(-1)!) as Report).stopped, true);
    assert.match(said, /stopped before the end; the same command again goes on/);
    assert.equal((await report('import', mlruns, '--store', at('stopped'))).stopped, false);
    assert.deepEqual(await contents(at('stopped')), await contents(at('once')));
  });

  it("leaves out what can't be read, says so, and ends with 3", async () => {
    const broken = await writeTree(join(folder, 'broken', 'mlruns'), {
      '1/meta.yaml': experimentMeta('broken'),
      [`1/${'a'.repeat(32)}/meta.yaml`]: runMeta('a'.repeat(32)),
      [`1/${'a'.repeat(32)}/metrics/m`]: '1 2 3\nrubbish\n',
      [`1/${'b'.repeat(32)}/meta.yaml`]: '[',
    });
    const { code, out, said } = await run('import', join(broken, '..'), '--store', at('broken'));
    assert.equal(code, 3);
    assert.match(out, /1 new; 2 items could not be imported/);
    assert.match(said, /1\/a+\/metrics\/m, line 2: .*\n/);
    const nothing = await run('import', join(folder, 'nothing'), '--store', at('untouched'));
    assert.equal(nothing.code, 2);
    assert.equal(existsSync(at('untouched')), false);
  });

  it('finds what could be imported', async () => {
    const { out } = await run('import', '--find', folder, '--json');
    assert.deepEqual(
      (JSON.parse(out) as { path: string; runs: number }[]).map(({ path, runs }) => [path, runs]),
      [
        [join(folder, 'broken', 'mlruns'), 2],
        [mlruns, RUNS],
      ],
    );
  });

  it('exports, and what it has exported can be imported again', async () => {
    const exported = join(folder, 'exported');
    assert.equal((await report('export', '--into', exported, '--store', at('once'))).created, RUNS);
    assert.equal((await report('import', exported, '--store', at('round'))).created, RUNS);
    assert.deepEqual(await contents(at('round')), await contents(at('once')));
    const refused = await run('export', '--into', exported, '--store', at('once'));
    assert.deepEqual([refused.code, /holds something already/.test(refused.said)], [2, true]);
    const tables = join(folder, 'tables');
    const one = await report('export', '--format', 'csv', '--into', tables, '--run', 'run 3', '--store', at('once'));
    assert.equal(one.created, 1);
    assert.deepEqual((await readdir(tables)).sort(), ['.ml-tracking-export', 'metrics.csv', 'runs.csv']);
    assert.equal((await readFile(join(tables, 'metrics.csv'), 'utf8')).trim().split('\r\n').length, 1 + 3 * 50);
  });

  it('pushes to a server and pulls from it, each once, also when killed in the middle', async () => {
    const server = await startOurServer(at('server'));
    servers.push(server);
    for (const done of [2, 12]) {
      const { signal } = await interrupted('SIGKILL', done, 'push', '--to', server.url, '--store', at('once'));
      assert.equal(signal, 'SIGKILL');
    }
    const pushed = await report('push', '--to', server.url, '--store', at('once'));
    assert.deepEqual([pushed.problems, Object.keys(pushed.runs).length], [[], RUNS]);
    assert.deepEqual((await report('push', '--to', server.url, '--store', at('once'))).unchanged, RUNS);
    const engine = await openStore(at('server'));
    try {
      const experimentIds = await everyExperimentId(engine, 'ALL');
      const runs = await everyItem((pageToken) => engine.runs.search({ experimentIds, view: 'ALL', pageToken }));
      assert.equal(new Set(runs.map((each) => each.tags[TagName.copiedFrom])).size, RUNS);
      assert.equal(runs.length, RUNS);
      for (const each of runs) {
        assert.deepEqual([each.status, each.endTime, each.params.length], ['FINISHED', 1700000002000, 2]);
        assert.deepEqual(
          each.metrics.map(({ count }) => count),
          [50, 50, 50],
        );
        assert.deepEqual(
          (await engine.artifacts.list(each.runId)).map(({ path, size }) => [path, size]),
          [['log.txt', 1000]],
        );
      }
    } finally {
      await engine.close();
    }
    assert.equal((await report('pull', '--from', server.url, '--experiment', 'many', '--store', at('pulled'))).created, RUNS);
    assert.equal((await report('pull', '--from', server.url, '--store', at('pulled'))).unchanged, RUNS);
    // Back where they came from they are known.
    assert.equal((await report('pull', '--from', server.url, '--store', at('once'))).unchanged, RUNS);
  });

  it('pushes to another store, and not to itself or nowhere', async () => {
    const pushed = await report('push', 'run 3', 'run 4', '--to', join(folder, 'other'), '--store', at('once'));
    assert.deepEqual([pushed.created, Object.keys(pushed.runs).length], [2, 2]);
    const itself = await run('push', '--to', at('once'), '--store', at('once'));
    assert.deepEqual([itself.code, /is the store itself/.test(itself.said)], [2, true]);
    for (const host of ['127.0.0.1:8080', 'localhost:8080/mlflow', '10.1.2.3']) {
      const bare = await run('push', '--to', host, '--store', at('once'));
      assert.equal(bare.code, 2);
      assert.ok(bare.said.includes(`write http://${host}`), bare.said);
    }
    const nowhere = await run('push', '--to', 's3://bucket', '--store', at('once'));
    assert.deepEqual([nowhere.code, /neither a server's address/.test(nowhere.said)], [2, true]);
    assert.equal((await run('pull', '--from', join(folder, 'nothing'), '--store', at('once'))).code, 2);
  });
});

function manyRuns(): Record<string, string> {
  const files: Record<string, string> = { '1/meta.yaml': experimentMeta('many', 'creation_time: 1700000000000\n') };
  for (let number = 0; number < RUNS; number++) {
    const id = number.toString(16).padStart(32, 'c0ffee00'.repeat(4).slice(0, 30));
    files[`1/${id}/meta.yaml`] = runMeta(id, `deleted_time: null\n`)
      .replace(/run_name: .*/, `run_name: run ${number}`)
      .replace('start_time: 1700000001000', `start_time: ${1700000001000 + number}`);
    for (const key of ['loss', 'val/loss', 'acc'])
      files[`1/${id}/metrics/${key}`] = Array.from(
        { length: 50 },
        (_, step) => `${1700000001000 + step} ${Math.sin(number + step)} ${step}\n`,
      ).join('');
    files[`1/${id}/params/lr`] = String(number / 10);
    files[`1/${id}/params/optimizer/name`] = 'adam';
    files[`1/${id}/tags/note`] = `run ${number}`;
    files[`1/${id}/artifacts/log.txt`] = 'x'.repeat(1000);
  }
  return files;
}
