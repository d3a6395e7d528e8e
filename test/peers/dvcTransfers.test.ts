import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KeptData } from '../../src/data/actions/keptData';
import { CacheTransfers } from '../../src/data/cache/cacheTransfers';
import { lockRepository } from '../../src/data/cache/repositoryLock';
import { transferParts } from '../../src/data/cache/transferSurroundings';
import type { OutTransfer, TransferKind, TransferOptions } from '../../src/data/cache/transfers';
import { DvcProcess, plainEnvironment } from './dvc/dvcProcess';

/** Compares with the real dvc, whose program the environment names. */
const DVC = process.env['DVC_BIN'];

if (DVC === undefined) console.log('Skipped: moving data as the real dvc. Set DVC_BIN to the dvc program to compare with it.');
else
  describe('moving data as the real dvc', function () {
    this.timeout(300_000);
    let above = '';
    let root = '';
    let remote = '';
    const python = join(dirname(DVC), 'python');
    const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'ml-moves-')));
    const env = plainEnvironment(scratch);
    let answers: DvcProcess;

    before(async () => {
      answers = new DvcProcess(python, scratch, env);
      await answers.version();
    });
    after(async () => {
      await answers.dispose();
      rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
    });
    beforeEach(async () => {
      above = mkdtempSync(join(scratch, 'case-'));
      root = join(above, 'repo');
      remote = join(above, 'remote');
      mkdirSync(root);
      git('init', '--quiet', '--initial-branch=main');
      await dvc('init', '--quiet');
      await dvc('remote', 'add', '--quiet', '--default', 'there', remote);
    });
    afterEach(() => rmSync(above, { recursive: true, force: true }));

    const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, env, encoding: 'utf8' });
    /** What it prints; rejects with what it complains of. */
    const dvc = async (...args: string[]): Promise<string> => {
      const { code, out, err } = await answers.run(root, args);
      if (code !== 0) throw new Error(err);
      return out;
    };
    const ours = async (kind: TransferKind, options: TransferOptions = {}): Promise<OutTransfer[]> => {
      const transfers = new CacheTransfers(transferParts(() => undefined, undefined, new KeptData()));
      return [...(await transfers.run(kind, root, options)).outs];
    };
    const write = (path: string, content: string | Buffer): void => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    };
    /** Every file below a folder: its path, its content and its mode. */
    const contents = (folder: string): Record<string, string> =>
      Object.fromEntries(
        readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter(
            (entry) => !entry.isDirectory() && !entry.parentPath.includes(`${root}/.dvc/tmp`) && !/\/\.git(\/|$)/.test(entry.parentPath),
          )
          .map((entry): [string, string] => {
            const file = join(entry.parentPath, entry.name);
            return [file.slice(folder.length + 1), `${(statSync(file).mode & 0o777).toString(8)} ${readFileSync(file).toString('base64')}`];
          })
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    const isClean = async (): Promise<void> => {
      assert.deepEqual(JSON.parse(await dvc('status', '--json')), {});
      assert.equal((await dvc('status', '--cloud', '--json')).trim(), '{}');
    };

    /** Names, contents and kinds of data that are easily got wrong. */
    async function track(): Promise<void> {
      for (const member of ['x', 'sub/y', '😀', '\ufffd', 'sp ace', '.gitkeep', 'sub/deep/é "q"']) write(`imgs/${member}`, `${member}\r\n`);
      write('imgs/empty', '');
      write('large.bin', Buffer.alloc(3 * 2 ** 20 + 17, 'large'));
      write('run.sh', '#!/bin/sh\n');
      execFileSync('chmod', ['+x', join(root, 'run.sh')]);
      mkdirSync(join(root, 'nothing'));
      write('sub/table.csv', 'a,b\r\n1,2\r\n');
      await dvc('add', '--quiet', 'imgs', 'large.bin', 'run.sh', 'nothing', 'sub/table.csv');
      git('add', '.');
      git('commit', '--quiet', '-m', 'data');
    }
    const data = ['imgs', 'large.bin', 'run.sh', 'nothing', 'sub/table.csv'];
    const drop = (...paths: string[]): void => paths.forEach((path) => rmSync(join(root, path), { recursive: true, force: true }));

    it('pushes what dvc pushes, byte for byte, and dvc pulls it', async () => {
      await track();
      await dvc('push', '--quiet');
      const theirs = contents(remote);
      rmSync(remote, { recursive: true });
      assert.ok((await ours('push')).every(({ outcome }) => outcome === 'done'));
      assert.deepEqual(contents(remote), theirs);
      const before = contents(root);
      drop(...data, '.dvc/cache');
      await dvc('pull', '--quiet');
      assert.deepEqual(contents(root), before);
      await isClean();
    });

    for (const type of [undefined, 'copy', 'hardlink', 'symlink', 'hardlink,copy', 'symlink,hardlink']) {
      it(`pulls what dvc pulls, byte for byte, with cache.type ${type ?? 'as it is'}`, async () => {
        await track();
        await dvc('push', '--quiet');
        if (type !== undefined) await dvc('config', 'cache.type', type);
        drop(...data, '.dvc/cache');
        await dvc('pull', '--quiet');
        const theirs = contents(root);
        drop(...data, '.dvc/cache');
        assert.ok((await ours('pull')).every(({ outcome }) => outcome === 'done'));
        assert.deepEqual(contents(root), theirs);
        assert.deepEqual(
          (await ours('pull')).filter(({ outcome }) => outcome !== 'unchanged'),
          [],
        );
        // Not before: where files are links, dvc itself takes the right to execute away in checking its cache.
        await isClean();
      });
    }

    it('fetches what dvc fetches', async () => {
      await track();
      await dvc('push', '--quiet');
      drop('.dvc/cache');
      await dvc('fetch', '--quiet');
      const theirs = contents(join(root, '.dvc', 'cache'));
      drop('.dvc/cache');
      await ours('fetch');
      assert.deepEqual(contents(join(root, '.dvc', 'cache')), theirs);
    });

    it('checks an older commit out as dvc does', async () => {
      await track();
      drop('imgs/x', 'imgs/sub', 'large.bin', 'nothing');
      write('imgs/new', 'new');
      write('imgs/sub', 'a file now');
      write('large.bin/part', 'a folder now');
      write('nothing', 'a file now');
      await dvc('add', '--quiet', 'imgs', 'large.bin', 'nothing');
      const newer = contents(root);
      git('stash', '--quiet');
      await dvc('checkout', '--quiet');
      const older = contents(root);
      git('stash', 'pop', '--quiet');
      await ours('checkout');
      assert.deepEqual(contents(root), newer);
      git('stash', '--quiet');
      assert.ok((await ours('checkout')).every(({ outcome }) => outcome === 'done' || outcome === 'unchanged'));
      assert.deepEqual(contents(root), older);
      assert.deepEqual(JSON.parse(await dvc('status', '--json')), {});
    });

    it('refuses where dvc refuses', async () => {
      await track();
      write('imgs/x', 'edited');
      write('sub/table.csv', 'edited');
      await assert.rejects(dvc('checkout'), /unsaved|confirmation/);
      const refused = (await ours('checkout')).filter(({ outcome }) => outcome === 'refused');
      assert.deepEqual(
        refused.flatMap(({ paths }) => paths),
        ['imgs/x', 'sub/table.csv'],
      );
      assert.equal(readFileSync(join(root, 'imgs', 'x'), 'utf8'), 'edited');
    });

    it('works on what a stage has made', async () => {
      write(
        'dvc.yaml',
        'stages:\n  make:\n    cmd: mkdir -p out && echo 1 > out/a && echo 2 > m.json\n    outs: [out]\n    metrics: [{m.json: {cache: false}}]\n',
      );
      await dvc('repro', '--quiet');
      assert.deepEqual(
        (await ours('push')).map(({ path, outcome }) => [path, outcome]),
        [['out', 'done']],
      );
      drop('out', '.dvc/cache');
      await ours('pull');
      await isClean();
    });

    for (const hardlink of [false, true]) {
      it(`and dvc keep out of each other’s way${hardlink ? ', with core.hardlink_lock' : ''}`, async () => {
        await track();
        if (hardlink) await dvc('config', 'core.hardlink_lock', 'true');
        // A lock of the other kind counts for ten seconds.
        for (const name of ['lock', 'rwlock.lock']) rmSync(join(root, '.dvc', 'tmp', name), { force: true });
        const lock = await lockRepository(root, { hardlink });
        await assert.rejects(dvc('status'), /Unable to acquire lock/);
        lock.release();
        await dvc('status');
        write('slow/data', 'x');
        const script = `import sys; from dvc.repo import Repo; repo = Repo('.'); repo.lock.lock(); print('held', flush=True); sys.stdin.read()`;
        const holder = spawn(python, ['-c', script], { cwd: root, env, stdio: ['pipe', 'pipe', 'inherit'] });
        await once(holder.stdout, 'data');
        await assert.rejects(ours('checkout'), /DVC is at work/);
        const gone = once(holder, 'exit');
        holder.kill('SIGKILL');
        await gone;
        if (!hardlink) assert.ok((await ours('checkout')).every(({ outcome }) => outcome === 'unchanged'));
      });
    }

    it('is killed anywhere, again and again, loses nothing, and gets there', async () => {
      const one = (index: number): string => `one ${index}\n`.repeat(2_000);
      const two = (index: number): string => `two ${index}\n`.repeat(2_000);
      for (let index = 0; index < 200; index++) write(`set/d${index % 7}/f${index}`, one(index));
      await dvc('add', '--quiet', 'set');
      const record = readFileSync(join(root, 'set.dvc'), 'utf8');
      for (let index = 0; index < 200; index++) write(`set/d${index % 7}/f${index}`, two(index));
      drop('set/d0');
      write('set/d0', 'a file');
      await dvc('add', '--quiet', 'set');
      await dvc('push', '--quiet');
      writeFileSync(join(root, 'set.dvc'), record);
      await dvc('push', '--quiet');
      const theirs = contents(remote);
      // What stands in the workspace stays in the cache, else it would be refused.
      for (let index = 0; index < 200; index++) {
        const digest = createHash('md5').update(one(index)).digest('hex');
        drop(`.dvc/cache/files/md5/${digest.slice(0, 2)}/${digest.slice(2)}`);
      }
      const known = new Set(Array.from({ length: 200 }, (_, index) => [one(index), two(index), 'a file']).flat());
      const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
      let said = '';
      const kill = async (after: number, ...args: string[]): Promise<boolean> => {
        const child = spawn(process.execPath, ['--import', 'tsx', main, 'data', ...args, '--repo', root], {
          stdio: ['ignore', 'pipe', 'pipe'],
          cwd: dirname(main),
        });
        said = '';
        for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (said += piece.toString()));
        const exit = once(child, 'exit');
        const timer = setTimeout(() => child.kill('SIGKILL'), after);
        const [code] = (await exit) as [number | null];
        clearTimeout(timer);
        return code === 0;
      };
      let kills = 0;
      // Each attempt lives a little longer, so that it is cut off in every phase.
      for (let after = 500; !(await kill(after, 'pull')); after *= 1.2) {
        assert.ok(++kills < 30, said);
        for (const [path, content] of Object.entries(contents(join(root, 'set')))) {
          const text = Buffer.from(content.split(' ')[1] ?? '', 'base64').toString();
          assert.ok(known.has(text), `${path} is half of a file`);
        }
        if (existsSync(join(root, '.dvc', 'cache')))
          for (const [path, content] of Object.entries(contents(join(root, '.dvc', 'cache'))))
            if (!path.includes('.tmp')) assert.equal(content, theirs[path], `the object ${path} is not whole`);
      }
      assert.ok(kills > 0);
      await isClean();
      assert.deepEqual(
        readdirSync(join(root, '.dvc', 'tmp')).filter((name) => name.startsWith('ml-tracking')),
        [],
      );
    });
  });
