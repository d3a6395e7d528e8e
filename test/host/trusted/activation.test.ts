import assert from 'node:assert/strict';
import { print } from '../../support/hostFiles';
import { activated, extensionUnderTest } from '../extensionUnderTest';

describe('activation', () => {
  it('activates in a real extension host', async () => {
    const api = await activated();
    print(`      activation took ${api.activationTime.toFixed(1)} ms`);
    assert.ok(extensionUnderTest().isActive);
  });

  it('leaves the database to its worker', async () => {
    const { stores } = await activated();
    const [store] = stores.all;
    assert.ok(store, 'the workspace folder has no store');
    const engine = await store.create();
    assert.equal(engine.info.readOnly, false);
    assert.deepEqual(
      (await engine.experiments.search()).items.filter(({ name }) => name !== 'Default'),
      [],
    );
    const { moduleLoadList } = process as unknown as { moduleLoadList: readonly string[] };
    const loadedHere = moduleLoadList.filter((name) => /\bsqlite\b/.test(name));
    assert.deepEqual(loadedHere, [], 'node:sqlite was loaded in the thread of the extension host');
  });
});
