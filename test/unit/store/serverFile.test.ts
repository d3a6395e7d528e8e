import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { identifyProcess } from '../../../src/store/processIdentity';
import { claimServerFile, findServer, parseServerFile, readServerFile, removeServerFile } from '../../../src/store/serverFile';
import { temporaryFolder } from './temporaryFolder';

const LISTENING = { version: '1.2.3', host: '127.0.0.1', port: 8080, url: 'http://127.0.0.1:8080' };

describe("A server's file", () => {
  const path = temporaryFolder();
  const store = () => path('.tracking');
  beforeEach(() => mkdirSync(store()));

  it('tells of a server for as long as its process lives', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const theirs = await identifyProcess(child.pid);
    assert.equal(await claimServerFile(store(), theirs, LISTENING), undefined);
    assert.deepEqual(await findServer(store()), { ...LISTENING, pid: theirs.pid, startedAt: theirs.startedAt, machine: theirs.host });
    const own = await identifyProcess();
    assert.equal((await claimServerFile(store(), own, LISTENING))?.pid, child.pid);
    await removeServerFile(store(), own);
    assert.equal((await readServerFile(store()))?.pid, child.pid, "another's file stays");
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    assert.equal(await findServer(store()), undefined);
    assert.equal(await claimServerFile(store(), own, LISTENING), undefined);
    assert.equal((await findServer(store()))?.pid, process.pid);
    await removeServerFile(store(), own);
    assert.deepEqual(readdirSync(store()), []);
  });

  it('is made by one of many that begin at once', async () => {
    const own = await identifyProcess();
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, index) => claimServerFile(store(), own, { ...LISTENING, port: 8000 + index })),
    );
    assert.equal(claims.filter((claim) => claim === undefined).length, 1);
    const winner = claims.indexOf(undefined);
    assert.equal((await readServerFile(store()))?.port, 8000 + winner);
    assert.deepEqual(readdirSync(store()), ['server.json']);
  });

  it('is taken over from one that has died by one of many', async () => {
    const own = await identifyProcess();
    const dead = { ...own, startedAt: `${own.startedAt}0` };
    for (let round = 0; round < 5; round++) {
      assert.equal(await claimServerFile(store(), dead, LISTENING), undefined);
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, index) => claimServerFile(store(), own, { ...LISTENING, port: 8000 + index })),
      );
      assert.equal(claims.filter((claim) => claim === undefined).length, 1);
      assert.equal((await readServerFile(store()))?.port, 8000 + claims.indexOf(undefined));
      assert.deepEqual(readdirSync(store()), ['server.json']);
      await removeServerFile(store(), own);
    }
  });

  it('of another machine or container keeps nobody from serving', async () => {
    const own = await identifyProcess();
    assert.equal(await claimServerFile(store(), { ...own, host: 'elsewhere' }, LISTENING), undefined);
    assert.equal((await readServerFile(store()))?.machine, 'elsewhere');
    assert.equal(await findServer(store()), undefined);
    assert.equal(await claimServerFile(store(), own, { ...LISTENING, port: 9 }), undefined);
    await removeServerFile(store(), { ...own, host: 'elsewhere' });
    assert.deepEqual([(await findServer(store()))?.port, (await findServer(store()))?.machine], [9, own.host]);
  });

  it('is not believed where it is none of ours', async () => {
    const good = { ...LISTENING, pid: 1, startedAt: '', machine: 'm' };
    assert.deepEqual(parseServerFile(JSON.stringify(good)), good);
    for (const odd of [
      '',
      '{',
      'null',
      '[]',
      '3',
      JSON.stringify({ ...good, pid: -1 }),
      JSON.stringify({ ...good, pid: '1' }),
      JSON.stringify({ ...good, url: 'javascript:alert(1)' }),
      JSON.stringify({ ...good, url: 'http://a/b' }),
      JSON.stringify({ ...good, url: 'http://a\nb' }),
      JSON.stringify({ ...good, port: undefined }),
    ])
      assert.equal(parseServerFile(odd), undefined, odd);
    writeFileSync(path('.tracking', 'server.json'), 'not ours');
    const own = await identifyProcess();
    assert.equal(await claimServerFile(store(), own, LISTENING), undefined);
    assert.equal(parseServerFile(readFileSync(path('.tracking', 'server.json'), 'utf8'))?.pid, process.pid);
  });
});
