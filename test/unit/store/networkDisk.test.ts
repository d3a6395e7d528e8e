import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { SqliteFeed } from '../../../src/store/sqlite/feed';
import { openDatabase } from '../../../src/store/sqlite/openDatabase';
import { SqliteRuns } from '../../../src/store/sqlite/runs';
import { StoreFolder } from '../../../src/store/sqlite/storeFolder';
import { StoreWatch } from '../../../src/store/sqlite/storeWatch';
import { temporaryFolder } from './temporaryFolder';

const NFS = 0x6969;

describe('A store on a network file system', function () {
  this.timeout(30_000);
  const path = temporaryFolder();
  const open = () => openDatabase(new StoreFolder(path('.tracking')), { fileSystem: NFS });

  it('uses a rollback journal, and says so', () => {
    const { database, warnings } = open();
    assert.match(warnings.join(), /network file system \(NFS\)/);
    assert.deepEqual({ ...database.get<object>('PRAGMA journal_mode') }, { journal_mode: 'delete' });
    assert.deepEqual({ ...database.get<object>('PRAGMA synchronous') }, { synchronous: 2 });
    database.close();
  });

  it('leaves the write-ahead log of a store that was moved there', () => {
    const folder = new StoreFolder(path('.tracking'));
    openDatabase(folder, { fileSystem: 0xef53 }).database.close();
    const { database } = open();
    database.close();
    const raw = new DatabaseSync(folder.database);
    assert.deepEqual({ ...raw.prepare('PRAGMA journal_mode').get() }, { journal_mode: 'delete' });
    raw.close();
  });

  it('is read and written by two connections, each hearing of the other', async () => {
    const folder = new StoreFolder(path('.tracking'));
    const [one, two] = [open().database, open().database];
    const watch = new StoreWatch(two, () => undefined, true);
    const feed = new SqliteFeed(two, watch);
    const told = new Promise<void>((resolve) => void feed.watch(resolve));
    const { runId } = await new SqliteRuns(one, folder).create({ experimentId: '0' });
    await told;
    assert.equal((await new SqliteRuns(two, folder).get(runId)).runId, runId);
    watch.dispose();
    one.close();
    two.close();
  });
});
