import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { CodeRunner } from '../../../src/code/runner';
import { CodeRepository } from './codeRepository';

/** What talks to a remote waits in these tests until somebody writes into a pipe. */
describe('talking to a remote', () => {
  let repository: CodeRepository;
  let remote: CodeRepository;
  let runner: CodeRunner;
  const goOn = (): Promise<void> => writeFile(repository.path('.git', 'pipe'), 'go on\n');

  function script(path: string, ...lines: readonly string[]): string {
    repository.write(path, ['#!/bin/sh', `cat '${repository.path('.git', 'pipe')}' > /dev/null`, ...lines, ''].join('\n'));
    chmodSync(repository.path(path), 0o755);
    return repository.path(path);
  }

  beforeEach(function () {
    if (process.platform === 'win32') this.skip();
    repository = new CodeRepository();
    repository.configure();
    repository.commit('a', '1\n');
    remote = new CodeRepository();
    remote.git('config', 'core.bare', 'true');
    repository.git('remote', 'add', 'origin', remote.path('.git'));
    repository.git('push', '--quiet', '--set-upstream', 'origin', 'main');
    execFileSync('mkfifo', [repository.path('.git', 'pipe')]);
    runner = new CodeRunner(
      () => undefined,
      undefined,
      () => true,
    );
  });

  afterEach(() => {
    runner.dispose();
    repository.dispose();
    remote.dispose();
  });

  it('holds up nothing that is done here meanwhile', async () => {
    script('.git/hooks/pre-push');
    const pushed = repository.commit('a', '2\n');
    const pushing = runner.push(repository.root);
    repository.write('a', '3\n');
    await runner.stage(repository.root, ['a']);
    await runner.commit(repository.root, 'Meanwhile');
    assert.ok(!remote.git('rev-list', 'main').includes(pushed));
    await goOn();
    await pushing;
    assert.ok(remote.git('rev-list', 'main').includes(pushed));
  });

  it('sends the branch that somebody said yes to, also where another one is current by then', async () => {
    const upload = script('.git/slow', 'exec git-upload-pack "$@"');
    repository.git('config', 'remote.origin.uploadpack', upload);
    const fetching = runner.fetch(repository.root);
    const mine = repository.commit('a', '2\n');
    const { from } = await runner.pushTarget(repository.root);
    const pushing = runner.push(repository.root, { from });
    await runner.createBranch(repository.root, 'other', { switch: true });
    repository.commit('a', '3\n');
    await goOn();
    await fetching;
    await pushing;
    assert.equal(remote.git('for-each-ref', '--format=%(refname) %(objectname)'), `refs/heads/main ${mine}`);
  });

  it('asks no remote again while others wait for what was fetched to be taken', async () => {
    const ahead = repository.commit('a', '2\n');
    repository.git('push', '--quiet');
    repository.git('reset', '--quiet', '--hard', 'HEAD~1');
    const mine = repository.commit('b', 'mine\n');
    const asked = repository.path('.git', 'asked');
    repository.git('config', 'remote.origin.uploadpack', script('.git/slow', `echo . >> '${asked}'`, 'exec git-upload-pack "$@"'));
    const pulling = runner.pull(repository.root, { mode: 'merge' });
    await goOn();
    await pulling;
    assert.equal(readFileSync(asked, 'utf8'), '.\n');
    assert.equal(repository.git('log', '-1', '--format=%P %s'), `${mine} ${ahead} Merge remote-tracking branch 'origin/main'`);
  });

  it('pulls into the branch for which it was asked, or not at all', async () => {
    const ahead = repository.commit('a', '2\n');
    repository.git('push', '--quiet');
    repository.git('reset', '--quiet', '--hard', 'HEAD~1');
    repository.git('branch', '--track', 'other', 'origin/main');
    repository.git('reset', '--quiet', '--hard', 'other~1');
    repository.git('config', 'remote.origin.uploadpack', script('.git/slow', 'exec git-upload-pack "$@"'));
    const pulling = runner.pull(repository.root);
    const refused = assert.rejects(pulling, /main is not current any more/);
    await runner.switch(repository.root, { branch: 'other' });
    await goOn();
    await refused;
    repository.git('config', '--unset', 'remote.origin.uploadpack');
    await runner.switch(repository.root, { branch: 'main' });
    await runner.pull(repository.root);
    assert.equal(repository.git('rev-parse', 'main'), ahead);
  });
});
