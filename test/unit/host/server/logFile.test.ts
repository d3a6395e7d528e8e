import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogFile } from '../../../../src/host/server/logFile';

describe('the log of a server', () => {
  let folder: string;
  let log: LogFile;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ml-log-'));
    log = new LogFile(join(folder, 'server.log'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('tells what was written since a moment', async () => {
    const first = await log.forWriting();
    await first.file.write('before\n');
    await first.file.close();
    const { file, size } = await log.forWriting();
    await file.write('after\n');
    await file.close();
    assert.equal(await log.since(size), 'after\n');
    assert.equal(await log.since(1_000_000), '');
    if (process.platform !== 'win32') assert.equal((await stat(log.path)).mode & 0o777, 0o600);
  });

  it('keeps its end when it has become large, while somebody writes', async () => {
    const { file } = await log.forWriting();
    const lines = Array.from({ length: 40_000 }, (_, index) => `line ${index} of what a server has to say\n`);
    await file.write(lines.join(''));
    await log.bound();
    const { size } = await stat(log.path);
    assert.ok(size <= 256 * 1024, String(size));
    await file.write('the end\n');
    await file.close();
    const text = await log.since(0);
    assert.match(text, /^line \d+ of what/);
    assert.ok(text.endsWith(`${lines.at(-1)}the end\n`));
  });

  it('is left alone where it is small, or absent', async () => {
    await log.bound();
    await assert.rejects(stat(log.path));
  });
});
