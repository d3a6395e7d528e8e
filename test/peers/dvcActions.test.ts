import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DvcError } from '../../src/data/actions/dvcError';
import { DvcProcesses } from '../../src/data/actions/dvcProcess';
import { DvcProgram } from '../../src/data/actions/dvcProgram';
import { DvcRunner } from '../../src/data/actions/dvcRunner';
import type { DvcProgress } from '../../src/data/actions/progressBars';
import { until } from '../support/until';

/** Lets the real dvc act, whose program the environment names. */
const DVC = process.env['DVC_BIN'];

if (DVC === undefined) console.log('Skipped: actions by the real dvc. Set DVC_BIN to the dvc program to let it act.');
else
  describe('actions by the real dvc', function () {
    this.timeout(120_000);
    let above = '';
    let root = '';
    const log: string[] = [];
    let processes: DvcProcesses;
    let runner: DvcRunner;

    beforeEach(() => {
      above = realpathSync(mkdtempSync(join(tmpdir(), 'ml-act-')));
      root = join(above, 'project');
      mkdirSync(root);
      git('init', '--quiet', '--initial-branch=main');
      git('config', 'user.name', 'Ada');
      git('config', 'user.email', 'ada@example.org');
      log.length = 0;
      processes = new DvcProcesses((line) => log.push(line), { ...process.env, DVC_SITE_CACHE_DIR: join(above, 'site') });
      const hints = async (): Promise<{ path: string; python: undefined; folders: [] }> => ({
        path: String(DVC),
        python: undefined,
        folders: [],
      });
      const ask = async (command: string, args: readonly string[]): Promise<string> =>
        (await processes.run(above, command, args, args)).out.join('\n');
      runner = new DvcRunner(new DvcProgram(hints, ask), processes, () => true);
    });
    afterEach(() => {
      runner.dispose();
      rmSync(above, { recursive: true, force: true, maxRetries: 5 });
    });

    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    const write = (path: string, content: string | Buffer): void => {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), content);
    };
    const text = (path: string): string => readFileSync(join(root, path), 'utf8');
    const commitAll = (message: string): void => {
      git('add', '--all');
      git('commit', '--quiet', '--message', message);
    };
    const failure = async (work: Promise<unknown>): Promise<DvcError> => {
      try {
        await work;
      } catch (error) {
        assert.ok(error instanceof DvcError, String(error));
        return error;
      }
      return assert.fail('it did not fail');
    };

    it('init, add, commit, checkout, push, fetch, remove', async () => {
      await runner.init(root, 'git');
      assert.equal((await failure(runner.init(root, 'git'))).reason, 'exists');
      write('data/x.csv', 'a\n1\n');
      write('set/one', '1');
      const bars: DvcProgress[] = [];
      await runner.add(root, ['data/x.csv', 'set'], { progress: (bar) => bars.push(bar) });
      assert.match(text('data/x.csv.dvc'), /path: x\.csv/);
      assert.ok(
        bars.some(({ unit, total }) => unit === 'files' && total === 2),
        JSON.stringify(bars),
      );
      commitAll('Track the data');

      write('data/x.csv', 'a\n2\n');
      const refused = await failure(runner.checkout(root, []));
      assert.equal(refused.reason, 'would lose');
      assert.deepEqual(refused.files, [join(root, 'data/x.csv')]);
      assert.equal(text('data/x.csv'), 'a\n2\n');
      assert.equal((await failure(runner.commit(root, ['data/x.csv.dvc'], { confirmed: false }))).reason, 'failed');
      await runner.commit(root, ['data/x.csv.dvc'], { confirmed: true });
      git('checkout', '--quiet', '--', 'data/x.csv.dvc');
      await runner.checkout(root, ['data/x.csv']);
      assert.equal(text('data/x.csv'), 'a\n1\n');

      assert.equal((await failure(runner.push(root, []))).reason, 'no remote');
      execFileSync(String(DVC), ['remote', 'add', '--default', 'store', join(above, 'remote')], { cwd: root });
      await runner.push(root, []);
      rmSync(join(root, '.dvc', 'cache'), { recursive: true });
      rmSync(join(root, 'set'), { recursive: true });
      assert.equal((await failure(runner.checkout(root, ['set']))).reason, 'cache missing');
      await runner.fetch(root, ['set']);
      await runner.checkout(root, ['set']);
      assert.equal(text('set/one'), '1');

      await runner.remove(root, ['set.dvc'], { data: false });
      assert.ok(!existsSync(join(root, 'set.dvc')));
      assert.equal(text('set/one'), '1');
      await runner.remove(root, ['data/x.csv.dvc'], { data: true });
      assert.ok(!existsSync(join(root, 'data/x.csv')));
      for (const line of log.filter((each) => / ms$/.test(each))) assert.match(line, /^\[\d+\] dvc \S.* \[.+\] (code \d+|ok), \d+ ms$/);
    });

    it('repro, what it would run, and a stage that fails', async () => {
      await runner.init(root, 'git');
      const stages = {
        prepare: { cmd: 'cat in.txt > out.txt', deps: ['in.txt'], outs: ['out.txt'] },
        fail: { cmd: 'exit 3', deps: ['out.txt'] },
      };
      write('dvc.yaml', JSON.stringify({ stages }));
      write('in.txt', 'one');
      assert.deepEqual(await runner.wouldRun(root, ['prepare']), ['prepare']);
      const said: string[] = [];
      await runner.repro(root, ['prepare'], { said: (line) => said.push(line) });
      assert.equal(text('out.txt'), 'one');
      assert.ok(
        said.some((line) => line.includes("Running stage 'prepare'")),
        said.join('\n'),
      );
      assert.deepEqual(await runner.wouldRun(root, ['prepare']), []);
      const failed = await failure(runner.repro(root, []));
      assert.equal(failed.reason, 'stage failed');
      assert.match(failed.details, /exit 3/);
    });

    it('imports, and never over what is there', async () => {
      const source = join(above, 'source.bin');
      writeFileSync(source, 'from elsewhere');
      await runner.init(root, 'git');
      await runner.importUrl(root, source, 'raw.bin');
      assert.equal(text('raw.bin'), 'from elsewhere');
      write('mine.bin', 'mine');
      assert.equal((await failure(runner.importUrl(root, source, 'mine.bin'))).reason, 'exists');
      assert.equal(text('mine.bin'), 'mine');
      commitAll('Import');
      const other = join(above, 'other');
      mkdirSync(other);
      execFileSync('git', ['init', '--quiet'], { cwd: other });
      await runner.init(other, 'git');
      await runner.importData(other, { url: root, path: 'raw.bin', out: 'copy.bin' });
      assert.equal(readFileSync(join(other, 'copy.bin'), 'utf8'), 'from elsewhere');
    });

    it('collects garbage as its preview tells', async () => {
      await runner.init(root, 'git');
      write('x', 'first');
      await runner.add(root, ['x']);
      commitAll('First');
      write('x', 'the second');
      await runner.add(root, ['x']);
      write('x', 'third');
      await runner.add(root, ['x']);
      const all = await runner.gcPreview(root, 'all commits');
      assert.equal(all.objects, 1);
      assert.ok(all.bytes === undefined || all.bytes === 'the second'.length);
      assert.equal((await runner.gcPreview(root, 'workspace only')).objects, 2);
      assert.equal(await runner.gc(root, 'all commits', { confirmed: true }), 1);
      assert.equal((await runner.gcPreview(root, 'all commits')).objects, 0);
      const cache = join(root, '.dvc', 'cache', 'files', 'md5');
      const objects = readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(cache, path)).isFile());
      assert.equal(objects.length, 2);
    });

    it('stops with all that it has started, and lets the lock go', async () => {
      await runner.init(root, 'git');
      const started = join(above, 'started');
      write('dvc.yaml', JSON.stringify({ stages: { wait: { cmd: `echo > ${started}; sleep 600` } } }));
      const stop = new AbortController();
      const said = new Promise<void>((resolve) => {
        void failure(
          runner.repro(root, [], { signal: stop.signal, said: (line) => void (line.includes('Running stage') && resolve()) }),
        ).then((error) => (outcome = error.reason));
      });
      let outcome = '';
      await said;
      await until('the stage', () => existsSync(started));
      stop.abort();
      await until('the end', () => outcome !== '');
      assert.equal(outcome, 'stopped');
      write('y', '1');
      await runner.add(root, ['y']);
      const left = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line.includes(started));
      assert.deepEqual(left, []);
    });

    it('waits for nobody: a lock that is held, a repository without git, Restricted Mode', async () => {
      await runner.init(root, 'git');
      write('x', '1');
      const holder = spawn(
        join(String(DVC), '..', 'python'),
        [
          '-c',
          'import sys, zc.lockfile; lock = zc.lockfile.LockFile(sys.argv[1]); print("held", flush=True); sys.stdin.read()',
          join(root, '.dvc', 'tmp', 'lock'),
        ],
        { stdio: ['pipe', 'pipe', 'inherit'] },
      );
      await new Promise((resolve) => holder.stdout.once('data', resolve));
      assert.equal((await failure(runner.add(root, ['x']))).reason, 'locked');
      holder.stdin.end();
      await new Promise((resolve) => holder.once('exit', resolve));
      await runner.add(root, ['x']);
      const bare = join(above, 'bare');
      mkdirSync(bare);
      assert.equal((await failure(runner.init(bare, 'git'))).reason, 'no git');
      await runner.init(bare, 'no git');
      const restricted = new DvcRunner(runner.program, processes, () => false);
      const before = log.length;
      assert.equal((await failure(restricted.add(root, ['x']))).reason, 'not trusted');
      assert.equal(log.length, before, 'a process was started');
    });
  });
