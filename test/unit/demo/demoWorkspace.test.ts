import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeDemo } from '../../../src/demo/demoWorkspace';
import { parseConfig } from '../../../src/train/config';
import { loadDigits } from '../../../src/train/data/mnist';
import { obtainDigits, type DigitSource } from '../../../src/train/data/source';

const call = promisify(execFile);

describe('The demo workspace', () => {
  let parent: string;
  let folder: string;
  let packageFolder: string;
  let digits: DigitSource;
  let asked = 0;
  const git = async (...args: string[]): Promise<string> => (await call('git', ['-C', folder, ...args])).stdout.trim();
  const make = (options: Partial<Parameters<typeof makeDemo>[0]> = {}): Promise<boolean> =>
    makeDemo({ folder, digits: () => (asked++, Promise.resolve(digits)), packageFolder, log: () => undefined, ...options });

  before(async () => {
    parent = await realpath(await mkdtemp(join(tmpdir(), 'demo-')));
    folder = join(parent, 'digits');
    packageFolder = join(parent, 'package');
    await mkdir(packageFolder);
    digits = await obtainDigits({ cacheFolder: join(parent, 'cache'), offline: true, synthetic: { train: 40, test: 20, seed: 1 } });
    assert.equal(await make(), true);
  });
  after(() => rm(parent, { recursive: true, force: true }));

  it('is a clean repository with a few commits and branches', async () => {
    assert.equal(await git('status', '--porcelain'), '');
    assert.equal(await git('branch', '--show-current'), 'main');
    assert.deepEqual((await git('branch', '--format=%(refname:short)')).split('\n'), ['main', 'more-dropout', 'wider-network']);
    const count = Number(await git('rev-list', '--count', 'main'));
    assert.ok(count >= 6 && count <= 8, `${count} commits`);
  });

  it('has a configuration on every branch, each with another network', async () => {
    const networks = new Set<string>();
    for (const branch of ['main', 'more-dropout', 'wider-network']) {
      const { filters, dropout, epochs } = parseConfig(await git('show', `${branch}:configs/cnn.yaml`), branch);
      assert.equal(epochs, 5);
      networks.add(JSON.stringify([filters, dropout]));
    }
    assert.equal(networks.size, 3);
  });

  it('keeps its data as dvc add does: files that git ignores, a .dvc file beside each, a write-protected copy in the cache', async () => {
    const raw = join(folder, 'data', 'raw');
    const names = (await readdir(raw)).filter((name) => name.endsWith('.gz'));
    assert.equal(names.length, 4);
    for (const name of names) {
      const content = await readFile(join(raw, name));
      const md5 = createHash('md5').update(content).digest('hex');
      const record = `outs:\n- md5: ${md5}\n  size: ${content.length}\n  hash: md5\n  path: ${name}\n`;
      assert.equal(await readFile(join(raw, `${name}.dvc`), 'utf8'), record);
      const cached = join(folder, '.dvc', 'cache', 'files', 'md5', md5.slice(0, 2), md5.slice(2));
      assert.ok(content.equals(await readFile(cached)));
      if (process.platform !== 'win32') assert.equal((await stat(cached)).mode & 0o777, 0o444);
      assert.equal(await git('check-ignore', `data/raw/${name}`), `data/raw/${name}`);
    }
    assert.equal(await readFile(join(raw, '.gitignore'), 'utf8'), names.map((name) => `/${name}\n`).join(''));
    assert.equal((await git('ls-files', '.dvc', '.dvcignore')).replaceAll('\n', ' '), '.dvc/.gitignore .dvc/config .dvcignore');
    assert.equal(await git('ls-files', '.dvc/cache', 'node_modules'), '');
  });

  it('has a pipeline whose table stands in the cache as the lock says, in two versions', async () => {
    const recorded = async (commit: string): Promise<string | undefined> =>
      /digits\.csv\n\s+hash: md5\n\s+md5: '?(\w+)/.exec(await git('show', `${commit}:dvc.lock`))?.[1];
    const [young, old] = (await git('log', '--format=%H', '--', 'dvc.lock')).split('\n');
    assert.ok(young && old);
    const table = await readFile(join(folder, 'data', 'digits.csv'));
    const md5 = createHash('md5').update(table).digest('hex');
    assert.equal(await recorded(young), md5);
    assert.ok(table.equals(await readFile(join(folder, '.dvc', 'cache', 'files', 'md5', md5.slice(0, 2), md5.slice(2)))));
    const lines = table.toString('utf8').trimEnd().split('\n');
    assert.equal(lines[0], 'index,label,ink,left,top,right,bottom');
    assert.equal(lines.length, 1 + 40);
    for (const line of lines.slice(1)) assert.match(line, /^\d+,\d,0\.\d{4}(,\d{1,2}){4}$/);
    assert.match(await git('diff', old, young, '--', 'params.yaml'), /- {2}rows: 2000\n\+ {2}rows: 5000/);
    assert.equal(await git('check-ignore', 'data/digits.csv'), 'data/digits.csv');
  });

  it('says that its digits are drawn', async () => {
    assert.equal((await loadDigits(join(folder, 'data', 'raw'))).origin.kind, 'synthetic');
    assert.match(await readFile(join(folder, 'README.md'), 'utf8'), /synthetic digits[\s\S]*no person wrote them/);
  });

  it('finds this package by its name', async () => {
    assert.equal(await realpath(join(folder, 'node_modules', 'ml-tracking')), packageFolder);
  });

  it('is left as it is by a second call, but for a link that leads elsewhere now', async () => {
    await writeFile(join(folder, 'train.mjs'), '// mine\n');
    await git('checkout', '--quiet', 'wider-network');
    const moved = join(parent, 'moved');
    await mkdir(moved);
    const before = asked;
    assert.equal(await make({ packageFolder: moved }), false);
    assert.equal(asked, before);
    assert.equal(await readFile(join(folder, 'train.mjs'), 'utf8'), '// mine\n');
    assert.equal(await git('branch', '--show-current'), 'wider-network');
    assert.equal(await realpath(join(folder, 'node_modules', 'ml-tracking')), moved);
    await git('checkout', '--quiet', 'train.mjs');
    await git('checkout', '--quiet', 'main');
  });

  it('takes an empty folder, and never one with something else in it', async () => {
    await mkdir(join(parent, 'empty'));
    assert.equal(await make({ folder: join(parent, 'empty') }), true);
    await mkdir(join(parent, 'other'));
    await writeFile(join(parent, 'other', 'thesis.txt'), 'precious');
    await assert.rejects(
      make({ folder: join(parent, 'other') }),
      /other holds something else than the demo workspace; name another folder/,
    );
    assert.deepEqual(await readdir(join(parent, 'other')), ['thesis.txt']);
    await assert.rejects(make({ folder: join(parent, 'other', 'thesis.txt') }), /cannot be used as the demo's folder/);
  });

  it('appears complete or not at all', async () => {
    const broken = { ...digits, folder: join(parent, 'nowhere') };
    await assert.rejects(make({ folder: join(parent, 'half'), digits: () => Promise.resolve(broken) }), /There is no folder/);
    const cancel = new AbortController();
    const late = (): Promise<DigitSource> => (cancel.abort(), Promise.resolve(digits));
    await assert.rejects(make({ folder: join(parent, 'half'), digits: late, signal: cancel.signal }), { name: 'AbortError' });
    assert.deepEqual(
      (await readdir(parent)).filter((name) => name.startsWith('half')),
      [],
    );
  });

  it('is made in its own repository, though a hook of another one calls', async () => {
    const before = { ...process.env };
    Object.assign(process.env, { GIT_DIR: join(folder, '.git'), GIT_INDEX_FILE: join(folder, '.git', 'index') });
    try {
      await make({ folder: join(parent, 'hooked') });
    } finally {
      process.env = before;
    }
    assert.equal(await git('status', '--porcelain'), '');
    assert.ok((await stat(join(parent, 'hooked', '.git'))).isDirectory());
  });
});
