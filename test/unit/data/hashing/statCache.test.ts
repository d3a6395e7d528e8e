import assert from 'node:assert/strict';
import { type BigIntStats, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileHashes } from '../../../../src/data/hashing/fileHashes';
import { StatCache } from '../../../../src/data/hashing/statCache';

describe('stat cache', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ml-stat-'));
  const file = join(folder, 'tab\tand\nnewline é');
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => writeFileSync(file, 'one'));

  const stats = (): BigIntStats => statSync(file, { bigint: true });
  const later = (): bigint => BigInt(Date.now() + 10_000) * 1_000_000n;

  it('remembers a file until it changes, also through a file on disk', async () => {
    const cache = new StatCache();
    cache.keep(file, stats(), 'md5', 'abc', later());
    await cache.save(join(folder, 'cache'));
    const again = new StatCache();
    await again.load(join(folder, 'cache'));
    assert.equal(again.find(file, stats(), 'md5'), 'abc');
    assert.equal(again.find(file, stats(), 'md5-dos2unix'), undefined);
    writeFileSync(file, 'three');
    assert.equal(again.find(file, stats(), 'md5'), undefined);
  });

  it('passes a damaged line over', async () => {
    const cache = new StatCache();
    cache.keep(file, stats(), 'md5', 'abc', later());
    await cache.save(join(folder, 'cache'));
    const [version, line] = readFileSync(join(folder, 'cache'), 'utf8').split('\n');
    writeFileSync(join(folder, 'cache'), `${version}\nmd5\tdef\t1:2:3:4\t"cut o\n${line}\n`);
    const again = new StatCache();
    await again.load(join(folder, 'cache'));
    assert.equal(again.find(file, stats(), 'md5'), 'abc');
  });

  it('does not trust the times of a file that was hashed right after it changed', () => {
    const cache = new StatCache();
    cache.keep(file, stats(), 'md5', 'abc', BigInt(Date.now()) * 1_000_000n);
    assert.equal(cache.find(file, stats(), 'md5'), undefined);
  });

  it('forgets what nobody asks for any more', () => {
    const cache = new StatCache();
    cache.keep(file, stats(), 'md5', 'abc', later());
    cache.find(file, stats(), 'md5');
    cache.forgetUnseen();
    assert.equal(cache.find(file, stats(), 'md5'), 'abc');
    cache.forgetUnseen();
    cache.forgetUnseen();
    assert.equal(cache.find(file, stats(), 'md5'), undefined);
  });

  it('passes over a damaged file', async () => {
    const cache = new StatCache();
    writeFileSync(join(folder, 'damaged'), 'no cache\nat all');
    await cache.load(join(folder, 'damaged'));
    await cache.load(join(folder, 'absent'));
    assert.equal(cache.find(file, stats(), 'md5'), undefined);
  });

  it('reads a file whose content changed under the same size and time', async () => {
    const hashes = new FileHashes(new StatCache());
    const then = new Date(Date.now() - 3_600_000);
    utimesSync(file, then, then);
    const before = await hashes.digest(file, 'md5');
    writeFileSync(file, 'two');
    utimesSync(file, then, then);
    assert.notEqual(await hashes.digest(file, 'md5'), before);
  });
});
