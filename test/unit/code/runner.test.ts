import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { CodeReader } from '../../../src/code/reader';
import { CodeRunner } from '../../../src/code/runner';
import { CodeRepository, failure } from './codeRepository';
import { snapshot } from './treeSnapshot';

const windows = process.platform === 'win32';
const HARD = [
  'two words',
  'é',
  '😀',
  '-dash',
  '*',
  ...(windows ? [] : ['"quoted"', 'line\nbreak', 'tab\there', '\x1b[31mred', ':(top)x', 'back\\slash']),
];

describe('acting on a repository', () => {
  let repository: CodeRepository;
  let runner: CodeRunner;
  let reader: CodeReader;
  let lines: string[];
  const index = (): string => repository.git('ls-files', '--stage', '-z');
  const state = (): unknown => [snapshot(repository.root), index()];

  beforeEach(() => {
    repository = new CodeRepository();
    repository.git('config', 'user.name', 'Ada');
    repository.git('config', 'user.email', 'ada@example.org');
    repository.git('config', 'commit.gpgSign', 'false');
    lines = [];
    runner = new CodeRunner(
      (line) => lines.push(line),
      undefined,
      () => true,
    );
    reader = new CodeReader(() => undefined);
  });
  afterEach(() => {
    runner.dispose();
    reader.dispose();
    repository.dispose();
  });

  /** Every kind of change at once, with names and contents that are easily lost. */
  function dirty(): void {
    repository.write('.gitattributes', '*.txt text eol=lf\n*.id ident\n');
    repository.git('add', '--all');
    for (const name of HARD) repository.commit(`tracked/${name}`, 'x\n');
    repository.commit('lines.txt', 'a\nb\n');
    repository.commit('gone', 'here\n');
    repository.commit('twice', 'one\n');
    repository.commit('tool', '#!/bin/sh\n');
    repository.commit('v.id', '$Id$\n');
    for (const name of HARD) repository.write(`tracked/${name}`, `changed ${name}\n`);
    for (const name of HARD) repository.write(`new folder/${name}`, `new ${name}\n`);
    repository.write('lines.txt', 'a\r\nb\r\n\0\xff');
    repository.write('v.id', '$Id: deadbeef $\n');
    repository.write('twice', 'two\n');
    repository.git('add', 'twice');
    repository.write('twice', 'three\n');
    repository.git('rm', '--quiet', '--cached', 'gone');
    repository.git('reset', '--quiet', 'gone');
    repository.write('announced', 'announced only\n');
    repository.git('add', '--intent-to-add', 'announced');
    repository.write('binary', Buffer.from([0, 255, 13, 10, 13]));
    if (!windows) {
      chmodSync(repository.path('tool'), 0o755);
      symlinkSync('nowhere/at all', repository.path('a link'));
    }
  }

  it('discards every kind of change, and brings every byte back', async () => {
    dirty();
    const before = state();
    const staged = repository.git('diff', '--cached', '--binary');
    const all = (await reader.status(repository.root)).changed.map(({ path }) => path);
    const { kept, losses, undo } = await runner.discard(repository.root, [...all, ...(await reader.status(repository.root)).untracked]);
    assert.ok(losses.bytes > 0);
    assert.equal(repository.git('status', '--porcelain'), 'M  twice', 'only what is staged is left');
    assert.equal(repository.git('diff', '--cached', '--binary'), staged);
    assert.equal(existsSync(repository.path('new folder')), false);
    await undo();
    assert.deepEqual(state(), before);
    // The same from the list, as after a restart, over what has been written since.
    await runner.discard(repository.root, ['.']).catch(() => undefined);
    repository.write('lines.txt', 'written since\n');
    const second = new CodeRunner(
      () => undefined,
      undefined,
      () => true,
    );
    const listed = await second.discarded(repository.root);
    assert.ok(listed.some(({ id }) => id === kept?.id));
    const replaced = await second.restoreDiscarded(repository.root, kept?.id ?? '');
    assert.deepEqual(state(), before);
    await second.restoreDiscarded(repository.root, replaced.id);
    assert.equal(readFileSync(repository.path('lines.txt'), 'utf8'), 'written since\n');
    second.dispose();
  });

  it('discards only what is named, though names look like patterns', async function () {
    if (windows) this.skip();
    repository.commit('*', '1');
    repository.commit('other', '1');
    repository.write('*', '2');
    repository.write('other', '2');
    await runner.discard(repository.root, ['*']);
    assert.equal(repository.git('status', '--porcelain'), ' M other');
    repository.write('*', '3');
    await runner.stage(repository.root, ['*']);
    assert.deepEqual(repository.git('status', '--porcelain').split('\n').sort(), [' M other', 'M  *']);
  });

  it('keeps what is ignored, nested repositories and what lies behind links', async function () {
    repository.commit('.gitignore', '*.log\n');
    repository.write('new/a', 'x');
    repository.write('new/keep.log', 'x');
    await runner.discard(repository.root, ['new/']);
    assert.deepEqual(readdirSync(repository.path('new')), ['keep.log']);
    mkdirSync(repository.path('inner'));
    repository.git('init', '--quiet', 'inner');
    repository.write('inner/a', 'x');
    assert.match((await failure(runner.discard(repository.root, ['inner/']))).message, /repository of its own/);
    assert.ok(existsSync(repository.path('inner/a')));
    if (windows) return;
    repository.write('moved/a', 'mine');
    const { kept } = await runner.discard(repository.root, ['moved']);
    const outside = new CodeRepository();
    try {
      symlinkSync(outside.root, repository.path('moved'));
      assert.match((await failure(runner.restoreDiscarded(repository.root, kept?.id ?? ''))).message, /link/);
      assert.equal(existsSync(outside.path('a')), false);
    } finally {
      outside.dispose();
    }
  });

  it('stages and unstages, and takes both back to the letter', async () => {
    dirty();
    const before = state();
    const status = await reader.status(repository.root);
    const paths = [...status.changed.map(({ path }) => path), ...status.untracked];
    const staging = await runner.stage(repository.root, paths);
    assert.equal(repository.git('diff', '--name-only'), '');
    assert.equal(repository.git('ls-files', '--others', '--exclude-standard'), '');
    assert.deepEqual(snapshot(repository.root), (before as unknown[])[0]);
    const unstaging = await runner.unstage(repository.root, ['tracked', 'twice', 'new folder']);
    assert.equal(repository.git('diff', '--cached', '--name-only', '--', 'tracked', 'twice', 'new folder'), '');
    await unstaging.undo();
    assert.equal(repository.git('diff', '--name-only'), '');
    await staging.undo();
    assert.deepEqual(state(), before);
    // What was staged and changed again was nowhere else.
    await runner.unstage(repository.root, ['twice']);
    const [kept] = await runner.discarded(repository.root);
    await runner.restoreDiscarded(repository.root, kept?.id ?? '');
    assert.equal(repository.git('show', ':twice'), 'two');
  });

  it('stages, unstages and commits before the first commit, and takes the commit back', async () => {
    repository.write('a', 'x');
    await runner.stage(repository.root, ['a']);
    await runner.unstage(repository.root, ['a']);
    assert.equal(repository.git('status', '--porcelain'), '?? a');
    await runner.stage(repository.root, ['a']);
    const { hash, undo } = await runner.commit(repository.root, '# first\n\n-body “quoted”\n');
    assert.equal(repository.git('log', '-1', '--format=%H %B'), `${hash} # first\n\n-body “quoted”\n`);
    await undo();
    assert.equal(repository.git('status', '--porcelain'), 'A  a');
    assert.match((await failure(runner.commit(repository.root, '  '))).message, /needs a message/);
    await runner.commit(repository.root, 'again');
    assert.match((await failure(runner.commit(repository.root, 'nothing'))).message, /nothing to commit/);
    await assert.rejects(undo(), /moved on/);
  });

  it('handles thousands of files at once', async function () {
    this.timeout(120_000);
    repository.commit('a', 'x');
    const names = Array.from({ length: 3_000 }, (_, i) => `many/folder ${i % 100}/file ${i}`);
    for (const name of names) repository.write(name, name);
    const { kept } = await runner.discard(repository.root, names);
    assert.equal(existsSync(repository.path('many')), false);
    await runner.restoreDiscarded(repository.root, kept?.id ?? '');
    for (const name of names) assert.equal(readFileSync(repository.path(name), 'utf8'), name);
    await runner.stage(repository.root, names);
    assert.equal(repository.git('diff', '--cached', '--name-only').split('\n').length, 3_000);
  });

  it('stages what is there of what is named', async () => {
    repository.commit('a', '1');
    repository.write('a', '2');
    repository.write('new/b', '1');
    await runner.stage(repository.root, ['gone', 'a', 'new/', 'new/gone']);
    assert.equal(repository.git('status', '--porcelain'), 'M  a\nA  new/b');
    await runner.stage(repository.root, ['gone']);
    await runner.unstage(repository.root, ['gone', 'a']);
    assert.equal(repository.git('status', '--porcelain'), ' M a\nA  new/b');
  });

  it('makes branches and switches, refuses to lose a change, and stashes when asked', async () => {
    const first = repository.commit('a', '1');
    const made = await runner.createBranch(repository.root, 'feature/é', { switch: true });
    assert.equal(repository.git('branch', '--show-current'), 'feature/é');
    repository.commit('a', '2');
    repository.write('a', 'mine');
    repository.write('untracked', 'mine too');
    const before = state();
    const refused = await failure(runner.switch(repository.root, { branch: 'main' }));
    assert.deepEqual([refused.reason, refused.files], ['would lose', ['a']]);
    assert.deepEqual(state(), before);
    const { stash, undo } = await runner.switch(repository.root, { branch: 'main' }, { stash: true });
    assert.ok(stash);
    assert.equal(repository.git('status', '--porcelain'), '');
    assert.equal(repository.git('branch', '--show-current'), 'main');
    await undo();
    assert.deepEqual([repository.git('branch', '--show-current'), ...(state() as unknown[])], ['feature/é', ...(before as unknown[])]);
    await assert.rejects(made.undo(), /points elsewhere/);
    repository.git('checkout', '--quiet', '--force', 'main');
    const { undo: back } = await runner.switch(repository.root, { commit: 'feature/é' });
    assert.equal((await reader.status(repository.root)).head.kind, 'detached');
    await back();
    assert.equal(repository.git('branch', '--show-current'), 'main');
    const plain = await runner.createBranch(repository.root, 'plain', { from: first.slice(0, 8) });
    assert.equal(repository.git('rev-parse', 'plain'), first);
    await plain.undo();
    assert.equal(repository.git('branch', '--list', 'plain'), '');
    for (const name of ['-d', '--orphan', 'a b', 'a..b', '@{1}', '']) await failure(runner.createBranch(repository.root, name));
    assert.equal((await failure(runner.switch(repository.root, { branch: '--detach' }))).reason, 'failed');
  });

  it('tags', async () => {
    const first = repository.commit('a', '1');
    repository.commit('a', '2');
    const light = await runner.tag(repository.root, 'light', { commit: first });
    await runner.tag(repository.root, 'v1', { message: 'Version “1”' });
    assert.equal(repository.git('rev-parse', 'light'), first);
    assert.equal(repository.git('cat-file', '-t', 'v1'), 'tag');
    await light.undo();
    assert.equal(repository.git('tag', '--list'), 'v1');
    assert.match((await failure(runner.tag(repository.root, 'v1'))).message, /already exists/);
  });

  it('reverts a commit and a merge, and stops at conflicts without losing anything', async () => {
    repository.commit('a', '1\n');
    const second = repository.commit('a', '2\n');
    repository.write('untracked', 'mine');
    const { hash, undo } = await runner.revert(repository.root, second.slice(0, 10));
    assert.equal(readFileSync(repository.path('a'), 'utf8'), '1\n');
    assert.equal(repository.git('rev-parse', 'HEAD'), hash);
    await undo();
    assert.equal(readFileSync(repository.path('a'), 'utf8'), '2\n');
    const third = repository.commit('a', '3\n');
    repository.commit('a', '4\n');
    const before = state();
    const stopped = await runner.revert(repository.root, third);
    assert.deepEqual([stopped.hash, stopped.conflicts], [undefined, ['a']]);
    repository.write('a', 'half resolved\n');
    await stopped.undo();
    assert.deepEqual(state(), before);
    const [kept] = await runner.discarded(repository.root);
    await runner.restoreDiscarded(repository.root, kept?.id ?? '');
    assert.equal(readFileSync(repository.path('a'), 'utf8'), 'half resolved\n');
    repository.write('a', 'mine, not committed\n');
    repository.git('add', 'a');
    const held = state();
    await failure(runner.revert(repository.root, second));
    assert.deepEqual(state(), held);
    repository.git('reset', '--quiet', '--hard');
    repository.git('checkout', '--quiet', '-b', 'side');
    repository.commit('b', 'side');
    repository.git('checkout', '--quiet', 'main');
    repository.git('merge', '--quiet', '--no-ff', '-m', 'Merge', 'side');
    await runner.revert(repository.root, 'HEAD');
    assert.equal(existsSync(repository.path('b')), false);
  });

  it('resets softly and back', async () => {
    const first = repository.commit('a', '1');
    const second = repository.commit('b', '2');
    repository.write('a', 'mine');
    const before = snapshot(repository.root);
    const { before: tip, undo } = await runner.softReset(repository.root, first);
    assert.equal(tip, second);
    assert.deepEqual([repository.git('rev-parse', 'HEAD'), repository.git('diff', '--cached', '--name-only')], [first, 'b']);
    assert.deepEqual(snapshot(repository.root), before);
    await undo();
    assert.deepEqual([repository.git('rev-parse', 'HEAD'), repository.git('diff', '--cached', '--name-only')], [second, '']);
  });

  it('fetches, pulls and pushes, and never forces', async () => {
    const remote = new CodeRepository();
    const clone = new CodeRepository();
    try {
      repository.commit('a', '1');
      remote.git('config', 'core.bare', 'true');
      assert.match((await failure(runner.push(repository.root))).message, /no remote/);
      repository.git('remote', 'add', 'origin', remote.path('.git'));
      assert.deepEqual(await runner.push(repository.root), { from: 'main', remote: 'origin', branch: 'main', setsUpstream: true });
      assert.equal((await reader.status(repository.root)).upstream?.name, 'origin/main');
      clone.git('remote', 'add', 'origin', remote.path('.git'));
      clone.git('pull', '--quiet', 'origin', 'main');
      const theirs = clone.commit('a', 'theirs');
      clone.git('push', '--quiet', 'origin', 'main');
      await runner.fetch(repository.root);
      assert.deepEqual((await reader.status(repository.root)).upstream?.behind, 1);
      repository.write('a', 'mine');
      const held = state();
      assert.equal((await failure(runner.pull(repository.root))).reason, 'would lose');
      assert.deepEqual(state(), held);
      await runner.discard(repository.root, ['a']);
      const { changed, undo } = await runner.pull(repository.root);
      assert.deepEqual([changed, repository.git('rev-parse', 'HEAD')], [true, theirs]);
      await undo();
      repository.commit('b', 'ours');
      assert.equal((await failure(runner.pull(repository.root))).reason, 'rejected');
      assert.equal((await failure(runner.push(repository.root))).reason, 'rejected');
      assert.equal(remote.git('rev-parse', 'main'), theirs);
      await runner.pull(repository.root, { mode: 'rebase' });
      await runner.push(repository.root);
      assert.equal(remote.git('rev-parse', 'main'), repository.git('rev-parse', 'main'));
    } finally {
      remote.dispose();
      clone.dispose();
    }
  });

  it('fails at once where a remote would ask for a password, and stops when told', async function () {
    if (windows) this.skip();
    repository.commit('a', '1');
    const asked = repository.path('.git', 'asked');
    repository.write('.git/ask', `#!/bin/sh\ntouch '${asked}'\nexec sleep 600\n`);
    chmodSync(repository.path('.git/ask'), 0o755);
    repository.git('config', 'core.askPass', repository.path('.git/ask'));
    // A transport that asks as git's own would, without a network.
    repository.write('.git/bin/git-remote-asking', `#!/bin/sh\ngit credential fill <<END\nprotocol=https\nhost=example.org\nEND\nexit 1\n`);
    chmodSync(repository.path('.git/bin/git-remote-asking'), 0o755);
    repository.git('remote', 'add', 'asking', 'asking::x');
    const path = process.env['PATH'];
    process.env['PATH'] = `${repository.path('.git/bin')}:${path ?? ''}`;
    try {
      const error = await failure(runner.fetch(repository.root, { remote: 'asking' }));
      assert.equal(error.reason, 'not signed in', error.details);
      assert.equal(existsSync(asked), false);
    } finally {
      process.env['PATH'] = path;
    }
    repository.write('.git/hooks/pre-commit', '#!/bin/sh\nexec sleep 600\n');
    chmodSync(repository.path('.git/hooks/pre-commit'), 0o755);
    repository.write('a', '2');
    await runner.stage(repository.root, ['a']);
    const abort = new AbortController();
    const committing = runner.commit(repository.root, 'x', { signal: abort.signal });
    setImmediate(() => abort.abort());
    assert.equal((await failure(committing)).reason, 'stopped');
    assert.equal((await failure(runner.commit(repository.root, 'x', { timeout: 50 }))).reason, 'timed out');
    assert.match(lines.at(-1) ?? '', /^git .* \[.*\] .*, \d+ ms, \d+ bytes$/);
  });

  it('says what a hook says', async function () {
    if (windows) this.skip();
    repository.write('.git/hooks/pre-commit', '#!/bin/sh\nexit 1\n');
    chmodSync(repository.path('.git/hooks/pre-commit'), 0o755);
    repository.write('a', '2');
    await runner.stage(repository.root, ['a']);
    assert.equal((await failure(runner.commit(repository.root, 'x'))).reason, 'failed');
    assert.equal(repository.git('status', '--porcelain'), 'A  a');
  });

  it('runs nothing in Restricted Mode', async () => {
    repository.commit('a', '1');
    repository.write('a', '2');
    const before = state();
    const restricted = new CodeRunner(
      (line) => lines.push(line),
      undefined,
      () => false,
    );
    for (const act of [
      () => restricted.stage(repository.root, ['a']),
      () => restricted.discard(repository.root, ['a']),
      () => restricted.commit(repository.root, 'x'),
      () => restricted.fetch(repository.root),
      () => restricted.patchedTree(repository.root, 'HEAD', undefined),
    ])
      assert.equal((await failure(act())).reason, 'not trusted');
    assert.deepEqual([state(), lines], [before, []]);
  });
});
