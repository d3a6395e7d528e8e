import assert from 'node:assert/strict';
import { copyFileSync, renameSync } from 'node:fs';
import { window, workspace } from 'vscode';
import { FolderStore } from '../../../src/host/folderStore';
import { RemoteStore } from '../../../src/host/remotes/remoteStore';
import { TrackingError } from '../../../src/core/errors';
import type { Engine } from '../../../src/store/engine';
import { join } from 'node:path';
import { until } from '../../support/until';
import { activated } from '../extensionUnderTest';

describe('A store', () => {
  it('is opened anew when another file takes the place of its database', async () => {
    const { stores } = await activated();
    const store = stores.all[0]!;
    const before = await store.create();
    const { runId } = await before.runs.create({ experimentId: '0', name: 'kept' });
    const database = join(store.location, 'tracking.db');
    const copy = join(store.location, 'copy.db');
    copyFileSync(database, copy);
    renameSync(copy, database);
    await assert.rejects(before.runs.update(runId, { name: 'lost' }), /replaced|closed/);
    const after = await until('the store is open again', () => store.engine !== before && store.engine);
    // What was in the log beside the file is found there.
    assert.equal((await after.runs.get(runId)).runName, 'kept');
    await after.runs.update(runId, { name: 'renamed' });
  });

  describe('that is being opened', () => {
    const log = window.createOutputChannel('ML Tracking tests', { log: true });
    after(() => log.dispose());

    /** The store's own engine, which counts how often it was closed instead of closing. */
    async function engine(): Promise<{ readonly engine: Engine; readonly closed: () => number }> {
      let closed = 0;
      const { experiments, runs, metrics, artifacts, artifactTree, loggedModels, registry, feed, info } = await (
        await activated()
      ).stores.all[0]!.create();
      const close = (): Promise<void> => Promise.resolve(void closed++);
      return {
        engine: { experiments, runs, metrics, artifacts, artifactTree, loggedModels, registry, feed, info, close },
        closed: () => closed,
      };
    }

    it('is closed again where its folder has left the window meanwhile', async () => {
      const { engine: opened, closed } = await engine();
      let open: (engine: Engine) => void = () => undefined;
      const opening = new Promise<Engine>((resolve) => (open = resolve));
      const store = new FolderStore(workspace.workspaceFolders![0]!, opened.info.location, () => opening, log);
      const wanted = store.want();
      store.dispose();
      open(opened);
      await wanted;
      assert.equal(closed(), 1);
      assert.equal(store.engine, undefined);
    });

    it('is opened anew for who signs in while the server has not answered yet', async () => {
      const { engine: opened } = await engine();
      let refuse: (error: Error) => void = () => undefined;
      const answers: Promise<Engine>[] = [new Promise((_, reject) => (refuse = reject)), Promise.resolve(opened)];
      const remote = { name: 'team', uri: 'http://team.invalid', from: 'user' } as const;
      const store = new RemoteStore(remote, () => answers.shift()!, log);
      const wanted = store.want();
      const reopened = store.reopen();
      refuse(new TrackingError('PERMISSION_DENIED', 'The server wants to know who asks.'));
      await Promise.all([wanted, reopened]);
      assert.equal(store.engine?.info.location, opened.info.location);
      store.dispose();
    });
  });
});
