import assert from 'node:assert/strict';
import { type BigIntStats, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileHashes } from '../../../../src/data/hashing/fileHashes';
import { StatCache } from '../../../../src/data/hashing/statCache';

const ABC = '900150983cd24fb0d6963f7d28e17f72';

describe('stat cache', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ml-stat-'));
  const file = join(folder, 'tab\tand\nnewline é');
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => writeFileSync(file, 'one'));

  const stats = (): BigIntStats => statSync(file, { bigint: true });
  const later = (): bigint => BigInt(Date.now() + 10_000) * 1_000_000n;

  it('remembers a file until it changes, also through a file on disk', async () => {
    const cache = new StatCache();
    cache.keep(file, stats(), 'md5', ABC, later());
    await cache.save(join(folder, 'cache'));
    const again = new StatCache();
    await again.load(join(folder, 'cache'));
    assert.equal(again.find(file, stats(), 'md5'), ABC);
    assert.equal(again.find(file, stats(), 'md5-dos2unix'), undefined);
    writeFileSync(file, 'three');
    assert.equal(again.find(file, stats(), 'md5'), undefined);
  });

  it('takes nothing from a file that is damaged anywhere, cut off, or of another version', async () => {
    const cache = new StatCache();
    cache.keep(file, stats(), 'md5', ABC, later());
    await cache.save(join(folder, 'cache'));
    const whole = readFileSync(join(folder, 'cache'));
    const found = async (bytes: Buffer): Promise<string | undefined> => {
      writeFileSync(join(folder, 'other'), bytes);
      const again = new StatCache();
      await again.load(join(folder, 'other'));
      return again.find(file, stats(), 'md5');
    };
    assert.equal(await found(whole), ABC);
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      assert.equal(await found(damaged), undefined, `byte ${at} changed`);
      assert.equal(await found(whole.subarray(0, at)), undefined, `cut off after ${at} bytes`);
    }
    assert.equal(await found(Buffer.from('ml-tracking data stat cache 1\nmd5\tabc\n')), undefined);
  });

  it('holds together while several write and read at once', async () => {
    const place = join(folder, 'shared');
    const writer = async (count: number): Promise<void> => {
      for (let round = 0; round < 10; round++) {
        const cache = new StatCache();
        for (let i = 0; i < count; i++) cache.keep(`${file}${i}`, stats(), 'md5', ABC, later());
        await cache.save(place);
        const read = new StatCache();
        await read.load(place);
        assert.equal(read.find(`${file}0`, stats(), 'md5'), ABC);
      }
    };
    await Promise.all([writer(1), writer(300), writer(3_000)]);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('shared.')),
      [],
    );
  });

  it('does not trust the times of a file that was hashed right after it changed', () => {
    const cache = new StatCache();
    cache.keep(file, stats(), 'md5', ABC, BigInt(Date.now()) * 1_000_000n);
    assert.equal(cache.find(file, stats(), 'md5'), undefined);
  });

  it('forgets what nobody asks for any more', () => {
    const cache = new StatCache();
    cache.keep(file, stats(), 'md5', ABC, later());
    cache.find(file, stats(), 'md5');
    cache.forgetUnseen();
    assert.equal(cache.find(file, stats(), 'md5'), ABC);
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
