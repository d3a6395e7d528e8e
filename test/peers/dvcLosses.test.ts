import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeReader } from '../../src/code/reader';
import { revision } from '../../src/code/side';
import { DataActions } from '../../src/data/actions/dataActions';
import type { Done, Plan } from '../../src/data/actions/plan';
import { DvcError } from '../../src/data/actions/dvcError';
import { DvcProcesses } from '../../src/data/actions/dvcProcess';
import { DvcProgram } from '../../src/data/actions/dvcProgram';
import { DvcRunner } from '../../src/data/actions/dvcRunner';
import { KeptData } from '../../src/data/actions/keptData';
import { VersionCheckout } from '../../src/data/actions/versionCheckout';
import { CacheTransfers } from '../../src/data/cache/cacheTransfers';
import { transferParts } from '../../src/data/cache/transferSurroundings';
import { DataReader } from '../../src/data/reader';
import { GitRevisions } from '../../src/lineage/gitRevisions';

const DVC = process.env['DVC_BIN'];

/**
 * Every action, by the real dvc and natively, on data that somebody has changed and nobody has committed: all of it must be somewhere
 * afterwards, whether the action was done, refused or failed, and be back in its place once the action was taken back.
 */
if (DVC === undefined) console.log('Skipped: what actions on data could lose. Set DVC_BIN to the dvc program.');
else
  describe('no action on data loses what was not committed', function () {
    this.timeout(180_000);
    let above = '';
    let root = '';
    let first = '';
    let runner: DvcRunner;
    let source: DataReader;
    let reader: CodeReader;
    let withDvc: DataActions;
    let without: DataActions;

    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
    const at = (path: string): string => join(root, path);
    const write = (path: string, content: string): void => {
      mkdirSync(join(at(path), '..'), { recursive: true });
      writeFileSync(at(path), content);
    };

    /** What somebody has written since the last commit: into a file, into a folder, over a stage's out, over a record. */
    const UNCOMMITTED: Readonly<Record<string, string>> = {
      'x.csv': 'mine',
      'set/a': 'my a',
      'set/new': 'my new',
      'made.csv': 'by hand',
      'in.csv': 'my import',
    };

    before(async () => {
      above = realpathSync(mkdtempSync(join(tmpdir(), 'ml-losses-')));
      const processes = new DvcProcesses(() => undefined, { ...process.env, DVC_SITE_CACHE_DIR: join(above, 'site') });
      const ask = async (command: string, args: readonly string[]): Promise<string> =>
        (await processes.run(above, command, args, args)).out.join('\n');
      const program = (path: string): DvcProgram => new DvcProgram(() => Promise.resolve({ path, python: undefined, folders: [] }), ask);
      runner = new DvcRunner(program(String(DVC)), processes, () => true);
      reader = new CodeReader(() => undefined);
      source = new DataReader(() => undefined, { revisions: new GitRevisions(reader) });
      const kept = new KeptData();
      const transfers = new CacheTransfers(transferParts(() => undefined, undefined, kept));
      withDvc = new DataActions(runner, source, kept, transfers);
      without = new DataActions(new DvcRunner(program(join(above, 'nothing')), processes, () => true), source, kept, transfers);
      await makeTemplate();
    });

    after(() => {
      runner.dispose();
      source.dispose();
      reader.dispose();
      rmSync(above, { recursive: true, force: true, maxRetries: 5 });
    });

    /** A repository with two versions of everything, made once and copied for each case. */
    async function makeTemplate(): Promise<void> {
      root = join(above, 'template');
      mkdirSync(root);
      git('init', '--quiet', '--initial-branch=main');
      git('config', 'user.name', 'Ada');
      git('config', 'user.email', 'ada@example.org');
      await runner.init(root, 'git');
      execFileSync(String(DVC), ['remote', 'add', '--quiet', '--default', 'store', join(above, 'remote')], { cwd: root });
      writeFileSync(join(above, 'origin.csv'), 'origin 1');
      for (const version of ['1', '2']) {
        write('x.csv', `x ${version}`);
        write('set/a', `a ${version}`);
        write('set/b', 'b');
        await runner.add(root, ['x.csv', 'set']);
        if (version === '1') {
          await runner.importUrl(root, join(above, 'origin.csv'), 'in.csv');
          write('dvc.yaml', JSON.stringify({ stages: { make: { cmd: 'cp x.csv made.csv', deps: ['x.csv'], outs: ['made.csv'] } } }));
        }
        await runner.repro(root, ['make']);
        git('add', '--all');
        git('commit', '--quiet', '--message', `Version ${version}`);
        if (version === '1') first = git('rev-parse', 'HEAD');
      }
      await runner.push(root, []);
      writeFileSync(join(above, 'origin.csv'), 'origin 2');
      // An older version that only the cache has: what garbage collection is there for.
      write('x.csv', 'forgotten');
      await runner.add(root, ['x.csv']);
      git('checkout', '--quiet', '--', 'x.csv.dvc');
      await runner.checkout(root, ['x.csv']);
    }

    function startAnew(name: string): void {
      const made = join(above, name);
      execFileSync('cp', ['-a', join(above, 'template'), made]);
      root = made;
      for (const [path, content] of Object.entries(UNCOMMITTED)) {
        rmSync(at(path), { force: true });
        write(path, content);
      }
      rmSync(at('set/b'));
    }

    /** Every content that lies anywhere below the project, the cache and what is kept among it. */
    function contents(folder: string, found = new Set<string>()): Set<string> {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.name === '.git') continue;
        if (entry.isDirectory()) contents(path, found);
        else if (lstatSync(path).isFile()) found.add(createHash('md5').update(readFileSync(path)).digest('hex'));
      }
      return found;
    }

    function assertNothingLost(when: string): void {
      const there = contents(root);
      for (const [path, content] of Object.entries(UNCOMMITTED))
        assert.ok(there.has(createHash('md5').update(content).digest('hex')), `${when}: the content of ${path} is nowhere`);
    }

    const assertInPlace = (when: string): void => {
      for (const [path, content] of Object.entries(UNCOMMITTED))
        assert.equal(existsSync(at(path)) ? readFileSync(at(path), 'utf8') : undefined, content, `${when}: ${path}`);
    };

    interface Case {
      readonly name: string;
      /** Whether it must be refused unless a person says that what would be lost is to be kept; undefined: it endangers nothing. */
      readonly refused?: boolean;
      /** Whether what it did is also done without dvc. */
      readonly native?: boolean;
      /** Whether everything is in its place afterwards, or only somewhere. */
      readonly leaves?: boolean;
      readonly act: (actions: DataActions, keep: boolean) => Promise<Done | undefined>;
    }

    const keepOption = (keep: boolean): { keep?: boolean } => (keep ? { keep: true } : {});
    const planned =
      (plan: (actions: DataActions) => Promise<Plan>, work: (actions: DataActions, plan: Plan, keep: boolean) => Promise<Done>) =>
      async (actions: DataActions, keep: boolean): Promise<Done> =>
        work(actions, await plan(actions), keep);

    const CASES: readonly Case[] = [
      { name: 'add', leaves: true, act: (actions) => actions.add(root, ['x.csv', 'set'].map(at)) },
      { name: 'commit', leaves: true, act: async (actions) => actions.commit(root, (await source.status(root)).outs) },
      {
        name: 'checkout',
        refused: true,
        native: true,
        act: planned(
          () => withDvc.planCheckout(root),
          (actions, plan, keep) => actions.checkout(plan, keepOption(keep)),
        ),
      },
      {
        name: 'checkout of one file of a folder',
        refused: true,
        native: true,
        act: planned(
          () => withDvc.planCheckout(root, [at('set/a')]),
          (actions, plan, keep) => actions.checkout(plan, keepOption(keep)),
        ),
      },
      { name: 'fetch', native: true, leaves: true, act: (actions) => actions.fetch(root, undefined) },
      { name: 'push', native: true, leaves: true, act: (actions) => actions.push(root, undefined) },
      {
        name: 'remove, data and all',
        refused: true,
        act: planned(
          (actions) => actions.planRemove(root, 'set.dvc'),
          (actions, plan, keep) => actions.remove(plan, { data: true }, keepOption(keep)),
        ),
      },
      {
        name: 'remove, the data staying',
        leaves: true,
        act: planned(
          (actions) => actions.planRemove(root, 'set.dvc'),
          (actions, plan) => actions.remove(plan, { data: false }),
        ),
      },
      {
        name: 'repro',
        refused: true,
        act: planned(
          (actions) => actions.planRepro(root, ['make']),
          (actions, plan, keep) => actions.repro(plan, ['make'], keepOption(keep)),
        ),
      },
      {
        name: 'update of an import',
        refused: true,
        act: planned(
          (actions) => actions.planUpdate(root, ['in.csv.dvc']),
          (actions, plan, keep) => actions.update(plan, keepOption(keep)),
        ),
      },
      {
        name: 'import into the place of a file',
        leaves: true,
        act: async (actions) => {
          await assert.rejects(actions.importUrl(root, join(above, 'origin.csv'), 'x.csv'), { reason: 'exists' });
          return undefined;
        },
      },
      {
        name: 'check out of a version',
        refused: true,
        native: true,
        act: async (actions, keep) => {
          const versions = versionsOf(actions);
          return versions.checkOut(await versions.plan({ root, target: at('x.csv'), commit: first, path: 'x.csv' }), keepOption(keep));
        },
      },
      {
        name: 'check out of a version of a folder',
        refused: true,
        native: true,
        act: async (actions, keep) => {
          const versions = versionsOf(actions);
          return versions.checkOut(await versions.plan({ root, target: at('set'), commit: first, path: 'set' }), keepOption(keep));
        },
      },
      {
        name: 'garbage collection',
        leaves: true,
        act: async (actions) => {
          const { objects, bytes } = await actions.gcPreview(root, 'workspace only');
          assert.ok(objects > 0 && bytes !== undefined && bytes > 0);
          assert.equal(await actions.gc(root, 'workspace only'), objects);
          return undefined;
        },
      },
    ];

    const versionsOf = (actions: DataActions): VersionCheckout =>
      new VersionCheckout(actions, source, (path, commit) => reader.content(root, revision(commit), path.slice(root.length + 1)));

    for (const { name, refused = false, native = false, leaves = false, act } of CASES)
      for (const by of native ? (['dvc', 'no dvc'] as const) : (['dvc'] as const))
        it(`${name}, by ${by}`, async () => {
          startAnew(`${name} ${by}`.replaceAll(/\W+/g, '-'));
          const actions = by === 'dvc' ? withDvc : without;
          if (refused) {
            await assert.rejects(act(actions, false), (error) => error instanceof DvcError && error.reason === 'would lose');
            assertInPlace('refused');
          }
          const done = await act(actions, true);
          assert.deepEqual(done?.problems ?? [], []);
          assertNothingLost('done');
          if (leaves) assertInPlace('done');
          await done?.undo?.();
          assertNothingLost('taken back');
          if (done?.undo) assertInPlace('taken back');
        });

    const CHANGED_SINCE: readonly { name: string; path: string; act: (actions: DataActions) => Promise<Done> }[] = [
      {
        name: 'a checkout',
        path: 'x.csv',
        act: async (actions) => actions.checkout(await actions.planCheckout(root, [at('x.csv')]), { keep: true }),
      },
      {
        name: 'an update',
        path: 'in.csv',
        act: async (actions) => actions.update(await actions.planUpdate(root, ['in.csv.dvc']), { keep: true }),
      },
      {
        name: 'the check out of a version',
        path: 'x.csv',
        act: async (actions) => {
          const versions = versionsOf(actions);
          const plan = await versions.plan({ root, target: at('x.csv'), commit: first, path: 'x.csv' });
          return versions.checkOut(plan, { keep: true });
        },
      },
      { name: 'an import', path: 'later.csv', act: (actions) => actions.importUrl(root, join(above, 'origin.csv'), 'later.csv') },
    ];
    for (const { name, path, act } of CHANGED_SINCE)
      it(`what was changed since ${name} is kept when that is taken back, and told`, async () => {
        startAnew(`since-${name.replaceAll(' ', '-')}`);
        const done = await act(withDvc);
        rmSync(at(path));
        write(path, 'changed since');
        const since = (await done.undo?.()) ?? [];
        assert.deepEqual(
          since.map(({ count, paths }) => [count, paths]),
          [[1, [path]]],
        );
        assert.equal(readFileSync(join(withDvc.kept.folderOf(root, since[0]?.id ?? ''), path), 'utf8'), 'changed since');
        assertNothingLost('taken back');
      });

    it('a version whose record was edited here: the record is kept too', async () => {
      startAnew('record');
      write('x.csv', 'recorded, and not committed');
      await withDvc.add(root, [at('x.csv')]);
      const record = readFileSync(at('x.csv.dvc'), 'utf8');
      const versions = versionsOf(withDvc);
      const plan = await versions.plan({ root, target: at('x.csv'), commit: first, path: 'x.csv' });
      assert.deepEqual(
        plan.losses.map(({ path }) => path),
        ['x.csv.dvc'],
      );
      await assert.rejects(versions.checkOut(plan), { reason: 'would lose' });
      const done = await versions.checkOut(plan, { keep: true });
      assert.equal(readFileSync(at('x.csv'), 'utf8'), 'x 1');
      assert.equal(git('diff', '--cached', '--name-only'), '', 'the index is left alone');
      assert.equal(readFileSync(at('x.csv.dvc'), 'utf8'), `${git('show', `${first}:x.csv.dvc`)}\n`);
      await done.undo?.();
      assert.equal(readFileSync(at('x.csv.dvc'), 'utf8'), record);
      assert.equal(readFileSync(at('x.csv'), 'utf8'), 'recorded, and not committed');
    });

    it('a version that is nowhere: everything stays as it was', async () => {
      startAnew('nowhere');
      const digest = createHash('md5').update('x 1').digest('hex');
      for (const store of [at('.dvc/cache'), join(above, 'remote')])
        rmSync(join(store, 'files', 'md5', digest.slice(0, 2), digest.slice(2)), { force: true });
      const record = readFileSync(at('x.csv.dvc'), 'utf8');
      const versions = versionsOf(without);
      const plan = await versions.plan({ root, target: at('x.csv'), commit: first, path: 'x.csv' });
      await assert.rejects(versions.checkOut(plan, { keep: true }), /neither in the cache nor in the remote/);
      assertInPlace('failed');
      assert.equal(readFileSync(at('x.csv.dvc'), 'utf8'), record);
    });
  });
