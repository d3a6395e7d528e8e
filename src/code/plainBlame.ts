import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Git, GitOptions } from './git';
import { configuration } from './restraint';

/** Settings that are about where the repository is, and those that must not count. */
const LEFT_OUT = /^(blame\.ignorerevsfile|core\.(worktree|bare|repositoryformatversion)|(extensions|include|includeif|safe)\..*)$/is;

/**
 * Runs git on a repository as though `blame.ignoreRevsFile` had never been set: git opens each file that any configuration names
 * there and gives up where one is missing (a name in the person's own configuration means another file in each repository), and
 * nothing clears the list before that. So it gets a git folder of its own, that has the same objects and all other settings.
 */
export async function withoutIgnoredRevisions(git: Git, root: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const ask = async (...names: string[]): Promise<string> => (await git.text(root, ['rev-parse', ...names], options)).replace(/\r?\n$/, '');
  const [head, objects, format, attributes] = await Promise.all([
    ask('--verify', 'HEAD'),
    ask('--git-path', 'objects'),
    ask('--show-object-format'),
    ask('--git-path', 'info/attributes'),
  ]);
  const records = (await git.text(root, ['config', '--list', '--null'], options)).split('\0').filter(Boolean);
  const settings = records.flatMap((record): [string, string][] => {
    const [key = ''] = record.split('\n', 1);
    return LEFT_OUT.test(key) ? [] : [[key, /\n([^]*)$/.exec(record)?.[1] ?? 'true']];
  });
  const folder = await mkdtemp(join(tmpdir(), 'ml-tracking-'));
  try {
    const extensions = format === 'sha1' ? '' : `[extensions]\n\tobjectFormat = ${format}\n`;
    await Promise.all(['refs', 'info'].map((name) => mkdir(join(folder, name))));
    await copyFile(resolve(root, attributes), join(folder, 'info', 'attributes')).catch(() => undefined);
    await writeFile(join(folder, 'HEAD'), `${head}\n`);
    await writeFile(
      join(folder, 'config'),
      `[core]\n\trepositoryFormatVersion = ${format === 'sha1' ? 0 : 1}\n\tbare = false\n${extensions}`,
    );
    const environment = {
      ...configuration(settings, options.environment),
      GIT_DIR: folder,
      GIT_WORK_TREE: root,
      GIT_OBJECT_DIRECTORY: resolve(root, objects),
      GIT_CONFIG_GLOBAL: devNull,
      GIT_CONFIG_NOSYSTEM: '1',
    };
    return await git.text(root, args, { ...options, environment });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
