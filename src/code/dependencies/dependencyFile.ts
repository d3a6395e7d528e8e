import { posix } from 'node:path';
import { messageOf } from '../../core/errors';
import { parseCondaEnvironment } from './condaEnvironment';
import { parsePackageJson, parsePackageLock } from './npmFiles';
import type { Package } from './package';
import { parsePipfileLock, parsePyproject, parsePythonLock } from './pythonProject';
import { parseRequirements } from './requirements';

/** A dependency file with what it names. */
export interface DependencyFile {
  /** Relative to the repository's root. */
  readonly path: string;
  readonly packages: readonly Package[];
  /** One line: why the file could not be read. */
  readonly problem: string | undefined;
}

const READERS: readonly [pattern: RegExp, read: (content: string) => Package[]][] = [
  [/^([\w.-]*[-_.])?requirements([-_.][\w.-]+)?\.(txt|in)$/i, parseRequirements],
  [/^pyproject\.toml$/, parsePyproject],
  [/^(poetry|uv|pdm)\.lock$/, parsePythonLock],
  [/^Pipfile\.lock$/, parsePipfileLock],
  [/^(conda|[\w.-]*environment[\w.-]*)\.ya?ml$/, parseCondaEnvironment],
  [/^(package-lock|npm-shrinkwrap)\.json$/, parsePackageLock],
  [/^package\.json$/, parsePackageJson],
];

/** What may be a dependency file, as git's glob pathspecs; `parseDependencies` is stricter. */
export const DEPENDENCY_GLOBS = [
  '*requirements*.txt',
  '*requirements*.in',
  'pyproject.toml',
  'poetry.lock',
  'uv.lock',
  'pdm.lock',
  'Pipfile.lock',
  'conda.y*ml',
  '*environment*.y*ml',
  'package-lock.json',
  'npm-shrinkwrap.json',
  'package.json',
].map((name) => `:(glob)**/${name}`);

export function isDependencyFile(path: string): boolean {
  return !path.includes('node_modules/') && READERS.some(([pattern]) => pattern.test(posix.basename(path)));
}

/** Reads a dependency file by its name; undefined for any other file. One that can't be read says why. */
export function parseDependencies(path: string, content: string): DependencyFile | undefined {
  const read = READERS.find(([pattern]) => pattern.test(posix.basename(path)))?.[1];
  if (!read) return undefined;
  try {
    return { path, packages: read(content), problem: undefined };
  } catch (error) {
    return { path, packages: [], problem: `${posix.basename(path)} cannot be read: ${messageOf(error).split('\n', 1)[0] ?? ''}` };
  }
}
