import semver from 'semver';
import type { DataQuestion } from '../../../src/data/source';
import type { TriedRepository } from './repository';

/** A question as dvc's program is asked it, and as ours is. */
export interface Question {
  readonly name: string;
  readonly args: readonly string[];
  readonly ours: DataQuestion;
}

/**
 * What can be asked of a repository as it stands. `dvc status` comes last: it takes damaged objects out of the cache and makes sound
 * ones read-only, so that the others would look at another cache than ours did.
 */
export async function questionsOf(repository: TriedRepository, version: string): Promise<Question[]> {
  const { root } = repository;
  // Before 3.63 dvc had no renames in `data status`; ours follows the newest and is told so.
  const isNew = semver.gte(version, '3.63.0');
  const renames = isNew ? {} : { renames: false };
  const dataStatus = (name: string, args: readonly string[], ours: Partial<DataQuestion & { kind: 'dataStatus' }>): Question => ({
    name,
    args: ['data', 'status', '--json', '--unchanged', ...args],
    ours: { kind: 'dataStatus', root, unchanged: true, ...renames, ...ours },
  });
  const remote = repository.hasRemote();
  const commits = await repository.commits();
  const questions: Question[] = [
    dataStatus('data status', [], {}),
    dataStatus('data status, granular', ['--granular', '--untracked-files'], { granular: true, untracked: true }),
  ];
  if (repository.hasGit)
    questions.push({ name: 'diff', args: ['diff', '--json', '--show-hash'], ours: { kind: 'diff', root, hashes: true } });
  if (remote) questions.push({ name: 'status --cloud', args: ['status', '--cloud', '--json'], ours: { kind: 'cloudStatus', root } });
  // Older ones name what isn't in the remote a second time, under what is committed, and a folder as it stands in place of as it was.
  if (remote && isNew)
    questions.push(
      dataStatus('data status, not in remote', ['--not-in-remote'], { notInRemote: true }),
      dataStatus('data status, granular, not in remote', ['--granular', '--not-in-remote'], { granular: true, notInRemote: true }),
    );
  if (commits > 1)
    questions.push({
      name: 'diff of commits',
      args: ['diff', '--json', '--show-hash', 'HEAD~1', 'HEAD'],
      ours: { kind: 'diff', root, from: 'HEAD~1', to: 'HEAD', hashes: true },
    });
  questions.push({ name: 'status', args: ['status', '--json'], ours: { kind: 'status', root } });
  return questions;
}
