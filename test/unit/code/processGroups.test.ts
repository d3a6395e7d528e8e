import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { GitError } from '../../../src/code/git';
import { CodeRunner } from '../../../src/code/runner';
import { CodeRepository } from './codeRepository';

describe('what git starts', () => {
  let repository: CodeRepository;
  let runner: CodeRunner;
  let lines: string[];

  beforeEach(function () {
    if (process.platform === 'win32') this.skip();
    repository = new CodeRepository();
    repository.git('config', 'user.name', 'Ada');
    repository.git('config', 'user.email', 'ada@example.org');
    repository.git('config', 'commit.gpgSign', 'false');
    repository.write('a', '1');
    repository.git('add', 'a');
    lines = [];
    runner = new CodeRunner(
      (line) => lines.push(line),
      undefined,
      () => true,
    );
  });
  afterEach(() => {
    runner.dispose();
    repository.dispose();
  });

  const hook = (name: string, body: string): void => {
    repository.write(`.git/hooks/${name}`, `#!/bin/sh\n${body}`);
    chmodSync(repository.path('.git/hooks', name), 0o755);
  };
  /** Writes a file whole, so that nobody reads it half. */
  const note = (file: string): string => `> .git/part && mv .git/part '.git/${file}'`;
  const noted = async (file: string): Promise<number[]> => {
    while (!existsSync(repository.path('.git', file))) await pause(10);
    return readFileSync(repository.path('.git', file), 'utf8').trim().split(/\s+/).map(Number);
  };
  const reasonOf = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'none',
      (error: unknown) => (error instanceof GitError ? error.reason : String(error)),
    );
  const ended = async (pids: readonly number[]): Promise<void> => {
    while (pids.some(alive)) await pause(10);
  };

  it('ends with it where it is stopped, its own children too, and no lock is left', async () => {
    hook('pre-commit', `sleep 600 & echo $$ $! ${note('pids')}\nwait\n`);
    const abort = new AbortController();
    const committing = reasonOf(runner.commit(repository.root, 'x', { signal: abort.signal }));
    const pids = await noted('pids');
    assert.ok(pids.length === 2 && pids.every(alive));
    abort.abort();
    assert.equal(await committing, 'stopped');
    await ended(pids);
    assert.equal(existsSync(repository.path('.git/index.lock')), false);
    assert.match(lines.at(-1) ?? '', /^git commit .* pid \d+, (code \d+|SIG[A-Z]+), cancelled, \d+ ms, 0 bytes$/);
  });

  it('ends also where it will not, and where it has let go of git', async () => {
    hook(
      'pre-commit',
      `trap '' TERM\n(trap '' TERM; while :; do sleep 1; done) > /dev/null 2>&1 &\necho $$ $! ${note('pids')}\nwhile :; do sleep 1; done\n`,
    );
    const committing = reasonOf(runner.commit(repository.root, 'x', { timeout: 1_000 }));
    const pids = await noted('pids');
    assert.equal(await committing, 'timed out');
    await ended(pids);
  });

  it('is let be where git has ended by itself, and holds on to nobody', async () => {
    hook('post-commit', `sleep 600 &\necho $! ${note('pids')}\n`);
    const { hash } = await runner.commit(repository.root, 'x');
    assert.equal(hash, repository.git('rev-parse', 'HEAD'));
    const [pid = 0] = await noted('pids');
    assert.ok(alive(pid), 'a terminal would have let it be, too');
    process.kill(pid);
  });

  for (const how of ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit', 'dispose'] as const) {
    it(`ends when we go: ${how}`, async () => {
      hook('pre-commit', `sleep 600 & echo $$ $! ${note('pids')}\nwait\n`);
      const script = repository.path('.git/go.mts');
      writeFileSync(
        script,
        `import { CodeRunner } from ${JSON.stringify(pathToFileURL(resolve('src/code/runner.ts')).href)};
const runner = new CodeRunner(() => undefined, undefined, () => true);
process.on('message', (how) => (how === 'exit' ? process.exit(3) : runner.dispose()));
await runner.commit(${JSON.stringify(repository.root)}, 'x').catch(() => process.exit(4));
`,
      );
      const child = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      const gone = once(child, 'exit');
      const pids = await noted('pids');
      if (how.startsWith('SIG')) child.kill(how as NodeJS.Signals);
      else child.send(how);
      const [code, signal] = (await gone) as [number | null, string | null];
      assert.deepEqual([code, signal], how === 'exit' ? [3, null] : how === 'dispose' ? [4, null] : [null, how]);
      await ended(pids);
    });
  }
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
