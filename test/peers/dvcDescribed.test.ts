import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RunSession } from '../../src/autolog/runSession';
import { readCodeState } from '../../src/code/codeState';
import { CodeReader } from '../../src/code/reader';
import { CodeRunner } from '../../src/code/runner';
import { KeptData } from '../../src/data/actions/keptData';
import { CacheTransfers } from '../../src/data/cache/cacheTransfers';
import { transferParts } from '../../src/data/cache/transferSurroundings';
import { writeMetadata } from '../../src/data/metadata/metadataFile';
import type { MetadataChange } from '../../src/data/metadata/metadataEdit';
import { UsedData } from '../../src/data/used/usedData';
import { GitRevisions } from '../../src/lineage/gitRevisions';
import { DataRestorer } from '../../src/lineage/restoredData';
import { RunRestorer, type RestoredRun } from '../../src/lineage/runRestorer';
import type { Engine } from '../../src/store/engine';
import { openStore } from '../../src/store/sqlite/store';

/** Has the real dvc, whose program the environment names, read what was described, and look at what was restored. */
const DVC = process.env['DVC_BIN'];

/** What dvc's own reader makes of every out's description. */
const READ = `
import json, os
from dvc.repo import Repo
with Repo(os.getcwd()) as repo:
    print(json.dumps({f"{stage.addressing} {out.def_path}": out.annot.to_dict() for stage in repo.index.stages for out in stage.outs}))
`;

if (DVC === undefined) console.log('Skipped: descriptions as the real dvc reads them. Set DVC_BIN to the dvc program to compare.');
else
  describe('descriptions and restored data, as the real dvc has them', function () {
    this.timeout(180_000);
    let above = '';
    let root = '';

    beforeEach(() => {
      above = realpathSync(mkdtempSync(join(tmpdir(), 'ml-described-')));
      root = join(above, 'project');
      mkdirSync(root);
      git('init', '--quiet', '--initial-branch=main');
      git('config', 'user.name', 'Ada');
      git('config', 'user.email', 'ada@example.org');
      dvc('init', '--quiet');
    });
    afterEach(() => rmSync(above, { recursive: true, force: true, maxRetries: 5 }));

    const env = (): NodeJS.ProcessEnv => ({ ...process.env, DVC_SITE_CACHE_DIR: join(above, 'site'), DVC_NO_ANALYTICS: '1' });
    const started = (program: string, args: readonly string[], cwd: string): string =>
      execFileSync(program, args, { cwd, encoding: 'utf8', env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
    const git = (...args: string[]): string => started('git', args, root);
    const dvc = (...args: string[]): string => started(String(DVC), args, root);
    const read = (): Record<string, Record<string, unknown>> => {
      const python = join(dirname(String(DVC)), process.platform === 'win32' ? 'python.exe' : 'python');
      return JSON.parse(started(python, ['-c', READ], root)) as Record<string, Record<string, unknown>>;
    };
    const write = (path: string, content: string): void => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    };
    const commit = (message: string): void => {
      git('add', '--all');
      git('commit', '--quiet', '--message', message);
    };
    const describeOut = (file: string, out: string, change: MetadataChange): Promise<unknown> =>
      writeMetadata({ root, file: join(root, file), target: join(root, out) }, change);

    it('reads what was written, and nothing differs for it', async () => {
      write('a.csv', '1,2\n');
      write('imgs/x', 'x\n');
      write('source/b.csv', 'b\n');
      dvc('add', '--quiet', 'a.csv', 'imgs');
      dvc('import-url', '--quiet', join(root, 'source', 'b.csv'), 'b.csv');
      const stages = [
        'vars:\n  - names: [one, two]\nstages:\n',
        '  plain:\n    cmd: echo 1 > plain.txt && echo 2 > keyed.txt\n    outs:\n      - plain.txt # made\n      - keyed.txt:\n          persist: true\n',
        '  each:\n    foreach: ${names}\n    do:\n      cmd: echo ${item} > ${item}.txt\n      outs:\n        - ${item}.txt\n',
        '  grid:\n    matrix: {a: [x, y]}\n    cmd: echo ${item.a} > grid-${item.a}.txt\n    outs: ["grid-${item.a}.txt"]\n',
      ];
      write('dvc.yaml', stages.join(''));
      dvc('repro', '--quiet');
      assert.deepEqual(JSON.parse(dvc('status', '--json')), {});
      const whole = {
        description: 'Digits: ${all} of "them"\nand more — ü',
        type: 'image',
        labels: ['raw', 'true', '1.0'],
        source: 'https://example.org/a?b=c#d',
        preprocessing: ['trim: 2', '- scale'],
        transformations: ['\u0007bell'],
      };
      const meta = { source: whole.source, preprocessing: whole.preprocessing, transformations: whole.transformations };
      const expected = { desc: whole.description, type: whole.type, labels: whole.labels, meta };
      await describeOut('a.csv.dvc', 'a.csv', whole);
      await describeOut('imgs.dvc', 'imgs', { labels: ['folder'] });
      await describeOut('b.csv.dvc', 'b.csv', whole);
      await describeOut('dvc.yaml', 'plain.txt', whole);
      await describeOut('dvc.yaml', 'keyed.txt', { source: 'me' });
      await describeOut('dvc.yaml', 'two.txt', { type: 'text', description: '${item}' });
      await describeOut('dvc.yaml', 'grid-x.txt', { type: 'text' });
      const found = read();
      assert.deepEqual(found, {
        'a.csv.dvc a.csv': expected,
        'imgs.dvc imgs': { labels: ['folder'] },
        'b.csv.dvc b.csv': expected,
        'plain plain.txt': expected,
        'plain keyed.txt': { meta: { source: 'me' } },
        'each@one one.txt': { type: 'text', desc: '${item}' },
        'each@two two.txt': { type: 'text', desc: '${item}' },
        'grid@x grid-x.txt': { type: 'text' },
        'grid@y grid-y.txt': { type: 'text' },
      });
      assert.deepEqual(JSON.parse(dvc('status', '--json')), {});
      // dvc itself keeps it all when it records a new version, and when it runs a stage again.
      write('a.csv', '1,3\n');
      dvc('commit', '--quiet', '--force', 'a.csv.dvc');
      dvc('repro', '--quiet', '--force');
      assert.deepEqual(read(), found);
      for (const [file, out] of [
        ['a.csv.dvc', 'a.csv'],
        ['dvc.yaml', 'plain.txt'],
      ] as const)
        await describeOut(file, out, { description: '', type: '', labels: [], source: '', preprocessing: [], transformations: [] });
      const left = read();
      assert.deepEqual([left['a.csv.dvc a.csv'], left['plain plain.txt']], [{}, {}]);
      assert.match(readFileSync(join(root, 'dvc.yaml'), 'utf8'), /^ {6}- plain\.txt # made$/m);
    });

    describe('a run', () => {
      let engine: Engine;
      let reader: CodeReader;
      let runner: CodeRunner;
      const warnings: string[] = [];

      beforeEach(async () => {
        reader = new CodeReader(() => undefined);
        runner = new CodeRunner(
          () => undefined,
          undefined,
          () => true,
        );
        write('.gitignore', '.tracking/\n');
        engine = await openStore(join(root, '.tracking'), { create: true });
        warnings.length = 0;
        mkdirSync(join(above, 'store'));
        dvc('remote', 'add', '--quiet', '--default', 'here', '../store');
        write('a.csv', '1,2\n');
        write('imgs/x', 'x\n');
        write('imgs/deep/y', 'y\n');
        dvc('add', '--quiet', 'a.csv', 'imgs');
        write('dvc.yaml', 'stages:\n  make:\n    cmd: cp a.csv b.csv\n    deps: [a.csv]\n    outs: [b.csv]\n');
        dvc('repro', '--quiet');
        dvc('push', '--quiet');
        commit('data');
      });
      afterEach(async () => {
        await engine.close();
        reader.dispose();
        runner.dispose();
      });

      const record = async (name: string): Promise<string> => {
        const revisions = new GitRevisions(reader);
        const session = await RunSession.start(engine, {
          experiment: 'test',
          name,
          folder: root,
          commandLine: ['node', 'train.js'],
          source: undefined,
          readCodeState,
          readDataVersion: new UsedData(revisions).version,
          systemMetrics: false,
          log: { info: () => undefined, warn: (line) => warnings.push(line) },
        });
        for (const path of ['a.csv', 'imgs', 'imgs/deep/y', 'b.csv']) await session.logDataset({ paths: [path], name: path }, 'train');
        await session.finish('FINISHED');
        return session.runId;
      };
      const restore = async (runId: string): Promise<RestoredRun> => {
        const parts = transferParts(() => undefined, undefined, new KeptData());
        const restorer = new RunRestorer(reader, runner, new DataRestorer(reader, new CacheTransfers(parts)));
        return restorer.restore(engine, await engine.runs.get(runId), root, join(above, 'far', 'away', 'restored'));
      };
      const inTree = (...args: string[]): string => started(String(DVC), args, join(above, 'far', 'away', 'restored'));

      it('is restored with its data, which dvc finds as it was recorded', async () => {
        const run = await record('clean');
        assert.deepEqual(warnings, []);
        // The cache has lost what the remote still has.
        const digest = /md5: ([0-9a-f]+)/.exec(readFileSync(join(root, 'a.csv.dvc'), 'utf8'))?.[1] ?? '';
        rmSync(join(root, '.dvc', 'cache', 'files', 'md5', digest.slice(0, 2)), { recursive: true });
        write('a.csv', 'of today\n');
        dvc('add', '--quiet', 'a.csv');
        const { folder, restoredData, otherVersions } = await restore(run);
        assert.deepEqual(restoredData, { checkedOut: ['a.csv', 'b.csv', 'imgs'], files: 4, fetched: 1, missing: [], notes: [] });
        assert.deepEqual(otherVersions, []);
        assert.equal(readFileSync(join(folder, 'b.csv'), 'utf8'), '1,2\n');
        assert.deepEqual(JSON.parse(inTree('status', '--json')), {});
        assert.deepEqual(JSON.parse(inTree('data', 'status', '--json', '--not-in-remote')), {});
        assert.equal(inTree('cache', 'dir').trim(), join(root, '.dvc', 'cache'));
        assert.deepEqual(JSON.parse(inTree('status', '--cloud', '--json')), {});
        assert.equal(started('git', ['status', '--porcelain'], folder), '');
        assert.equal(readFileSync(join(root, 'a.csv'), 'utf8'), 'of today\n');
      });

      it('tells of data that was never recorded', async () => {
        write('a.csv', 'changed\n');
        write('imgs/deep/y', 'Y\n');
        const run = await record('modified');
        assert.equal(warnings.length, 3);
        assert.match(warnings[0] ?? '', /^a\.csv is not what DVC records.*: dvc commit a\.csv\.dvc$/);
        const { inputs, tags } = await engine.runs.get(run);
        assert.deepEqual(Object.fromEntries(inputs.map(({ dataset, tags: own }) => [dataset.name, own['mlTracking.data.state']])), {
          'a.csv': 'modified',
          imgs: 'modified',
          'imgs/deep/y': 'modified',
          'b.csv': 'committed',
        });
        assert.equal(tags['mlTracking.data.state'], 'modified');
        const { otherVersions, restoredData } = await restore(run);
        assert.equal(restoredData?.missing.length, 0);
        assert.deepEqual(
          otherVersions.map(({ path, inCache }) => [path, inCache]),
          [
            ['a.csv', false],
            ['imgs', false],
            ['imgs/deep/y', false],
          ],
        );
      });

      it('brings back what was recorded and not committed, and says what nobody has', async () => {
        write('a.csv', 'changed\n');
        dvc('commit', '--quiet', '--force', 'a.csv.dvc');
        const run = await record('uncommitted');
        assert.match(warnings.join('\n'), /^a\.csv\.dvc is not committed\..*: git add a\.csv\.dvc && git commit$/m);
        rmSync(join(above, 'store'), { recursive: true });
        const digest = /md5: ([0-9a-f]+)/.exec(readFileSync(join(root, 'imgs.dvc'), 'utf8'))?.[1] ?? '';
        rmSync(join(root, '.dvc', 'cache', 'files', 'md5', digest.slice(0, 2)), { recursive: true });
        const { folder, restoredData } = await restore(run);
        assert.equal(readFileSync(join(folder, 'a.csv'), 'utf8'), 'changed\n');
        assert.deepEqual(restoredData?.checkedOut, ['a.csv', 'b.csv']);
        assert.deepEqual(
          restoredData.missing.map(({ path }) => path),
          ['imgs'],
        );
        assert.match(restoredData.missing[0]?.message ?? '', /isn't there/);
        assert.equal(existsSync(join(folder, 'imgs', 'x')), false);
      });
    });
  });
