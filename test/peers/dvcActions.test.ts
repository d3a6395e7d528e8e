import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeReader } from '../../src/code/reader';
import { DataActions } from '../../src/data/actions/dataActions';
import type { Plan } from '../../src/data/actions/plan';
import { DvcError } from '../../src/data/actions/dvcError';
import { DvcProcesses } from '../../src/data/actions/dvcProcess';
import { DvcProgram } from '../../src/data/actions/dvcProgram';
import { DvcRunner } from '../../src/data/actions/dvcRunner';
import { KeptData } from '../../src/data/actions/keptData';
import type { DvcProgress } from '../../src/data/actions/progressBars';
import { CacheTransfers } from '../../src/data/cache/cacheTransfers';
import { transferParts } from '../../src/data/cache/transferSurroundings';
import { DataReader } from '../../src/data/reader';
import type { OutStatus } from '../../src/data/status/status';
import { GitRevisions } from '../../src/lineage/gitRevisions';
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

    describe('lose nothing', () => {
      let actions: DataActions;
      let source: DataReader;

      beforeEach(async () => {
        source = new DataReader(() => undefined, { revisions: new GitRevisions(new CodeReader(() => undefined)) });
        actions = new DataActions(runner, source, new KeptData(), transfersHere());
        await runner.init(root, 'git');
        write('x.csv', 'first');
        write('set/a', 'a');
        write('set/b', 'b');
        await actions.add(root, [join(root, 'x.csv'), join(root, 'set')]);
        commitAll('First');
      });
      afterEach(() => source.dispose());

      const transfersHere = (): CacheTransfers => new CacheTransfers(transferParts(() => undefined, undefined, new KeptData()));
      const outs = async (...paths: string[]): Promise<OutStatus[]> =>
        (await source.status(root)).outs.filter((out) => paths.includes(out.path));
      const losses = (plan: Plan): string[] => plan.losses.map(({ path }) => path);
      const clean = async (): Promise<void> =>
        assert.deepEqual(
          (await source.status(root)).outs.filter((out) => out.state !== 'unchanged'),
          [],
        );

      it('add and commit are taken back, and the old version is still there', async () => {
        write('x.csv', 'second');
        const done = await actions.commit(root, await outs('x.csv'));
        await clean();
        await done.undo?.();
        assert.equal((await outs('x.csv'))[0]?.state, 'modified');
        assert.equal(text('x.csv'), 'second');
        const again = await actions.add(root, [join(root, 'x.csv')]);
        await again.undo?.();
        const plan = await actions.planCheckout(root);
        assert.deepEqual(losses(plan), [], 'what was added is in the cache');
        await actions.checkout(plan);
        assert.equal(text('x.csv'), 'first');
        write('new', 'n');
        const added = await actions.add(root, [join(root, 'new')]);
        await added.undo?.();
        assert.ok(!existsSync(join(root, 'new.dvc')));
        assert.equal(text('new'), 'n');
      });

      it('checkout refuses, or keeps and brings back', async () => {
        write('x.csv', 'mine');
        write('set/a', 'my a');
        write('set/new', 'my new');
        rmSync(join(root, 'set/b'));
        const plan = await actions.planCheckout(root);
        assert.deepEqual(losses(plan), ['set/a', 'set/new', 'x.csv']);
        const refused = await failure(actions.checkout(plan));
        assert.deepEqual([refused.reason, refused.files], ['would lose', ['set/a', 'set/new', 'x.csv']]);
        assert.deepEqual([text('x.csv'), text('set/a'), text('set/new')], ['mine', 'my a', 'my new']);
        const done = await actions.checkout(plan, { keep: true });
        assert.deepEqual([text('x.csv'), text('set/a'), text('set/b')], ['first', 'a', 'b']);
        await clean();
        assert.deepEqual(git('status', '--porcelain'), '');
        await done.undo?.();
        assert.deepEqual([text('x.csv'), text('set/a'), text('set/new')], ['mine', 'my a', 'my new']);
      });

      it('checkout of one file leaves the others of its folder alone', async () => {
        write('set/a', 'my a');
        write('set/b', 'my b');
        const plan = await actions.planCheckout(root, [join(root, 'set/a')]);
        assert.deepEqual([plan.paths, losses(plan)], [['set/a'], ['set/a']]);
        await actions.checkout(plan, { keep: true });
        assert.deepEqual([text('set/a'), text('set/b')], ['a', 'my b']);
      });

      it('checkout leaves alone what the cache can not make, and says so', async () => {
        write('set/a', 'my a');
        const cache = join(root, '.dvc', 'cache', 'files', 'md5');
        for (const path of readdirSync(cache, { recursive: true, encoding: 'utf8' }))
          if (statSync(join(cache, path)).isFile() && readFileSync(join(cache, path), 'utf8') === 'b')
            rmSync(join(cache, path), { force: true });
        const plan = await actions.planCheckout(root);
        assert.deepEqual([plan.paths, plan.missing.map(({ path }) => path)], [[], ['set']]);
        const done = await actions.checkout(plan, { keep: true });
        assert.match(done.problems.join(), /^set is not in the cache/);
        assert.deepEqual([text('set/a'), text('set/b')], ['my a', 'b']);
      });

      it('what was kept comes back when dvc fails', async () => {
        write('x.csv', 'mine');
        const plan = await actions.planCheckout(root);
        writeFileSync(join(root, 'broken.dvc'), 'outs: [');
        await failure(actions.checkout(plan, { keep: true }));
        assert.equal(text('x.csv'), 'mine');
      });

      it('remove keeps the data, or what is nowhere else of it', async () => {
        write('set/a', 'my a');
        const plan = await actions.planRemove(root, 'set.dvc');
        const kept = await actions.remove(plan, { data: false });
        assert.deepEqual([text('set/a'), text('set/b'), existsSync(join(root, 'set.dvc'))], ['my a', 'b', false]);
        await kept.undo?.();
        assert.equal((await failure(actions.remove(plan, { data: true }))).reason, 'would lose');
        const done = await actions.remove(plan, { data: true }, { keep: true });
        assert.ok(!existsSync(join(root, 'set')) && !existsSync(join(root, 'set.dvc')));
        await done.undo?.();
        assert.deepEqual([text('set/a'), text('set/b')], ['my a', 'b']);
        assert.equal((await outs('set'))[0]?.state, 'modified');
      });

      it('repro keeps what somebody has written over an out', async () => {
        write('dvc.yaml', JSON.stringify({ stages: { copy: { cmd: 'cp x.csv y.csv', deps: ['x.csv'], outs: ['y.csv'] } } }));
        await actions.repro(await actions.planRepro(root, []), []);
        write('y.csv', 'by hand');
        const plan = await actions.planRepro(root, ['copy']);
        assert.deepEqual(losses(plan), ['y.csv']);
        assert.equal((await failure(actions.repro(plan, ['copy']))).reason, 'would lose');
        const done = await actions.repro(plan, ['copy'], { keep: true });
        assert.equal(text('y.csv'), 'first');
        await done.undo?.();
        assert.equal(text('y.csv'), 'by hand');
      });

      it('imports never take the place of what is there', async () => {
        const elsewhere = join(above, 'elsewhere');
        writeFileSync(elsewhere, 'from elsewhere');
        write('mine', 'mine');
        assert.equal((await failure(actions.importUrl(root, elsewhere, 'mine'))).reason, 'exists');
        assert.equal((await failure(actions.importUrl(root, elsewhere, 'x.csv'))).reason, 'exists');
        rmSync(join(root, 'x.csv'));
        assert.equal((await failure(actions.importUrl(root, elsewhere, 'x.csv'))).reason, 'exists');
        const done = await actions.importUrl(root, elsewhere, 'here');
        assert.equal(text('here'), 'from elsewhere');
        await done.undo?.();
        assert.ok(!existsSync(join(root, 'here')) && !existsSync(join(root, 'here.dvc')));
      });

      it('without dvc, folders are pushed to, fetched from and checked out natively', async () => {
        execFileSync(String(DVC), ['remote', 'add', '--default', 'store', join(above, 'remote')], { cwd: root });
        const none = new DvcProgram(
          () => Promise.resolve({ path: join(above, 'nothing'), python: undefined, folders: [] }),
          () => Promise.reject(new Error('there is none')),
        );
        const bare = new DataActions(new DvcRunner(none, processes, () => true), source, new KeptData(), transfersHere());
        const before = log.length;
        assert.deepEqual((await bare.push(root, undefined)).problems, []);
        rmSync(join(root, '.dvc', 'cache'), { recursive: true });
        rmSync(join(root, 'set'), { recursive: true });
        write('x.csv', 'mine');
        assert.deepEqual((await bare.fetch(root, await outs('set', 'x.csv'))).problems, []);
        const plan = await bare.planCheckout(root);
        assert.deepEqual(losses(plan), ['x.csv']);
        assert.equal((await failure(bare.checkout(plan))).reason, 'would lose');
        const done = await bare.checkout(plan, { keep: true });
        assert.deepEqual([done.problems, text('x.csv'), text('set/a')], [[], 'first', 'a']);
        await done.undo?.();
        assert.equal(text('x.csv'), 'mine');
        assert.equal((await failure(bare.add(root, [join(root, 'x.csv')]))).reason, 'not installed');
        assert.equal(log.length, before, 'a process was started');
      });
    });

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
      for (const line of log.filter((each) => / ms$/.test(each)))
        assert.match(line, /^dvc \S.* \[.+\] pid \d+, (code \d+|stopped), \d+ ms/);
    });

    it('repro, and a stage that fails', async () => {
      await runner.init(root, 'git');
      const stages = {
        prepare: { cmd: 'cat in.txt > out.txt', deps: ['in.txt'], outs: ['out.txt'] },
        fail: { cmd: 'exit 3', deps: ['out.txt'] },
      };
      write('dvc.yaml', JSON.stringify({ stages }));
      write('in.txt', 'one');
      const said: string[] = [];
      await runner.repro(root, ['prepare'], { said: (line) => said.push(line) });
      assert.equal(text('out.txt'), 'one');
      assert.match(said.join('\n'), /Running stage 'prepare'/);
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
