import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { OutTransfer, TransferOptions } from '../../../../src/data/cache/transfers';
import { md5, TransferRepository } from './transferRepository';

/** Linux's file system in memory. */
const MEMORY = '/dev/shm';

describe('checking out while others work, and where the disk does not', () => {
  let repository: TransferRepository;
  beforeEach(() => {
    repository = new TransferRepository();
    for (const [path, content] of Object.entries({ 'set/a': 'a1', 'set/gone': 'gone' })) repository.write(path, content);
    repository.add('set');
    repository.remove('set');
    for (const [path, content] of Object.entries({ 'set/a': 'a2', 'set/sub/b': 'b' })) repository.write(path, content);
    repository.add('set');
    repository.remove('set');
    for (const [path, content] of Object.entries({ 'set/a': 'a1', 'set/gone': 'gone' })) repository.write(path, content);
  });
  afterEach(() => repository.dispose());

  /** Checks out, and does something when everything has been looked at and nothing done yet. */
  async function disturbed(disturb: () => void, options: TransferOptions = {}): Promise<OutTransfer> {
    let isDone = false;
    const { outs } = await repository.run('checkout', options, undefined, ({ phase }) => {
      if (phase !== 'checking out' || isDone) return;
      isDone = true;
      disturb();
    });
    const [out] = outs;
    assert.ok(out && isDone);
    return out;
  }

  for (const [what, disturb, path, content] of [
    ['replaced', () => repository.write('set/a', 'mine'), 'set/a', 'mine'],
    ['removed', () => repository.write('set/gone', 'mine'), 'set/gone', 'mine'],
    ['made', () => repository.write('set/sub/b', 'mine'), 'set/sub/b', 'mine'],
  ] as const) {
    it(`leaves a file alone that is about to be ${what} and is written by somebody else`, async () => {
      const out = await disturbed(disturb);
      assert.deepEqual([out.outcome, out.paths], ['refused', [path]]);
      assert.match(out.message ?? '', /1 file was changed meanwhile, and left alone/);
      assert.equal(repository.read(path), content);
      const again = await repository.one('checkout');
      assert.deepEqual([again.outcome, again.paths], ['refused', [path]]);
      assert.equal((await repository.one('checkout', { force: true })).outcome, 'done');
      assert.deepEqual(repository.kept(), { [path]: content });
      assert.deepEqual(repository.tree('set'), { 'set/a': 'a2', 'set/sub/b': 'b' });
    });
  }

  it('leaves a link alone that comes where a file is to be made, though it leads nowhere', async () => {
    const out = await disturbed(
      () => (mkdirSync(repository.path('set', 'sub')), symlinkSync('nowhere', repository.path('set', 'sub', 'b'))),
    );
    assert.deepEqual([out.outcome, out.paths], ['refused', ['set/sub/b']]);
    assert.equal(repository.tree('set')['set/sub/b'], '-> nowhere');
  });

  it('leaves a folder alone that comes where a file is to be made', async () => {
    const out = await disturbed(() => repository.write('set/sub/b/mine', 'mine'));
    assert.equal(out.outcome, 'refused');
    assert.equal(repository.read('set/sub/b/mine'), 'mine');
  });

  it('writes through no link that takes a folder’s place meanwhile', async () => {
    const outside = `${repository.root}-outside`;
    mkdirSync(outside);
    try {
      const out = await disturbed(() => symlinkSync(outside, repository.path('set', 'sub')));
      assert.equal(out.outcome, 'failed');
      assert.match(out.message ?? '', /is a link/);
      assert.deepEqual(readdirSync(outside), []);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  it('replaces a link to a file whose content is in the cache, and leaves what it leads to', async () => {
    const elsewhere = `${repository.root}-elsewhere`;
    writeFileSync(elsewhere, 'a1');
    try {
      repository.remove('set/a');
      symlinkSync(elsewhere, repository.path('set', 'a'));
      assert.equal((await repository.one('checkout')).outcome, 'done');
      assert.equal(repository.read('set/a'), 'a2');
      assert.equal(readFileSync(elsewhere, 'utf8'), 'a1');
      writeFileSync(elsewhere, 'mine');
      repository.remove('set/a');
      symlinkSync(elsewhere, repository.path('set', 'a'));
      assert.deepEqual(await repository.one('checkout').then(({ outcome, paths }) => [outcome, paths]), ['refused', ['set/a']]);
      assert.equal(readFileSync(elsewhere, 'utf8'), 'mine');
    } finally {
      rmSync(elsewhere);
    }
  });

  it('replaces write-protected files whose content is in the cache, and refuses others', async () => {
    chmodSync(repository.path('set', 'a'), 0o444);
    chmodSync(repository.path('set', 'gone'), 0o444);
    assert.equal((await repository.one('checkout')).outcome, 'done');
    assert.notEqual(statSync(repository.path('set', 'a')).mode & 0o200, 0);
    repository.write('set/a', 'mine');
    chmodSync(repository.path('set', 'a'), 0o444);
    assert.equal((await repository.one('checkout')).outcome, 'refused');
    assert.equal(repository.read('set/a'), 'mine');
  });

  it('refuses a file that was edited together with the object it is linked to', async () => {
    const object = repository.cached(md5('a2'));
    repository.remove('set/a');
    linkSync(object, repository.path('set', 'a'));
    chmodSync(object, 0o644);
    writeFileSync(repository.path('set', 'a'), 'edited in both places');
    const out = await repository.one('checkout');
    assert.deepEqual([out.outcome, out.paths], ['missing', ['set/a']]);
    assert.equal(repository.read('set/a'), 'edited in both places');
  });

  it('removes a folder’s files one by one and leaves one that is not in the cache, with all the others', async () => {
    repository.write('set/notes/mine', 'mine');
    const before = repository.tree();
    const out = await repository.one('checkout');
    assert.deepEqual([out.outcome, out.paths], ['refused', ['set/notes/mine']]);
    assert.deepEqual(repository.tree(), before);
  });

  it('leaves a folder alone in which the cache lies', async () => {
    repository.configure(`[cache]\ndir = ../set/store\n`);
    repository.write('set/store/keep', 'x');
    for (const path of readdirSync(repository.path('.dvc', 'cache'), { recursive: true, encoding: 'utf8' })) {
      const from = repository.path('.dvc', 'cache', path);
      if (statSync(from).isFile()) repository.write(join('set', 'store', path), readFileSync(from));
    }
    const before = repository.tree();
    const out = await repository.one('checkout', { force: true });
    assert.deepEqual([out.outcome, /holds DVC's cache/.test(out.message ?? '')], ['failed', true]);
    assert.deepEqual(repository.tree(), before);
  });

  for (const type of ['hardlink', 'symlink'])
    it(`write-protects an object before ${type}s make a file of it`, async () => {
      repository.configure(`[cache]\ntype = ${type}\n`);
      chmodSync(repository.cached(md5('a2')), 0o644);
      assert.equal((await repository.one('checkout')).outcome, 'done');
      assert.equal(statSync(repository.cached(md5('a2'))).mode & 0o777, 0o444);
      assert.equal(repository.read('set/a'), 'a2');
    });

  if (isOtherFileSystem(MEMORY, tmpdir()))
    it('says that the cache can’t be linked where nothing else is allowed', async () => {
      const other = mkdtempSync(join(MEMORY, 'ml-cache-'));
      repository.configure(`[cache]\ntype = hardlink\ndir = ${other}\n`);
      const before = repository.tree();
      try {
        for (const path of readdirSync(repository.path('.dvc', 'cache'), { recursive: true, encoding: 'utf8' })) {
          const from = repository.path('.dvc', 'cache', path);
          if (!statSync(from).isFile()) continue;
          mkdirSync(dirname(join(other, path)), { recursive: true });
          writeFileSync(join(other, path), readFileSync(from), { mode: 0o444 });
        }
        const out = await repository.one('checkout');
        assert.equal(out.outcome, 'failed');
        assert.match(out.message ?? '', /can't be linked.*dvc config cache\.type hardlink,copy/);
        assert.equal(repository.tree()['set/a'], before['set/a']);
      } finally {
        rmSync(other, { recursive: true, force: true });
      }
    });

  if (process.platform !== 'win32')
    for (const kind of ['checkout', 'push', 'fetch'] as const)
      it(`leaves nothing half there where the disk is full: ${kind}`, async () => {
        const large = Buffer.alloc(3 * 2 ** 20, 'large');
        repository.write('large', large);
        const digest = repository.add('large');
        if (kind === 'fetch') {
          await repository.run('push', { targets: [repository.path('large')] });
          rmSync(repository.cached(digest));
        }
        if (kind === 'checkout') repository.remove('large');
        const before = repository.tree();
        const { outcome, message } = limited(repository.root, kind, repository.path('large'));
        assert.equal(outcome, 'failed');
        assert.match(message, /^The file is larger than this disk, or this process, may have it/);
        assert.deepEqual(repository.tree(), before);
        assert.ok(
          !existsSync(kind === 'push' ? repository.sent(digest) : kind === 'fetch' ? repository.cached(digest) : repository.path('large')),
        );
        assert.deepEqual(leftovers(repository), []);
        assert.equal((await repository.run(kind, { targets: [repository.path('large')] })).outs[0]?.outcome, 'done');
      });

  it('says that the folder of a remote isn’t there, and makes none in asking', async () => {
    repository.dropCache();
    rmSync(repository.remote, { recursive: true, force: true });
    const out = await repository.one('fetch');
    assert.equal(out.outcome, 'missing');
    assert.match(out.message ?? '', /The folder of the remote “there” isn't there: /);
    assert.ok(!lstatSync(repository.remote, { throwIfNoEntry: false }));
  });
});

/** Moves data in a process whose files may not be larger than 512 KiB: what a full disk does to it, without one. */
function limited(root: string, kind: string, target: string): { outcome: string; message: string } {
  const source = (path: string): string => pathToFileURL(fileURLToPath(new URL(`../../../../src/data/${path}.ts`, import.meta.url))).href;
  const script = `
    import { KeptData } from '${source('actions/keptData')}';
    import { CacheTransfers } from '${source('cache/cacheTransfers')}';
    import { transferParts } from '${source('cache/transferSurroundings')}';
    const transfers = new CacheTransfers(transferParts(() => undefined, undefined, new KeptData()));
    const { outs } = await transfers.run(${JSON.stringify(kind)}, ${JSON.stringify(root)}, { targets: [${JSON.stringify(target)}] });
    process.stdout.write(JSON.stringify(outs[0]));`;
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const { stdout, stderr } = spawnSync(
    'sh',
    // In blocks of 512 bytes, or of a kilobyte where the shell is bash.
    ['-c', 'ulimit -f 1024 && exec "$0" "$@"', process.execPath, '--import', loader, '--input-type=module', '--eval', script],
    { encoding: 'utf8', timeout: 60_000 },
  );
  assert.ok(stdout !== '', stderr);
  return JSON.parse(stdout) as { outcome: string; message: string };
}

/** Temporary files, wherever they may have been left. */
function leftovers(repository: TransferRepository): string[] {
  return [repository.root, repository.remote]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    .filter((path) => /\.tmp$|\.mltmp-|ml-tracking-/.test(path));
}

function isOtherFileSystem(a: string, b: string): boolean {
  return existsSync(a) && statSync(a).dev !== statSync(b).dev;
}
