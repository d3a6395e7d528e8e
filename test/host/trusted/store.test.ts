import assert from 'node:assert/strict';
import { copyFileSync, renameSync } from 'node:fs';
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
});
