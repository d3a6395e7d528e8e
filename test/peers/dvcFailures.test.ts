import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DvcError } from '../../src/data/actions/dvcError';
import { DvcProcesses } from '../../src/data/actions/dvcProcess';
import { DvcProgram } from '../../src/data/actions/dvcProgram';
import { DvcRunner } from '../../src/data/actions/dvcRunner';
import { until } from '../support/until';

const DVC = process.env['DVC_BIN'];
/** A stage's command that goes on until it may end. */
const SLOW = `import { existsSync, writeFileSync } from 'node:fs';
writeFileSync('started', '');
setInterval(() => existsSync('go') && process.exit(), 50);
`;

if (DVC === undefined) console.log('Skipped: failures of the real dvc. Set DVC_BIN to the dvc program.');
else
  describe('what the real dvc fails with', function () {
    this.timeout(120_000);
    let above = '';
    let root = '';
    let environment: NodeJS.ProcessEnv;
    let runner: DvcRunner;

    const write = (path: string, content: string): void => {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), content);
    };
    const failure = async (work: Promise<unknown>): Promise<[string, string]> => {
      const error: unknown = await work.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof DvcError, String(error));
      return [error.reason, error.message];
    };

    before(async () => {
      above = realpathSync(mkdtempSync(join(tmpdir(), 'ml-fail-')));
      root = join(above, 'project');
      mkdirSync(root);
      execFileSync('git', ['init', '--quiet'], { cwd: root });
      environment = { ...process.env, DVC_SITE_CACHE_DIR: join(above, 'site') };
      const processes = new DvcProcesses(() => undefined, environment);
      const ask = async (command: string, args: readonly string[]): Promise<string> =>
        (await processes.run(above, command, args, args)).out.join('\n');
      runner = new DvcRunner(
        new DvcProgram(() => Promise.resolve({ path: DVC, python: undefined, folders: [] }), ask),
        processes,
        () => true,
      );
      await runner.init(root, 'git');
      write('a.csv', 'x\n1\n');
      await runner.add(root, ['a.csv']);
    });
    after(() => {
      runner.dispose();
      rmSync(above, { recursive: true, force: true, maxRetries: 5 });
    });

    for (const [name, text, message] of [
      [
        'YAML that ends too early',
        'outs: [\n',
        /^sub\/b\.csv\.dvc is invalid, line 2: Expected the node content, but found '<stream end>'$/,
      ],
      [
        'a merge that is not finished',
        '<<<<<<< HEAD\nouts:\n=======\n>>>>>>> x\n',
        /^sub\/b\.csv\.dvc is invalid \(possible merge conflicts\), line 2: /,
      ],
      ['a list for a record', '- a\n', /^sub\/b\.csv\.dvc is invalid: expected a dictionary\.$/],
      [
        'a hash that is no text',
        'outs:\n- md5: [1]\n  path: b.csv\n',
        /^sub\/b\.csv\.dvc is invalid, line 2: not a valid value, in outs -> 0 -> md5$/,
      ],
    ] as const)
      it(`names the record and its line: ${name}`, async () => {
        write('sub/b.csv.dvc', text);
        const [reason, said] = await failure(runner.push(root, []));
        rmSync(join(root, 'sub'), { recursive: true });
        assert.equal(reason, 'failed');
        assert.match(said.replaceAll('\\', '/'), message);
      });

    it('tells of a remote that is not there', async () => {
      const [reason, said] = await failure(runner.push(root, []));
      assert.deepEqual([reason, /^There is no remote: add one/.test(said)], ['no remote', true]);
      assert.deepEqual(await failure(runner.fetch(root, [], 'nope')), ['no remote', 'There is no remote with the name nope.']);
    });

    it('tells what is missing, and of a remote only where it was asked', async () => {
      rmSync(join(root, 'a.csv'));
      rmSync(join(root, '.dvc/cache'), { recursive: true });
      assert.deepEqual(await failure(runner.checkout(root, [])), ['cache missing', 'Data is missing in the cache: pull it first.']);
      const missing = ['cache missing', 'Data that a stage needs is missing: a.csv. Pull it first.'];
      assert.deepEqual(await failure(runner.repro(root, ['a.csv.dvc'])), missing);
      write('a.csv', 'x\n1\n');
      await runner.add(root, ['a.csv']);
    });

    it('tells that another process is at work', async () => {
      write('slow.mjs', SLOW);
      write('dvc.yaml', `stages:\n  slow:\n    cmd: '"${process.execPath.replaceAll('\\', '/')}" slow.mjs'\n    deps: [a.csv]\n`);
      const other = spawn(DVC, ['repro', '--quiet'], { cwd: root, env: environment, stdio: 'ignore' });
      const ended = once(other, 'exit');
      try {
        await until('the stage runs', () => existsSync(join(root, 'started')));
        write('a.csv', 'x\n2\n');
        assert.deepEqual(await failure(runner.add(root, ['a.csv'])), [
          'locked',
          'Another process of dvc is at work in this repository: try again when it has ended.',
        ]);
      } finally {
        write('go', '');
        await ended;
      }
    });
  });
