import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export interface TestWorkspace {
  readonly folder: string;
  dispose(): Promise<void>;
}

const git = (folder: string, ...args: string[]) => promisify(execFile)('git', args, { cwd: folder, timeout: 30_000, env: gitEnvironment });

/** Git with nobody's configuration but ours, and with fixed times, so that commits have the same names everywhere. */
const gitEnvironment = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
};

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/**
 * A small project in a folder of its own: a git repository with two branches, a changed file, and two data files under DVC,
 * of which `data/train.csv` is as recorded and `data/test.csv` was modified since.
 */
export async function makeWorkspace(): Promise<TestWorkspace> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'ml-workspace-')));
  const write = async (path: string, content: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  const pointer = (content: string, name: string) =>
    `outs:\n- md5: ${md5(content)}\n  size: ${content.length}\n  hash: md5\n  path: ${name}\n`;
  const train = '0,1,2,7\n3,4,5,8\n';
  await write('README.md', '# A project\n');
  await write('configs/cnn.yaml', 'epochs: 1\nbatch_size: 128\n');
  await write('.gitignore', '.tracking/\n');
  await write('.dvc/config', '');
  await write('.dvc/.gitignore', '/cache\n/tmp\n');
  await write('data/.gitignore', '/train.csv\n/test.csv\n');
  await write('data/train.csv', train);
  await write('data/train.csv.dvc', pointer(train, 'train.csv'));
  await write('data/test.csv', 'changed\n');
  await write('data/test.csv.dvc', pointer('9,9,9,1\n', 'test.csv'));
  await git(folder, 'init', '--quiet', '--initial-branch', 'main');
  await git(folder, 'add', '--all');
  await git(folder, 'commit', '--quiet', '--message', 'Begin the project');
  await git(folder, 'branch', 'wider-network');
  await write('README.md', '# A project\n\nChanged since the commit.\n');
  return { folder, dispose: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}
