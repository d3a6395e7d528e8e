import { join } from 'node:path';
import semver from 'semver';
import type { DataQuestion } from '../../../src/data/source';
import type { TriedRepository } from './repository';

/** A question as dvc's program is asked it, and as ours is. */
export interface Question {
  readonly name: string;
  readonly args: readonly string[];
  /** Where dvc stands, from the root. */
  readonly folder?: string;
  readonly ours: DataQuestion;
}

/**
 * What can be asked of a repository as it stands. Ours answers as the newest dvc does; what older ones are not asked, since they are
 * known to answer differently, stands in `olderQuestions`.
 */
export async function questionsOf(repository: TriedRepository, version: string): Promise<Question[]> {
  const { root } = repository;
  const commits = await repository.commits();
  const remote = repository.hasRemote();
  const questions: Question[] = [
    ...dataStatus(root, '', [], {}),
    ...dataStatus(root, ', granular', ['--granular', '--untracked-files'], { granular: true, untracked: true }),
  ];
  if (remote)
    questions.push(
      ...dataStatus(root, ', not in remote', ['--not-in-remote'], { notInRemote: true }),
      ...dataStatus(root, ', granular, not in remote', ['--granular', '--not-in-remote'], { granular: true, notInRemote: true }),
      { name: 'status --cloud', args: ['status', '--cloud', '--json'], ours: { kind: 'cloudStatus', root } },
    );
  if (repository.hasGit)
    questions.push({ name: 'diff', args: ['diff', '--json', '--show-hash'], ours: { kind: 'diff', root, hashes: true } });
  if (commits > 1)
    questions.push({
      name: 'diff of commits',
      args: ['diff', '--json', '--show-hash', 'HEAD~1', 'HEAD'],
      ours: { kind: 'diff', root, from: 'HEAD~1', to: 'HEAD', hashes: true },
    });
  if (repository.hasFolder('sub')) {
    const folder = join(root, 'sub');
    const untracked = dataStatus(root, ', untracked, below', ['--untracked-files'], { untracked: true, folder });
    questions.push(...untracked.map((question) => ({ ...question, folder: 'sub' })), {
      name: 'status, below',
      args: ['status', '--json'],
      folder: 'sub',
      ours: { kind: 'status', root, folder },
    });
  }
  questions.push({ name: 'status', args: ['status', '--json'], ours: { kind: 'status', root } });
  const hasManifests = await repository.hasManifests();
  const known =
    hasManifests || !(await repository.hasRepositoryImport()) ? questions : questions.filter((question) => !needsMembers(question));
  return semver.gte(version, '3.63.0') ? known : olderQuestions(known, commits > 0 || !repository.hasGit, hasManifests);
}

/**
 * Where the manifest of a folder that was imported from a repository isn't in the cache, dvc clones that repository to list the folder;
 * ours runs nothing and says that what is in it is unknown.
 */
function needsMembers({ ours }: Question): boolean {
  return ours.kind === 'diff' || (ours.kind === 'dataStatus' && ours.granular === true);
}

function dataStatus(root: string, name: string, args: readonly string[], ours: object): Question[] {
  return [
    {
      name: `data status${name}`,
      args: ['data', 'status', '--json', '--unchanged', ...args],
      ours: { kind: 'dataStatus', root, unchanged: true, ...ours },
    },
  ];
}

/**
 * Before 3.63, dvc
 * - had no renames in `data status`; ours can do without them;
 * - named what isn't in the remote a second time, under what is committed;
 * - had nothing committed before the first commit, where now all is added;
 * - told in `diff` only of what has changed that it isn't in the cache; and took the members of a folder whose manifest isn't in the
 *   cache for added or deleted, where now nothing is said of what can't be known; as it did in `data status` with what was imported;
 * - took links that git tracks for untracked files.
 */
function olderQuestions(questions: readonly Question[], hasBegun: boolean, hasManifests: boolean): Question[] {
  return questions
    .filter(({ ours }) => ours.kind !== 'dataStatus' || (!ours.notInRemote && hasBegun))
    .filter((question) => hasManifests || !needsMembers(question))
    .map((question) => {
      const { args, ours } = question;
      if (ours.kind === 'dataStatus') {
        const kept = args.filter((arg) => arg !== '--untracked-files');
        return { ...question, args: kept, ours: { ...ours, renames: false, untracked: false } };
      }
      return ours.kind === 'diff' ? { ...question, args: [...args, '--hide-missing'], ours: { ...ours, hideMissing: true } } : question;
    });
}
