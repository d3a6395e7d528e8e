import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CacheCleaner } from '../../src/data/actions/cacheCleaner';
import type { DataActions } from '../../src/data/actions/dataActions';
import { DvcError } from '../../src/data/actions/dvcError';
import type { Done, Plan } from '../../src/data/actions/plan';
import { ChangedRepository } from './changedRepository';

const DVC = process.env['DVC_BIN'];

/**
 * Every action, by the real dvc and natively, on data that somebody has changed and nobody has committed: all of it must be somewhere
 * afterwards, whether the action was done, refused or failed, and be back in its place once the action was taken back.
 */
if (DVC === undefined) console.log('Skipped: what actions on data could lose. Set DVC_BIN to the dvc program.');
else
  describe('no action on data loses what was not committed', function () {
    this.timeout(180_000);
    let project: ChangedRepository;

    before(async () => {
      project = new ChangedRepository(DVC);
      await project.makeTemplate();
    });
    after(() => project.dispose());

    interface Case {
      readonly name: string;
      /** Whether it must be refused unless a person says that what would be lost is to be kept; undefined: it endangers nothing. */
      readonly refused?: boolean;
      /** Whether what it did is also done project.without dvc. */
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
      {
        name: 'add',
        leaves: true,
        act: (actions) =>
          actions.add(
            project.root,
            ['x.csv', 'set'].map((path) => project.at(path)),
          ),
      },
      {
        name: 'commit',
        leaves: true,
        act: async (actions) => actions.commit(project.root, (await project.source.status(project.root)).outs),
      },
      {
        name: 'checkout',
        refused: true,
        native: true,
        act: planned(
          () => project.withDvc.planCheckout(project.root),
          (actions, plan, keep) => actions.checkout(plan, keepOption(keep)),
        ),
      },
      {
        name: 'checkout of one file of a folder',
        refused: true,
        native: true,
        act: planned(
          () => project.withDvc.planCheckout(project.root, [project.at('set/a')]),
          (actions, plan, keep) => actions.checkout(plan, keepOption(keep)),
        ),
      },
      { name: 'fetch', native: true, leaves: true, act: (actions) => actions.fetch(project.root, undefined) },
      { name: 'push', native: true, leaves: true, act: (actions) => actions.push(project.root, undefined) },
      {
        name: 'remove, data and all',
        refused: true,
        act: planned(
          (actions) => actions.planRemove(project.root, 'set.dvc'),
          (actions, plan, keep) => actions.remove(plan, { data: true }, keepOption(keep)),
        ),
      },
      {
        name: 'remove, data and all, of what was only sorted',
        act: planned(
          (actions) => actions.planRemove(project.root, 'sorted.dvc'),
          (actions, plan) => actions.remove(plan, { data: true }),
        ),
      },
      {
        name: 'checkout of what was only sorted',
        native: true,
        act: planned(
          () => project.withDvc.planCheckout(project.root, [project.at('sorted')]),
          (actions, plan) => actions.checkout(plan),
        ),
      },
      {
        name: 'check out of a version of what was only sorted',
        native: true,
        act: async (actions) => {
          const versions = project.versions(actions);
          return versions.checkOut(
            await versions.plan({ root: project.root, target: project.at('sorted'), commit: project.first, path: 'sorted' }),
          );
        },
      },
      {
        name: 'remove, the data staying',
        leaves: true,
        act: planned(
          (actions) => actions.planRemove(project.root, 'set.dvc'),
          (actions, plan) => actions.remove(plan, { data: false }),
        ),
      },
      {
        name: 'repro',
        refused: true,
        act: planned(
          (actions) => actions.planRepro(project.root, ['make']),
          (actions, plan, keep) => actions.repro(plan, ['make'], keepOption(keep)),
        ),
      },
      {
        name: 'update of an import',
        refused: true,
        act: planned(
          (actions) => actions.planUpdate(project.root, ['in.csv.dvc']),
          (actions, plan, keep) => actions.update(plan, keepOption(keep)),
        ),
      },
      {
        name: 'import into the place of a file',
        leaves: true,
        act: async (actions) => {
          await assert.rejects(actions.importUrl(project.root, join(project.above, 'origin.csv'), 'x.csv'), { reason: 'exists' });
          return undefined;
        },
      },
      {
        name: 'check out of a version',
        refused: true,
        native: true,
        act: async (actions, keep) => {
          const versions = project.versions(actions);
          return versions.checkOut(
            await versions.plan({ root: project.root, target: project.at('x.csv'), commit: project.first, path: 'x.csv' }),
            keepOption(keep),
          );
        },
      },
      {
        name: 'check out of a version of a folder',
        refused: true,
        native: true,
        act: async (actions, keep) => {
          const versions = project.versions(actions);
          return versions.checkOut(
            await versions.plan({ root: project.root, target: project.at('set'), commit: project.first, path: 'set' }),
            keepOption(keep),
          );
        },
      },
      {
        name: 'garbage collection',
        leaves: true,
        act: async () => {
          const cleaner = new CacheCleaner(project.runner, project.source);
          const seen = await cleaner.preview(project.root, 'workspace only');
          assert.ok(seen.objects > 0 && seen.bytes !== undefined && seen.bytes > 0);
          assert.equal(await cleaner.clean(project.root, 'workspace only', seen), seen.objects);
          return undefined;
        },
      },
    ];

    for (const { name, refused = false, native = false, leaves = false, act } of CASES)
      for (const by of native ? (['dvc', 'no dvc'] as const) : (['dvc'] as const))
        it(`${name}, by ${by}`, async () => {
          project.startAnew(`${name} ${by}`);
          const actions = by === 'dvc' ? project.withDvc : project.without;
          if (refused) {
            await assert.rejects(act(actions, false), (error) => error instanceof DvcError && error.reason === 'would lose');
            project.assertInPlace('refused');
          }
          const done = await act(actions, true);
          assert.deepEqual(done?.problems ?? [], []);
          project.assertNothingLost('done');
          if (leaves) project.assertInPlace('done');
          assert.ok(leaves || done?.undo, 'it can’t be taken back');
          await done?.undo?.();
          project.assertNothingLost('taken back');
          if (done?.undo) project.assertInPlace('taken back');
        });

    it('garbage collection refuses where it can not know what is in use', async () => {
      project.startAnew('blind');
      const cache = project.at('.dvc/cache/files/md5');
      for (const path of readdirSync(cache, { recursive: true, encoding: 'utf8' }))
        if (path.endsWith('.dir')) rmSync(join(cache, path), { force: true });
      const preview = new CacheCleaner(project.runner, project.source).preview(project.root, 'workspace only');
      await assert.rejects(preview, { reason: 'would lose', files: ['set', 'sorted'] });
    });

    it('garbage collection refuses where the cache is of others too', async () => {
      project.startAnew('shared');
      execFileSync(DVC, ['cache', 'dir', join(project.above, 'shared-cache')], { cwd: project.root });
      const preview = new CacheCleaner(project.runner, project.source).preview(project.root, 'workspace only');
      await assert.rejects(preview, { reason: 'would lose', message: /the data of others/ });
    });

    it('a version whose record was edited here: the record is kept too', async () => {
      project.startAnew('record');
      project.write('x.csv', 'recorded, and not committed');
      await project.withDvc.add(project.root, [project.at('x.csv')]);
      const record = project.read('x.csv.dvc');
      const versions = project.versions(project.withDvc);
      const plan = await versions.plan({ root: project.root, target: project.at('x.csv'), commit: project.first, path: 'x.csv' });
      assert.deepEqual(
        plan.losses.map(({ path }) => path),
        ['x.csv.dvc'],
      );
      await assert.rejects(versions.checkOut(plan), { reason: 'would lose' });
      const done = await versions.checkOut(plan, { keep: true });
      assert.equal(project.read('x.csv'), 'x 1');
      assert.equal(project.git('diff', '--cached', '--name-only'), '', 'the index is left alone');
      assert.equal(project.read('x.csv.dvc'), `${project.git('show', `${project.first}:x.csv.dvc`)}\n`);
      await done.undo?.();
      assert.equal(project.read('x.csv.dvc'), record);
      assert.equal(project.read('x.csv'), 'recorded, and not committed');
    });

    it('a version that is nowhere: everything stays as it was', async () => {
      project.startAnew('nowhere');
      const digest = createHash('md5').update('x 1').digest('hex');
      for (const store of [project.at('.dvc/cache'), join(project.above, 'remote')])
        rmSync(join(store, 'files', 'md5', digest.slice(0, 2), digest.slice(2)), { force: true });
      const record = project.read('x.csv.dvc');
      const versions = project.versions(project.without);
      const plan = await versions.plan({ root: project.root, target: project.at('x.csv'), commit: project.first, path: 'x.csv' });
      await assert.rejects(versions.checkOut(plan, { keep: true }), /neither in the cache nor in the remote/);
      project.assertInPlace('failed');
      assert.equal(project.read('x.csv.dvc'), record);
    });
  });
