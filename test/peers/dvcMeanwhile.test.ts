import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CacheCleaner } from '../../src/data/actions/cacheCleaner';
import type { DataActions } from '../../src/data/actions/dataActions';
import { DvcError } from '../../src/data/actions/dvcError';
import type { Done } from '../../src/data/actions/plan';
import { ChangedRepository } from './changedRepository';

const DVC = process.env['DVC_BIN'];

/** What somebody writes between the look at what an action would do and the action, and between the action and its undo, by the real dvc. */
if (DVC === undefined) console.log('Skipped: what actions on data could lose meanwhile. Set DVC_BIN to the dvc program.');
else
  describe('no action on data loses what is written meanwhile', function () {
    this.timeout(180_000);
    let project: ChangedRepository;

    before(async () => {
      project = new ChangedRepository(DVC);
      await project.makeTemplate();
    });
    after(() => project.dispose());

    const CHANGED_SINCE: readonly { name: string; path: string; act: (actions: DataActions) => Promise<Done> }[] = [
      {
        name: 'a checkout',
        path: 'x.csv',
        act: async (actions) => actions.checkout(await actions.planCheckout(project.root, [project.at('x.csv')]), { keep: true }),
      },
      {
        name: 'an update',
        path: 'in.csv',
        act: async (actions) => actions.update(await actions.planUpdate(project.root, ['in.csv.dvc']), { keep: true }),
      },
      {
        name: 'the check out of a version',
        path: 'x.csv',
        act: async (actions) => {
          const versions = project.versions(actions);
          const plan = await versions.plan({ root: project.root, target: project.at('x.csv'), commit: project.first, path: 'x.csv' });
          return versions.checkOut(plan, { keep: true });
        },
      },
      {
        name: 'an import',
        path: 'later.csv',
        act: (actions) => actions.importUrl(project.root, join(project.above, 'origin.csv'), 'later.csv'),
      },
    ];
    for (const { name, path, act } of CHANGED_SINCE)
      it(`what was changed since ${name} is kept when that is taken back, and told`, async () => {
        project.startAnew(`since ${name}`);
        const done = await act(project.withDvc);
        project.write(path, 'changed since');
        const since = (await done.undo?.()) ?? [];
        assert.deepEqual(
          since.map(({ count, paths }) => [count, paths]),
          [[1, [path]]],
        );
        assert.equal(readFileSync(join(project.withDvc.kept.folderOf(project.root, since[0]?.id ?? ''), path), 'utf8'), 'changed since');
        project.assertNothingLost('taken back');
      });

    /** Plans of what nobody has changed yet, and where somebody writes while a question about them is open. */
    const MEANWHILE: readonly { name: string; path: string; plan: () => Promise<(how: { keep?: boolean }) => Promise<Done>> }[] = [
      {
        name: 'remove, data and all',
        path: 'set/meanwhile',
        plan: async () => {
          const plan = await project.withDvc.planRemove(project.root, 'set.dvc');
          return (how) => project.withDvc.remove(plan, { data: true }, how);
        },
      },
      {
        name: 'checkout',
        path: 'set/meanwhile',
        plan: async () => {
          const plan = await project.withDvc.planCheckout(project.root, [project.at('set')]);
          return (how) => project.withDvc.checkout(plan, how);
        },
      },
      {
        name: 'repro',
        path: 'made.csv',
        plan: async () => {
          const plan = await project.withDvc.planRepro(project.root, ['make']);
          return (how) => project.withDvc.repro(plan, ['make'], how);
        },
      },
      {
        name: 'update of an import',
        path: 'in.csv',
        plan: async () => {
          const plan = await project.withDvc.planUpdate(project.root, ['in.csv.dvc']);
          return (how) => project.withDvc.update(plan, how);
        },
      },
      {
        name: 'check out of a version',
        path: 'set/meanwhile',
        plan: async () => {
          const versions = project.versions(project.withDvc);
          const plan = await versions.plan({ root: project.root, target: project.at('set'), commit: project.first, path: 'set' });
          return (how) => versions.checkOut(plan, how);
        },
      },
    ];
    for (const { name, path, plan } of MEANWHILE)
      it(`${name}: what was written after a look is seen before it is done`, async () => {
        project.startUnchanged(`meanwhile ${name}`);
        if (path.startsWith('set/')) rmSync(project.at('set/b'));
        const work = await plan();
        project.write(path, 'written meanwhile');
        await assert.rejects(work({}), (error) => error instanceof DvcError && error.reason === 'would lose');
        assert.equal(project.read(path), 'written meanwhile');
        const done = await work({ keep: true });
        assert.notEqual(project.read(path), 'written meanwhile');
        await done.undo?.();
        assert.equal(project.read(path), 'written meanwhile');
      });

    it('garbage collection: what nobody uses any more since a look stays', async () => {
      project.startAnew('collected');
      const cleaner = new CacheCleaner(project.runner, project.source);
      const seen = await cleaner.preview(project.root, 'workspace only');
      project.git('rm', '--quiet', 'sorted.dvc');
      const before = project.contents(project.at('.dvc/cache'));
      await assert.rejects(cleaner.clean(project.root, 'workspace only', seen), /More is unused by now/);
      assert.deepEqual(project.contents(project.at('.dvc/cache')), before);
    });
  });
