import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataReader } from '../../src/data/reader';

/** Compares with the real dvc, whose program the environment names. */
const DVC = process.env['DVC_BIN'];
const SEED = Number(process.env['DVC_SEED'] ?? 7);
const STEPS = Number(process.env['DVC_STEPS'] ?? 25);

if (DVC === undefined) console.log('Skipped: agreement with the real dvc. Set DVC_BIN to the dvc program to compare with it.');
else
  describe('agreement with the real dvc', function () {
    this.timeout(600_000);
    let root = '';
    let site = '';

    before(() => {
      root = realpathSync(mkdtempSync(join(tmpdir(), 'ml-dvc-')));
      git('init', '--quiet', '--initial-branch=main');
      dvc('init', '--quiet');
    });
    after(() => {
      for (const folder of [root, site]) if (folder !== '') rmSync(folder, { recursive: true, force: true });
    });

    function dvc(...args: string[]): string {
      // DVC's index remembers manifests that have gone from the cache, so each question gets a fresh one.
      if (site !== '') rmSync(site, { recursive: true, force: true });
      site = mkdtempSync(join(tmpdir(), 'ml-site-'));
      const env = { ...process.env, DVC_SITE_CACHE_DIR: site, DVC_NO_ANALYTICS: '1' };
      return execFileSync(String(DVC), args, { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    }
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' });

    /** `dvc status --json` without what concerns dependencies: path → state. */
    function expected(): Record<string, string> {
      const answer = JSON.parse(dvc('status', '--json')) as Record<string, (string | Record<string, Record<string, string>>)[]>;
      const changes = Object.values(answer).flat();
      return Object.assign({}, ...changes.map((change) => (typeof change === 'string' ? {} : (change['changed outs'] ?? {})))) as Record<
        string,
        string
      >;
    }

    async function found(): Promise<Record<string, string>> {
      // Neither side may lean on what it saw before.
      const reader = new DataReader(() => undefined);
      const { outs, errors } = await reader.status(root);
      assert.deepEqual(errors, []);
      return Object.fromEntries(outs.filter(({ state }) => state !== 'unchanged').map(({ path, state }) => [path, state]));
    }

    it(`holds through ${STEPS} changes (seed ${SEED})`, async () => {
      let state = SEED;
      const random = (below: number): number => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
        return (state >>> 8) % below;
      };
      const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
      /** Makes a folder, in the place of files where they are in the way. */
      const makeFolder = (path: string): void => {
        const parts = path.split('/');
        for (let i = 1; i <= parts.length; i++) {
          const folder = join(root, ...parts.slice(0, i));
          if (statSync(folder, { throwIfNoEntry: false })?.isFile()) rmSync(folder);
          mkdirSync(folder, { recursive: true });
        }
      };
      const write = (path: string, content: string): void => {
        rmSync(join(root, path), { recursive: true, force: true });
        if (path.includes('/')) makeFolder(path.slice(0, path.lastIndexOf('/')));
        writeFileSync(join(root, path), content);
      };
      const files = ['a.csv', 'sub/b é.txt', 'sub/c "q".bin'];
      const folders = ['imgs', 'sub/deep/set'];
      const members = ['x', 'sub/y', '😀', '\ufffd', 'sp ace', '.gitkeep'];
      for (const path of files) write(path, `${path}\n`);
      for (const folder of folders) for (const member of members) write(`${folder}/${member}`, `${member}\r\n`);
      mkdirSync(join(root, 'empty'));
      dvc('add', '--quiet', ...files, ...folders, 'empty');
      assert.deepEqual(await found(), {});

      const objects = (): string[] => {
        const cache = join(root, '.dvc', 'cache', 'files', 'md5');
        return readdirSync(cache, { recursive: true, encoding: 'utf8' })
          .map((path) => join(cache, path))
          .filter((path) => statSync(path).isFile());
      };
      const anyPath = (): string => (random(2) === 0 ? pick(files) : `${pick(folders)}/${pick(members)}`);
      const changes: Record<string, () => void> = {
        edit: () => write(anyPath(), `edit ${random(3)}\n`),
        remove: () => rmSync(join(root, pick([...files, ...folders, anyPath()])), { recursive: true, force: true }),
        addMember: () => write(`${pick(folders)}/new ${random(3)}`, 'n'),
        emptyFolder: () => makeFolder(`${pick(folders)}/hollow`),
        fileForFolder: () => write(pick(folders), 'file'),
        folderForFile: () => write(`${pick(files)}/inside`, 'x'),
        dropObject: () => rmSync(pick(objects()), { force: true }),
        damageObject: () => {
          const object = pick(objects());
          chmodSync(object, 0o644);
          if (random(2) === 0) writeFileSync(object, 'damaged');
        },
        swapMembers: () => {
          const [from, to] = [join(root, pick(folders), pick(members)), join(root, pick(folders), 'moved')];
          if (statSync(from, { throwIfNoEntry: false })?.isFile()) renameSync(from, to);
        },
        ignore: () => writeFileSync(join(root, '.dvcignore'), pick(['', 'new 1\n', '*.tmp\n'])),
        hashless: () => write('later.txt.dvc', 'outs:\n- path: later.txt\n'),
        hashlessData: () => write('later.txt', 'x'),
        checkout: () => {
          try {
            dvc('checkout', '--force', '--quiet');
          } catch {
            // It says what it could not bring back, and has brought back the rest.
          }
        },
        addAgain: () => {
          const target = pick([...files, ...folders]);
          if (statSync(join(root, target), { throwIfNoEntry: false })) dvc('add', '--quiet', target);
        },
      };
      const done: string[] = [];
      for (let step = 0; step < STEPS; step++) {
        const name = pick(Object.keys(changes));
        done.push(name);
        changes[name]?.();
        // Ours first: dvc deletes damaged objects when it looks.
        const ours = await found();
        assert.deepEqual(ours, expected(), `after ${done.slice(-8).join(', ')}`);
      }
    });
  });
