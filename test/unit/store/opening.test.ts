import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { ErrorCode } from '../../../src/core/errors';
import { SCHEMA_VERSION } from '../../../src/store/sqlite/migrations';
import { openDatabase } from '../../../src/store/sqlite/openDatabase';
import { SqliteRuns } from '../../../src/store/sqlite/runs';
import { openStore } from '../../../src/store/sqlite/store';
import { StoreFolder } from '../../../src/store/sqlite/storeFolder';
import { refuses } from '../../contract/expectations';
import { temporaryFolder } from './temporaryFolder';

describe('Opening a store', function () {
  this.timeout(30_000);
  const path = temporaryFolder();
  const folder = (): string => path('.tracking');
  const file = (): string => path('.tracking', 'tracking.db');

  it('makes the folder, and keeps git out of it', async () => {
    const engine = await openStore(folder());
    assert.equal(readFileSync(path('.tracking', '.gitignore'), 'utf8'), '*\n');
    assert.deepEqual(engine.info, {
      location: folder(),
      artifactRoot: pathToFileURL(path('.tracking', 'artifacts')).href,
      keepsIds: true,
      readOnly: false,
      warnings: [],
    });
    await engine.close();
  });

  it("leaves a project's folder to git when a store is made in it", async () => {
    writeFileSync(path('train.js'), '');
    const engine = await openStore(path());
    assert.equal(existsSync(path('.gitignore')), false);
    await engine.close();
  });

  it('answers for no write into a file that was moved away, deleted or replaced, until it is put back', async () => {
    const engine = await openStore(folder());
    const { runId } = await engine.runs.create({ experimentId: '0' });
    const log = (): Promise<void> => engine.runs.logBatch(runId, { params: [{ key: 'a', value: 'b' }] });
    renameSync(folder(), path('away'));
    await refuses(log(), 'TEMPORARILY_UNAVAILABLE', /was moved, deleted or replaced/);
    await refuses(engine.artifacts.write(runId, 'a', 'b'), 'TEMPORARILY_UNAVAILABLE', /was moved, deleted or replaced/);
    assert.equal(existsSync(folder()), false, 'no new folder for the artifact');
    const other = await openStore(folder());
    await refuses(log(), 'TEMPORARILY_UNAVAILABLE', /open the store again/);
    await other.close();
    renameSync(folder(), path('other'));
    renameSync(path('away'), folder());
    await log();
    assert.deepEqual((await engine.runs.get(runId)).params, [{ key: 'a', value: 'b' }]);
    await engine.close();
  });

  it('makes nothing when told so', async () => {
    await refuses(openStore(folder(), { create: false }), 'RESOURCE_DOES_NOT_EXIST', /no tracking store in/);
    await refuses(openStore(folder(), { readOnly: true }), 'RESOURCE_DOES_NOT_EXIST', /no tracking store in/);
    assert.equal(existsSync(folder()), false);
  });

  it('says that a folder cannot be made', async () => {
    writeFileSync(path('file'), '');
    await refuses(openStore(path('file', '.tracking')), 'PERMISSION_DENIED', /can't be made/);
  });

  it('uses a write-ahead log, synced in full', async () => {
    const engine = await openStore(folder());
    const database = new DatabaseSync(file());
    assert.deepEqual({ ...database.prepare('PRAGMA journal_mode').get() }, { journal_mode: 'wal' });
    database.close();
    await engine.close();
  });

  it('reads and refuses to write when opened for reading only', async () => {
    const writer = await openStore(folder());
    const { runId } = await writer.runs.create({ experimentId: '0' });
    const reader = await openStore(folder(), { readOnly: true });
    assert.equal(reader.info.readOnly, true);
    assert.equal((await reader.runs.get(runId)).runId, runId);
    await refuses(reader.runs.create({ experimentId: '0' }), 'PERMISSION_DENIED', /for reading only/);
    await refuses(reader.artifacts.write(runId, 'a', 'b'), 'PERMISSION_DENIED', /for reading only/);
    await reader.close();
    await writer.close();
  });

  it('refuses every call after it was closed', async () => {
    const engine = await openStore(folder());
    await engine.close();
    await engine.close();
    await refuses(engine.runs.get('x'), 'INVALID_STATE', /has been closed/);
  });

  it('works the same after its folder was moved', async () => {
    const before = await openStore(folder());
    const { runId, artifactUri } = await before.runs.create({ experimentId: '0' });
    await before.artifacts.write(runId, 'a.txt', 'here');
    await before.close();
    mkdirSync(path('elsewhere'));
    renameSync(folder(), path('elsewhere', '.tracking'));
    const after = await openStore(path('elsewhere', '.tracking'));
    assert.equal(new TextDecoder().decode(await after.artifacts.read(runId, 'a.txt')), 'here');
    assert.notEqual((await after.runs.get(runId)).artifactUri, artifactUri);
    await after.close();
  });

  const leftAlone = async (content: Uint8Array, code: ErrorCode, message: RegExp): Promise<void> => {
    writeFileSync(file(), content);
    await refuses(openStore(folder()), code, message);
    assert.deepEqual(new Uint8Array(readFileSync(file())), new Uint8Array(content), 'the file is as it was');
    const beside = readdirSync(folder()).filter((name) => !/^tracking\.db(-wal|-shm)?$|^\.gitignore$/.test(name));
    assert.deepEqual(beside, [], 'nothing was put beside it');
  };

  it('leaves a file alone that is no database', async () => {
    mkdirSync(folder());
    await leftAlone(Buffer.from('not a database, '.repeat(1_000)), 'INVALID_STATE', /tracking\.db is not a tracking store .*left as it is/);
  });

  it('leaves a database of another program alone', async () => {
    mkdirSync(folder());
    const database = new DatabaseSync(file());
    database.exec('CREATE TABLE runs (run_uuid TEXT)');
    database.close();
    await leftAlone(readFileSync(file()), 'INVALID_STATE', /database of another program/);
  });

  it('says that a database is damaged, and leaves it alone', async () => {
    const engine = await openStore(folder());
    for (let index = 0; index < 50; index++) await engine.runs.create({ experimentId: '0' });
    await engine.close();
    const damaged = readFileSync(file()).fill(0xa5, 4_096);
    await leftAlone(damaged, 'INVALID_STATE', /tracking\.db is damaged .*left as it is.*recover/);
  });

  it('waits for a lock, then says who to ask', async () => {
    const engine = await openStore(folder(), { busyTimeout: 20 });
    const other = new DatabaseSync(file());
    other.exec('BEGIN IMMEDIATE');
    await refuses(engine.runs.create({ experimentId: '0' }), 'TEMPORARILY_UNAVAILABLE', /tracking\.db is locked by another process/);
    assert.equal((await engine.experiments.search()).items.length, 1, 'reading goes on');
    other.exec('ROLLBACK');
    await engine.runs.create({ experimentId: '0' });
    await engine.close();
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; DELETE FROM param; COMMIT');
    await refuses(openStore(folder(), { busyTimeout: 20 }), 'TEMPORARILY_UNAVAILABLE', /locked by another process/);
    other.close();
  });

  it('opens a newer store for reading only, and says so', async () => {
    const old = await openStore(folder());
    const { runId } = await old.runs.create({ experimentId: '0' });
    await old.close();
    const database = new DatabaseSync(file());
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    database.close();
    const lines: string[] = [];
    const engine = await openStore(folder(), { log: (line) => lines.push(line) });
    assert.equal(engine.info.readOnly, true);
    assert.match(engine.info.warnings.join(), /newer ML Tracking.*update ML Tracking/);
    assert.deepEqual(lines, engine.info.warnings);
    assert.equal((await engine.runs.get(runId)).runId, runId);
    await refuses(engine.runs.update(runId, { status: 'FINISHED' }), 'PERMISSION_DENIED', /update ML Tracking/);
    await engine.close();
  });

  it('keeps nothing of a write for which the disk is too full', async () => {
    const engine = await openStore(folder());
    const { runId } = await engine.runs.create({ experimentId: '0' });
    const before = await engine.runs.get(runId);
    await engine.close();
    const place = new StoreFolder(folder());
    const { database } = openDatabase(place, {});
    // SQLite answers as for a full disk when its file may not grow.
    database.exec(`PRAGMA max_page_count = ${database.get<{ page_count: number }>('PRAGMA page_count')!.page_count + 2}`);
    const runs = new SqliteRuns(database, place);
    const params = Array.from({ length: 100 }, (_, index) => ({ key: `p${index}`, value: 'v'.repeat(5_000) }));
    await refuses(runs.logBatch(runId, { params, tags: { a: 'b' } }), 'TEMPORARILY_UNAVAILABLE', /disk that holds .*tracking\.db is full/);
    assert.deepEqual(await runs.get(runId), before);
    await runs.logBatch(runId, { tags: { a: 'b' } });
    database.close();
  });

  it('is copied whole with its folder', async () => {
    const engine = await openStore(folder());
    const { runId } = await engine.runs.create({ experimentId: '0' });
    await engine.close();
    cpSync(folder(), path('copy', '.tracking'), { recursive: true });
    const copy = await openStore(path('copy', '.tracking'));
    assert.equal((await copy.runs.get(runId)).runId, runId);
    await copy.close();
  });
});
