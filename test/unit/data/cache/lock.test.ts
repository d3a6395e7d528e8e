import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { busyPaths } from '../../../../src/data/cache/pathLocks';
import { lockRepository } from '../../../../src/data/cache/repositoryLock';
import { RepositoryBusyError } from '../../../../src/data/cache/transfers';
import { TransferRepository } from './transferRepository';

describe("DVC's lock of a repository", () => {
  let repository: TransferRepository;
  beforeEach(() => {
    repository = new TransferRepository();
    repository.write('one', '1');
    repository.add('one');
  });
  afterEach(() => repository.dispose());

  for (const hardlink of [false, true]) {
    it(`is held by one at a time${hardlink ? ', as a hard link' : ''}`, async () => {
      const first = await lockRepository(repository.root, { hardlink });
      await assert.rejects(lockRepository(repository.root, { hardlink, patience: 0 }), RepositoryBusyError);
      first.release();
      first.release();
      const second = await lockRepository(repository.root, { hardlink, patience: 0 });
      second.release();
    });
  }

  it('is waited for, and can be stopped', async () => {
    const first = await lockRepository(repository.root);
    const stop = new AbortController();
    const waiting = lockRepository(repository.root, { signal: stop.signal, patience: 60_000 });
    stop.abort(new Error('enough'));
    await assert.rejects(waiting, /enough|aborted/);
    const next = lockRepository(repository.root, { patience: 60_000 });
    first.release();
    (await next).release();
  });

  it('breaks a hard link whose time is over', async () => {
    const folder = repository.path('.dvc', 'tmp');
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/lock`, `${folder}/0123.lock`);
    const then = new Date(Date.now() - 60_000);
    utimesSync(`${folder}/lock`, then, then);
    const lock = await lockRepository(repository.root, { hardlink: true });
    lock.release();
    assert.deepEqual(readdirSync(folder), []);
  });

  it('goes with the process that held it', async function () {
    if (process.platform !== 'linux') this.skip();
    mkdirSync(repository.path('.dvc', 'tmp'), { recursive: true });
    const holding = [repository.path('.dvc', 'tmp', 'lock'), 'sh', '-c', 'echo held; exec cat'];
    const holder = spawn('flock', holding, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    await once(holder.stdout, 'data');
    await assert.rejects(lockRepository(repository.root, { patience: 0 }), /DVC is at work/);
    const gone = once(holder, 'exit');
    process.kill(-Number(holder.pid), 'SIGKILL');
    await gone;
    (await lockRepository(repository.root, { patience: 60_000 })).release();
  });

  it('writes nothing through a link in the place of the lock', async () => {
    mkdirSync(repository.path('.dvc', 'tmp'), { recursive: true });
    repository.write('precious', 'mine');
    symlinkSync(repository.path('precious'), repository.path('.dvc', 'tmp', 'lock'));
    await assert.rejects(lockRepository(repository.root, { patience: 0 }));
    assert.equal(repository.read('precious'), 'mine');
  });

  it('keeps every action from starting', async () => {
    repository.configure('');
    const lock = await lockRepository(repository.root);
    try {
      const stop = AbortSignal.timeout(30_000);
      await assert.rejects(repository.run('checkout', {}, stop), RepositoryBusyError);
    } finally {
      lock.release();
    }
    assert.equal((await repository.run('checkout')).outs[0]?.outcome, 'unchanged');
    assert.ok(existsSync(repository.path('.dvc', 'tmp', 'lock')));
    assert.equal(readFileSync(repository.path('.dvc', 'tmp', 'lock'), 'utf8'), ` ${process.pid}\n`);
  });

  it('keeps out of the way of a stage that runs', async () => {
    mkdirSync(repository.path('.dvc', 'tmp'), { recursive: true });
    const note = (holder: object): void =>
      writeFileSync(repository.path('.dvc', 'tmp', 'rwlock'), JSON.stringify({ write: { [repository.path('one')]: holder }, read: {} }));
    note({ pid: process.pid, cmd: 'dvc repro' });
    await assert.rejects(repository.run('checkout'), /one is in use by “dvc repro” \(process \d+\)/);
    assert.equal((await repository.run('push')).outs[0]?.outcome, 'done');
    assert.deepEqual(await busyPaths(repository.root, [repository.path('one')], () => false), []);
    assert.deepEqual(await busyPaths(repository.root, [repository.path('on')]), []);
    assert.equal((await busyPaths(repository.root, [repository.root])).length, 1);
  });
});
