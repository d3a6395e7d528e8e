import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeReader } from '../../src/code/reader';
import { DvcProcesses } from '../../src/data/actions/dvcProcess';
import { DvcProgram } from '../../src/data/actions/dvcProgram';
import { DvcRunner } from '../../src/data/actions/dvcRunner';
import { KeptData } from '../../src/data/actions/keptData';
import { VersionFetch } from '../../src/data/actions/versionFetch';
import { CacheTransfers } from '../../src/data/cache/cacheTransfers';
import { objectPath } from '../../src/data/cache/objects';
import { transferParts } from '../../src/data/cache/transferSurroundings';
import { DataReader } from '../../src/data/reader';
import { GitRevisions } from '../../src/lineage/gitRevisions';

const DVC = process.env['DVC_BIN'];

if (DVC === undefined) console.log('Skipped: fetching versions with the real dvc. Set DVC_BIN to the dvc program.');
else
  describe('fetching a version of a commit with the real dvc', function () {
    this.timeout(120_000);
    let above = '';
    let root = '';
    let server: Server;
    const run = (program: string, ...args: string[]): string => execFileSync(program, args, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
    const dvc = (...args: string[]): string => run(String(DVC), ...args);

    beforeEach(async () => {
      above = realpathSync(mkdtempSync(join(tmpdir(), 'ml-version-')));
      root = join(above, 'project');
      mkdirSync(join(root, 'set'), { recursive: true });
      // Objects as a web server has them, which only dvc can ask.
      server = createServer((request, response) => {
        const file = join(above, 'remote', new URL(request.url ?? '', 'http://localhost').pathname);
        if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return void response.writeHead(404).end();
        const content = readFileSync(file);
        response.writeHead(200, { 'content-length': content.length });
        response.end(request.method === 'HEAD' ? undefined : content);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    afterEach(() => {
      server.close();
      rmSync(above, { recursive: true, force: true, maxRetries: 5 });
    });

    it('brings a folder that has another name now, and leaves nothing behind', async () => {
      run('git', 'init', '--quiet', '--initial-branch=main');
      for (const [key, value] of [
        ['user.name', 'Ada'],
        ['user.email', 'ada@example.org'],
      ] as const)
        run('git', 'config', key, value);
      dvc('init', '--quiet');
      dvc('remote', 'add', '--default', 'there', join(above, 'remote'));
      writeFileSync(join(root, 'set/a'), 'former');
      writeFileSync(join(root, 'set/b'), 'same');
      dvc('add', '--quiet', 'set');
      run('git', 'add', '--all');
      run('git', 'commit', '--quiet', '--message', 'First');
      dvc('push', '--quiet');
      dvc('move', '--quiet', 'set', 'moved');
      writeFileSync(join(root, 'moved/a'), 'present');
      dvc('add', '--quiet', 'moved');
      dvc('remote', 'modify', 'there', 'url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      run('git', 'add', '--all');
      run('git', 'commit', '--quiet', '--message', 'Second');
      rmSync(join(root, '.dvc/cache'), { recursive: true });

      const reader = new DataReader(() => undefined, { revisions: new GitRevisions(new CodeReader(() => undefined)) });
      const content = await reader.recordedAt(join(root, 'set/a'), 'HEAD~1');
      assert.ok(content);
      assert.equal(content.target, join(root, 'set'));
      assert.equal(await reader.recordedAt(join(root, 'nothing'), 'HEAD'), undefined);
      reader.dispose();
      const processes = new DvcProcesses(() => undefined, { ...process.env, DVC_SITE_CACHE_DIR: join(above, 'site') });
      const hints = () => Promise.resolve({ path: String(DVC), python: undefined, folders: [] });
      const ask = async (command: string, args: readonly string[]): Promise<string> =>
        (await processes.run(above, command, args, args)).out.join('\n');
      const runner = new DvcRunner(new DvcProgram(hints, ask), processes, () => true);
      const before = readdirSync(root).sort();
      const fetching = new VersionFetch(runner, new CacheTransfers(transferParts(() => undefined, undefined, new KeptData())));
      assert.deepEqual(await fetching.fetch(root, [content]), []);
      runner.dispose();

      const cache = join(root, '.dvc/cache');
      const manifest = JSON.parse(readFileSync(objectPath(cache, 'md5', content.digest), 'utf8')) as { readonly md5: string }[];
      assert.deepEqual(manifest.map(({ md5 }) => readFileSync(objectPath(cache, 'md5', md5), 'utf8')).sort(), ['former', 'same']);
      assert.equal(readFileSync(join(root, 'moved/a'), 'utf8'), 'present');
      assert.deepEqual([readdirSync(root).sort(), run('git', 'status', '--porcelain')], [before, '']);
    });
  });
