import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { CodeStateReader } from '../../../src/code/codeState';
import { CodeReader } from '../../../src/code/reader';
import { Restraint } from '../../../src/code/restraint';
import { CodeRunner } from '../../../src/code/runner';
import { INDEX, pathOf, revision, WORKING_TREE } from '../../../src/code/side';
import { SubmoduleCaution } from '../../../src/code/submoduleCaution';
import { CodeRepository } from './codeRepository';

const NAMES = [
  '\x1b[31mred',
  '\x1b]0;title\x07',
  'line\nbreak',
  '--output=owned',
  '-c',
  '$(touch owned)',
  '`touch owned`',
  'a;touch owned',
  ':(top)x',
];

/** Everything in a repository's settings that makes git start a program, each with a program of its own that leaves its name. */
const PROGRAMS = [
  ...['core.fsmonitor', 'core.pager', 'core.editor', 'core.sshCommand', 'core.askPass', 'core.gitProxy', 'core.alternateRefsCommand'],
  ...['sequence.editor', 'interactive.diffFilter', 'credential.helper', 'uploadpack.packObjectsHook', 'remote.origin.uploadpack'],
  ...[
    'remote.origin.receivepack',
    'remote.origin.vcs',
    'gpg.program',
    'gpg.openpgp.program',
    'gpg.ssh.program',
    'gpg.ssh.defaultKeyCommand',
  ],
  ...['pager.status', 'pager.log', 'pager.diff', 'pager.blame', 'pager.branch', 'pager.config', 'diff.external', 'diff.guiTool'],
  ...['diff.external', 'diff.drv.textconv', 'merge.drv.driver', 'filter.one.clean', 'filter.one.smudge', 'filter.two.process'],
  ...['filter.o=d.clean', 'trailer.x.command', 'man.viewer', 'web.browser', 'browser.x.cmd', 'difftool.x.cmd', 'mergetool.x.cmd'],
];
/** Shell commands that stand for git's own. */
const ALIASES = [
  'status',
  'log',
  'diff',
  'blame',
  'rev-parse',
  'for-each-ref',
  'config',
  'ls-files',
  'cat-file',
  'rev-list',
  'remote',
  'stash',
];
const HOOKS = ['post-index-change', 'post-checkout', 'reference-transaction', 'pre-commit', 'pre-auto-gc', 'fsmonitor-watchman'];
/** What git itself must run to tell whether a file has changed. */
const MUST = new Set(['filter.one.clean', 'filter.two.process', 'filter.o=d.clean']);

describe('a hostile repository', () => {
  let repository: CodeRepository;
  let head: string;
  let marker: string;

  beforeEach(function () {
    if (process.platform === 'win32') this.skip();
    repository = new CodeRepository();
    marker = repository.path('.git', 'ran');
    for (const name of NAMES) repository.commit(`names/${name}`, 'x\n');
    for (const name of ['one.a', 'two.b', 'three.c']) repository.commit(name, 'x\n');
    repository.commit('.gitattributes', '* diff=drv merge=drv\n*.a filter=one\n*.b filter=two\n*.c filter=o=d\n');
    const inner = new CodeRepository();
    inner.commit('lib', 'x');
    repository.git('submodule', '--quiet', 'add', inner.root, 'sub');
    repository.git('add', '--all');
    repository.git('commit', '--quiet', '-m', 'Hostile');
    inner.dispose();
    // A signature, so that there is something to be checked.
    const tree = repository.git('rev-parse', 'HEAD^{tree}');
    const parent = repository.git('rev-parse', 'HEAD');
    const who = 'Ada <ada@example.org> 1700000000 +0000';
    const signature = '-----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----';
    repository.write(
      '.git/signed',
      `tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\ngpgsig ${signature}\n\nSigned \x1b[31mred\n`,
    );
    head = repository.git('hash-object', '-t', 'commit', '-w', repository.path('.git/signed'));
    repository.git('update-ref', 'refs/heads/main', head);
    repository.write('.git/info/attributes', '* diff=drv\n');
    arm();
  });
  afterEach(() => repository.dispose());

  function arm(): void {
    const program = (name: string): string => {
      const file = `.git/evil/${name.replace(/\W/g, '_')}`;
      // A process hears git's greeting out and is gone: whether git could still write to it would be chance otherwise.
      const acts = 'in *clean) cat;; *process) head -c 40 >/dev/null;; esac';
      repository.write(file, `#!/bin/sh\necho '${name}' >> '${marker}'\ncase '${name}' ${acts}\n`);
      chmodSync(repository.path(file), 0o755);
      return repository.path(file);
    };
    const included = PROGRAMS.filter((_, index) => index % 4 === 0);
    for (const key of PROGRAMS) {
      // Some of them in files that are included only here.
      const where = included.includes(key) ? ['--file', repository.path('.git/included')] : [];
      repository.git('config', ...where, key, program(key));
    }
    repository.git('config', 'includeIf.gitdir:**.path', repository.path('.git/included'));
    repository.git('config', 'includeIf.onbranch:main.path', repository.path('.git/included'));
    for (const name of ALIASES) repository.git('config', `alias.${name}`, `!${program(`alias.${name}`)}`);
    for (const name of HOOKS) {
      repository.write(`.git/hooks/${name}`, `#!/bin/sh\necho 'hook ${name}' >> '${marker}'\n`);
      chmodSync(repository.path('.git/hooks', name), 0o755);
    }
    for (const key of ['log.showSignature', 'filter.one.required', 'protocol.ext.allow', 'remote.origin.promisor', 'submodule.recurse'])
      repository.git('config', key, key === 'protocol.ext.allow' ? 'always' : 'true');
    repository.git('config', 'gpg.minTrustLevel', 'undefined');
    repository.git('config', 'remote.origin.url', 'https://example.org/x.git');
    repository.git('config', `url.ext::${program('url.insteadOf')} .insteadOf`, 'https://');
    repository.git('config', 'submodule.sub.update', `!${program('submodule.update')}`);
    repository.git('config', 'blame.ignoreRevsFile', 'nowhere');
    repository.git('config', 'branch.main.remote', 'origin');
    repository.git('config', 'branch.main.merge', 'refs/heads/main');
    for (const name of NAMES) repository.write(`names/${name}`, 'changed\n');
    repository.write('\x1b[2Jnew', 'x\n');
    for (const name of ['one.a', 'two.b', 'three.c']) utimesSync(repository.path(name), 1, 1);
    repository.write('two.b', 'changed\n');
    rmSync(marker, { force: true });
  }

  const ran = (): string[] => (existsSync(marker) ? [...new Set(readFileSync(marker, 'utf8').trim().split('\n'))].sort() : []);

  /** Everything that can be asked. */
  async function everything(reader: CodeReader): Promise<void> {
    const { root } = await reader.places(repository.path('names'));
    const status = await reader.status(root);
    assert.ok(NAMES.every((name) => status.changed.some(({ path }) => path === `names/${name}`)));
    assert.ok(status.untracked.includes('\x1b[2Jnew'));
    await reader.branches(root);
    assert.equal((await reader.log(root))[0]?.hash, head);
    await reader.log(root, { path: 'names/-c' });
    await reader.log(root, { path: 'sub' });
    await reader.graph(root);
    await reader.commit(root, 'HEAD');
    await reader.mergeBase(root, 'HEAD', 'HEAD~1');
    await reader.remoteUrls(root);
    await reader.isReachable(root, head);
    await reader.ignored(root);
    await reader.files(root, WORKING_TREE, ['*']);
    for (const [from, to] of [
      [INDEX, WORKING_TREE],
      [revision('HEAD'), WORKING_TREE],
      [revision('HEAD'), INDEX],
      [revision('HEAD~3'), revision('HEAD')],
    ] as const) {
      const files = (await reader.diff(root, from, to, { untracked: true })).map(pathOf);
      if (to === WORKING_TREE) assert.ok(NAMES.every((name) => files.includes(`names/${name}`)));
      await reader.patch(root, from, to);
    }
    for (const name of ['one.a', 'two.b', ...NAMES.map((each) => `names/${each}`)]) {
      for (const side of [WORKING_TREE, INDEX, revision('HEAD')]) await reader.content(root, side, name);
      assert.equal((await reader.blame(root, name)).length, 1);
    }
    await reader.lineHistory(root, 'one.a', 1, 1);
    // An object that isn't here is not fetched from the remote that promises it.
    const lost = repository.git('rev-parse', 'HEAD:three.c');
    rmSync(repository.path('.git/objects', lost.slice(0, 2), lost.slice(2)), { force: true });
    await reader.content(root, revision('HEAD'), 'three.c').catch(() => undefined);
    await reader.content(root, revision('HEAD'), 'missing').catch(() => undefined);
  }

  it('runs nothing in Restricted Mode', async () => {
    const reader = new CodeReader(() => undefined, undefined, { restricted: true });
    try {
      const state = await new CodeStateReader(new Restraint(() => undefined)).read(repository.root);
      assert.equal(state?.commit, head);
      await everything(reader);
      assert.deepEqual(ran(), []);
      assert.equal(existsSync(repository.path('owned')), false);
    } finally {
      reader.dispose();
    }
  });

  it('runs nothing by being read where it is trusted, but the filters without which git can’t tell a change', async () => {
    const reader = new CodeReader(() => undefined);
    try {
      // It doesn't speak the language of filters, and git fails with it.
      await assert.rejects(reader.diff(repository.root, INDEX, WORKING_TREE), /hung up|packet write/);
      repository.git('config', '--unset', 'filter.two.process');
      const state = await new CodeStateReader(new SubmoduleCaution(() => undefined)).read(repository.root);
      assert.equal(state?.commit, head);
      await everything(reader);
      assert.deepEqual(
        ran().filter((name) => !MUST.has(name)),
        [],
      );
      assert.ok(ran().includes('filter.one.clean'), 'git must run this one');
      assert.equal(existsSync(repository.path('owned')), false);
    } finally {
      reader.dispose();
    }
  });

  it('runs with a restored run no hook and no submodule’s command', async () => {
    const runner = new CodeRunner(
      () => undefined,
      undefined,
      () => true,
    );
    const tree = new CodeRepository(`${repository.root}-restored`);
    try {
      // It doesn't speak the language of filters.
      repository.git('config', '--unset', 'filter.two.process');
      await runner.addWorktree(repository.root, tree.root, head, undefined);
      const left = ran().filter((name) => !/^filter\.(one|o=d|two)\./.test(name));
      // Whoever trusts the repository trusts its hooks for refs, which git runs for every branch that it writes.
      assert.deepEqual(
        left.filter((name) => name !== 'hook reference-transaction' && name !== 'core.fsmonitor'),
        [],
      );
      assert.equal(existsSync(tree.path('sub/lib')), false);
    } finally {
      runner.dispose();
      tree.dispose();
    }
  });

  it('would have run its programs in plain git', () => {
    for (const args of [
      ['status'],
      ['-c', 'filter.two.process=', 'diff'],
      ['log', '-p', '-3'],
      ['blame', 'one.a'],
      ['-c', 'protocol.ext.allow=always', 'fetch'],
    ])
      repository.tryGit(...args);
    const seen = ran();
    for (const name of ['core.fsmonitor', 'diff.external', 'diff.drv.textconv', 'filter.one.clean', 'gpg.openpgp.program', 'url.insteadOf'])
      assert.ok(seen.includes(name), `${name} is not among ${seen.join(', ')}`);
  });
});
