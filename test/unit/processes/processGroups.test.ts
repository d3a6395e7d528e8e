import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { LineSplitter } from '../../../src/processes/lineSplitter';
import { ProcessGroups } from '../../../src/processes/processGroups';
import type { Ending, ProcessEnd, ProcessRequest } from '../../../src/processes/processRequest';

const HARD: Ending = {
  steps: [
    [0, 'SIGINT'],
    [50, 'SIGTERM'],
    [100, 'SIGKILL'],
  ],
  killAtExit: true,
};

describe('process groups', () => {
  let folder: string;
  let lines: string[];
  let groups: ProcessGroups;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ml-tracking-groups-'));
    lines = [];
    groups = new ProcessGroups((line) => lines.push(line));
  });
  afterEach(() => {
    groups.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const request = (script: string, more: Partial<ProcessRequest> = {}): ProcessRequest => ({
    file: process.execPath,
    args: ['-e', script],
    folder,
    environment: process.env,
    title: 'script',
    ...more,
  });
  const FOREVER = 'setInterval(() => {}, 1000);';
  /** Starts a child, both deaf to what asks them to end, and writes both ids into a file at once. */
  const DEAF = `for (const s of ['SIGINT', 'SIGTERM']) process.on(s, () => {});
    const child = require('node:child_process').spawn('sh', ['-c', 'trap "" INT TERM; while :; do sleep 1; done'], { stdio: 'inherit' });
    const { renameSync, writeFileSync } = require('node:fs');
    child.once('spawn', () => { writeFileSync('part', process.pid + ' ' + child.pid); renameSync('part', 'pids'); });
    ${FOREVER}`;
  const noted = async (): Promise<number[]> => {
    while (!existsSync(join(folder, 'pids'))) await pause(10);
    return readFileSync(join(folder, 'pids'), 'utf8').split(' ').map(Number);
  };
  const ended = async (pids: readonly number[]): Promise<void> => {
    while (pids.some(alive)) await pause(10);
  };

  it('gives what a program prints, its exit code, and one line for the log', async () => {
    let [output, errors] = ['', ''];
    const end = await groups.run(
      request("process.stdin.pipe(process.stdout); console.error('oh'); process.stdin.on('end', () => (process.exitCode = 3))", {
        input: 'word',
        onOutput: (chunk) => (output += chunk.toString()),
        onErrors: (chunk) => (errors += chunk.toString()),
      }),
    );
    assert.deepEqual([output, errors, end.code, end.signal, end.stopped], ['word', 'oh\n', 3, undefined, undefined]);
    assert.deepEqual(lines.length, 1);
    assert.match(lines[0] ?? '', new RegExp(`^script \\[.*\\] pid ${end.pid}, code 3, \\d+ ms, 7 bytes$`));
  });

  it('rejects with what keeps a program from being started, and says so in the log', async () => {
    await assert.rejects(groups.run(request('', { file: join(folder, 'none') })), { code: 'ENOENT' });
    await assert.rejects(groups.run(request('', { args: ['a\0b'] })), /null bytes/);
    assert.ok(lines.length === 2 && lines.every((line) => /^script .* not started, \d+ ms, 0 bytes$/.test(line)), lines.join('\n'));
  });

  it('ends one that takes too long, and one that falls silent, but none that speaks', async () => {
    const stopped = async (script: string, more: Partial<ProcessRequest>): Promise<ProcessEnd['stopped']> =>
      (await groups.run(request(script, more))).stopped;
    assert.equal(await stopped(`setInterval(() => console.log(1), 10)`, { timeout: 300, silence: 60_000 }), 'timed out');
    assert.equal(await stopped(FOREVER, { silence: 300 }), 'silent');
    assert.match(lines.at(-1) ?? '', /, SIGTERM, silent, /);
  });

  it('tells a program to end ever harder, and all that it has started, which may hold on to its output', async function () {
    if (process.platform === 'win32') this.skip();
    const abort = new AbortController();
    const running = groups.run(request(DEAF, { signal: abort.signal, ending: HARD }));
    const pids = await noted();
    abort.abort('too much');
    const end = await running;
    assert.deepEqual([end.code, end.signal, end.stopped], [undefined, 'SIGKILL', 'cancelled']);
    assert.match(lines.at(-1) ?? '', /, SIGKILL, too much, /);
    await ended(pids);
  });

  it('kills what a program leaves behind that was stopped, and lets be what is left behind by one that ended', async function () {
    if (process.platform === 'win32') this.skip();
    const leaving = `const child = require('node:child_process').spawn('sleep', ['600'], { stdio: 'ignore' });
      child.once('spawn', () => { console.log(child.pid); child.unref(); });`;
    let pid = 0;
    const end = await groups.run(request(leaving, { onOutput: (chunk) => (pid = Number(chunk)) }));
    assert.equal(end.code, 0);
    assert.ok(alive(pid));
    process.kill(pid);
    const abort = new AbortController();
    await groups.run(
      request(`${leaving} ${FOREVER}`, { signal: abort.signal, onOutput: (chunk) => ((pid = Number(chunk)), abort.abort()) }),
    );
    await ended([pid]);
  });

  for (const how of ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit', 'dispose'] as const) {
    it(`ends what runs when we go: ${how}`, async function () {
      if (process.platform === 'win32') this.skip();
      const [code, signal] = await leave(how, '');
      assert.deepEqual([code, signal], how === 'exit' ? [3, null] : how === 'dispose' ? [4, null] : [null, how]);
      await ended(await noted());
    });
  }

  it('leaves it to a program that listens itself, and ends what runs at its exit', async function () {
    if (process.platform === 'win32') this.skip();
    // It goes on for a turn of the loop, in which nothing has ended yet.
    const listens = `process.once('SIGTERM', () => setImmediate(() => {
      const pids = readFileSync('pids', 'utf8').split(' ').map(Number);
      process.exit(pids.every((pid) => { try { return process.kill(pid, 0) } catch { return false } }) ? 5 : 6);
    }));`;
    assert.deepEqual(await leave('SIGTERM', listens), [5, null]);
    await ended(await noted());
  });

  /** Starts a deaf program in a process of its own, and has that end. */
  async function leave(how: string, more: string): Promise<[number | null, string | null]> {
    const script = join(folder, 'go.mts');
    writeFileSync(
      script,
      `import { readFileSync } from 'node:fs';
import { ProcessGroups } from ${JSON.stringify(pathToFileURL(resolve('src/processes/processGroups.ts')).href)};
process.chdir(${JSON.stringify(folder)});
// Two of them, as reader and runner are.
const [groups, others] = [new ProcessGroups(() => undefined), new ProcessGroups(() => undefined)];
const request = (script: string) => ({ file: process.execPath, args: ['-e', script], folder: '.', environment: process.env, title: 'x',
  ending: { steps: [[0, 'SIGTERM'], [100, 'SIGKILL']], killAtExit: true } } as const);
process.on('message', (how) => (how === 'exit' ? process.exit(3) : (groups.dispose(), others.dispose())));
${more}
await Promise.all([groups.run(request(${JSON.stringify(DEAF)})), others.run(request(${JSON.stringify(FOREVER)}))]);
process.exit(4);
`,
    );
    const child = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const gone = once(child, 'exit');
    await noted();
    if (how.startsWith('SIG')) child.kill(how as NodeJS.Signals);
    else child.send(how);
    return (await gone) as [number | null, string | null];
  }
});

describe('lines of a program', () => {
  it('are cut at every kind of end, and halves of lines and of letters are put together', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    const bytes = Buffer.from('a\r\nbü\n\nc\rd');
    for (const byte of bytes) splitter.push(Buffer.from([byte]));
    assert.deepEqual(lines, ['a', 'bü', 'c']);
    splitter.end();
    assert.deepEqual(lines, ['a', 'bü', 'c', 'd']);
  });
});

/** Whether a process runs; one that has ended and that nobody has asked for since doesn't. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
  return !/\) [ZX] /.test(stat);
}
