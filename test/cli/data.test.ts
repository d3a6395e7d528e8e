import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { DataRepository } from '../unit/data/dataRepository';

const PROGRAM = resolve('dist/ml-tracking.js');

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

/** The built program on a real repository. */
describe('ml-tracking data', function () {
  this.timeout(120_000);
  let repository: DataRepository;

  const run = (args: readonly string[], cwd = repository.root): Promise<Ended> =>
    new Promise((fulfil) => {
      const env = { ...process.env, ML_TRACKING_STORE: '', NODE_NO_WARNINGS: '1' };
      execFile(process.execPath, [PROGRAM, 'data', ...args], { cwd, env, timeout: 60_000 }, (error, out, said) =>
        fulfil({ code: error ? Number(error.code ?? -1) : 0, out, said }),
      );
    });
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', ...args], { cwd: repository.root });

  before(() => {
    repository = new DataRepository();
    repository.write('a.csv', '1,2\n');
    repository.write('sub/imgs/x', 'x\n');
    repository.write('.gitignore', '/a.csv\n/sub/imgs\n/.dvc/cache\n/store\n');
    repository.add('a.csv');
    repository.add('sub/imgs');
    git('init', '--quiet', '--initial-branch=main');
    git('add', '-A');
    git('commit', '--quiet', '-m', 'data');
  });
  after(() => repository.dispose());

  it('says that all is as recorded', async () => {
    assert.deepEqual(await run(['status']), { code: 0, out: 'Data and pipelines are up to date.\n', said: '' });
    assert.deepEqual(await run(['data-status']), { code: 0, out: 'No changes.\n', said: '' });
    assert.deepEqual(await run(['diff']), { code: 0, out: 'No changes.\n', said: '' });
    assert.deepEqual(await run(['diff', '--json']), { code: 0, out: '{}\n', said: '' });
    assert.deepEqual(await run(['status', '--quiet']), { code: 0, out: '', said: '' });
    const { out } = await run(['data-status', '--unchanged', '--granular', '--json']);
    assert.deepEqual(JSON.parse(out), { unchanged: ['a.csv', 'sub/imgs/', 'sub/imgs/x'] });
  });

  it("tells what differs in dvc's words, also from below and from elsewhere", async () => {
    repository.write('sub/imgs/y', 'y\n');
    repository.remove('a.csv');
    try {
      const tree =
        'a.csv.dvc:\n\tchanged outs:\n\t\tdeleted:            a.csv\nsub/imgs.dvc:\n\tchanged outs:\n\t\tmodified:           sub/imgs\n';
      assert.deepEqual(await run(['status']), { code: 0, out: tree, said: '' });
      assert.deepEqual(await run(['status', '-q']), { code: 1, out: '', said: '' });
      const below = await run(['status', '--json'], repository.path('sub'));
      assert.deepEqual(JSON.parse(below.out), {
        '../a.csv.dvc': [{ 'changed outs': { '../a.csv': 'deleted' } }],
        'imgs.dvc': [{ 'changed outs': { imgs: 'modified' } }],
      });
      const { out } = await run(['data-status', '--granular', '--untracked-files', '--repo', repository.root], tmpdir());
      assert.match(out, /^Not committed to DVC:\n[^]*\n {8}added: sub\/imgs\/y\n {8}modified: sub\/imgs\/\n {8}deleted: a\.csv\n$/m);
      const diff = await run(['diff', '--show-hash']);
      assert.match(diff.out, /^Added:\n {4}[0-9a-f]{8} {2}sub\/imgs\/y\n\nDeleted:\n[^]*files summary: 1 added, 1 deleted\n$/);
    } finally {
      repository.write('a.csv', '1,2\n');
      repository.remove('sub/imgs/y');
    }
  });

  it('compares with remotes that are folders', async () => {
    mkdirSync(repository.path('store'));
    writeFileSync(repository.path('.dvc', 'config'), `['remote "here"']\n    url = ../store\n['remote "far"']\n    url = s3://bucket\n`);
    try {
      const none = await run(['status', '--cloud']);
      assert.deepEqual([none.code, none.out], [1, '']);
      assert.match(none.said, /No default remote is set\. .*Known are: here, far/);
      assert.match((await run(['status', '-r', 'here'])).out, /^\tnew: +a\.csv$/m);
      cpSync(repository.path('.dvc', 'cache', 'files'), repository.path('store', 'files'), { recursive: true });
      assert.equal((await run(['status', '-r', 'here'])).out, "Cache and remote 'here' are in sync.\n");
      const far = await run(['data-status', '--not-in-remote', '--remote', 'far']);
      assert.deepEqual([far.code, far.out], [0, 'No changes.\n']);
      assert.match(far.said, /^unknown: what remote “far” \(s3:\/\/bucket\) has/);
    } finally {
      writeFileSync(repository.path('.dvc', 'config'), '');
      rmSync(repository.path('store'), { recursive: true });
    }
  });

  it('answers the rest where a file can’t be read, and says what is wrong with it', async () => {
    repository.write('sub/bad.dvc', 'outs:\n- md5: nonsense\n  path: q\n');
    try {
      const { code, out, said } = await run(['data-status', '--unchanged', '--json'], repository.path('sub'));
      assert.deepEqual([code, JSON.parse(out)], [1, { unchanged: ['a.csv', 'sub/imgs/'] }]);
      assert.match(said, /^bad\.dvc:2: .*nonsense/);
    } finally {
      repository.remove('sub/bad.dvc');
    }
  });

  it('keeps what a checkout replaces, how a folder was sorted too, and brings it back', async () => {
    repository.write('a.csv', 'mine\n');
    repository.write('sub/imgs/train/x', 'x\n');
    repository.remove('sub/imgs/x');
    const { code, out } = await run(['checkout', '--force']);
    assert.equal(code, 0);
    const [, id = ''] = /`ml-tracking data kept --restore (\S+)`/.exec(out) ?? [];
    assert.deepEqual(await run(['status', '-q']), { code: 0, out: '', said: '' });
    assert.match((await run(['kept'])).out, new RegExp(`\n${id} .*5 B +Check Out +a\\.csv and 1 more\\n$`));
    const { said } = await run(['kept', '--restore', id]);
    const [, since = ''] = /^1 file, and how sub\/imgs lay, is back; what stood there is kept under (\S+)\.\n$/.exec(said) ?? [];
    assert.deepEqual(
      [readdirSync(repository.path('sub/imgs'), { recursive: true }).sort(), readFileSync(repository.path('a.csv'), 'utf8')],
      [['train', 'train/x'], 'mine\n'],
    );
    const { out: again } = await run(['kept', '--restore', since, '--json']);
    const { before, problems } = JSON.parse(again) as { before: { paths: string[] }[]; problems: string[] };
    assert.deepEqual([before.map(({ paths }) => paths), problems], [[['a.csv']], []]);
    assert.equal((await run(['checkout'])).code, 0);
    assert.deepEqual(await run(['status', '-q']), { code: 0, out: '', said: '' });
  });

  it('says in one line what it cannot do, and what to do', async () => {
    const outside = await run(['status'], tmpdir());
    assert.deepEqual([outside.code, outside.out], [2, '']);
    assert.match(outside.said, /^ml-tracking: .* is in no DVC repository: make one with `dvc init`, or name a folder with --repo\n$/);
    const unknown = await run(['diff', 'nowhere']);
    assert.deepEqual([unknown.code, unknown.said], [1, 'ml-tracking: There is no commit, branch or tag nowhere here.\n']);
    const flag = await run(['data-status', '--untracked-files', 'some']);
    assert.equal(flag.code, 2);
    assert.match(flag.said, /Allowed choices are no, all/);
  });
});
