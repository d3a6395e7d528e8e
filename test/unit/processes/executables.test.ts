import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Git, GitError } from '../../../src/code/git';
import { windowsProgram } from '../../../src/core/windowsProgram';
import { ProgramPaths } from '../../../src/processes/executables';
import { ProcessGroups } from '../../../src/processes/processGroups';

/** As on Windows, where the system would take a program from the folder that it is started in. */
describe('programs that are named without a folder', () => {
  let above: string;
  let repository: string;
  let programs: string;
  let lines: string[];
  let groups: ProcessGroups;

  beforeEach(function () {
    if (process.platform === 'win32') this.skip();
    above = mkdtempSync(join(tmpdir(), 'ml-tracking-names-'));
    [repository, programs] = [join(above, 'repository'), join(above, 'programs')];
    program(repository, 'hostile');
    program(join(above, 'empty'));
    lines = [];
    groups = new ProcessGroups((line) => lines.push(line), 'win32');
  });
  afterEach(() => {
    groups.dispose();
    rmSync(above, { recursive: true, force: true });
  });

  /** Makes a folder, with a program `git.exe` where it is told what that prints. */
  function program(folder: string, says?: string): string {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'git.exe');
    if (says === undefined) return file;
    writeFileSync(file, `#!/bin/sh\necho ${says}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  async function said(path: readonly string[]): Promise<string> {
    let output = '';
    await groups.run({
      file: 'git',
      args: [],
      folder: repository,
      environment: { Path: path.join(delimiter) },
      title: 'git',
      onOutput: (chunk) => (output += chunk.toString()),
    });
    return output.trim();
  }

  it('come from the PATH, never from the folder that they are started in', async () => {
    await assert.rejects(said(['', '.', join(above, 'empty')]), { code: 'ENOENT', message: 'spawn git ENOENT' });
    assert.match(lines.at(-1) ?? '', /^git \[.*\] not started: git is not on the PATH$/);
    program(programs, 'ours');
    assert.equal(await said(['', '.', join(above, 'empty'), programs]), 'ours');
  });

  it('are looked for again where they went, and where the PATH is another one', async () => {
    const [first, second] = [program(programs, 'first'), program(join(above, 'other'), 'second')];
    const path = [programs, join(above, 'other')];
    assert.equal(await said(path), 'first');
    rmSync(first);
    assert.equal(await said(path), 'second');
    rmSync(second);
    await assert.rejects(said(path), { code: 'ENOENT' });
    program(programs, 'again');
    assert.equal(await said(path), 'again');
    assert.equal(await said([repository]), 'hostile', 'whoever puts it on the PATH wants it');
  });

  it('are left as they are elsewhere, and where they name a folder', async () => {
    const environment = { PATH: programs };
    assert.equal(await new ProgramPaths('linux').of('git', environment), 'git');
    for (const path of ['C:\\Git\\git.exe', '.\\git.exe', './git', '/usr/bin/git'])
      assert.equal(await new ProgramPaths('win32').of(path, environment), path);
  });

  it('end with who has gone while they were looked for', async () => {
    program(programs, 'ours');
    const running = groups.run({ file: 'git', args: [], folder: repository, environment: { PATH: programs }, title: 'git' });
    groups.dispose();
    assert.equal((await running).stopped, 'cancelled');
  });

  it('are git that is not installed, where there is none', async () => {
    const missing = new Git(() => undefined, ['no-such-program-here']);
    await assert.rejects(missing.text(repository, ['status']), (error) => error instanceof GitError && error.reason === 'not installed');
  });

  it('come with Windows from where Windows is', () => {
    assert.equal(windowsProgram('taskkill.exe', { SystemRoot: 'D:\\Win' }), 'D:\\Win\\System32\\taskkill.exe');
    assert.equal(windowsProgram('taskkill.exe', {}), 'C:\\Windows\\System32\\taskkill.exe');
  });
});
