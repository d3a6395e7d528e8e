import type { GitOptions } from '../git';
import type { CodeReader } from '../reader';
import { pathOf, type Side } from '../side';
import { DEPENDENCY_GLOBS, isDependencyFile, parseDependencies, type DependencyFile } from './dependencyFile';
import type { PackageChange } from './package';
import { packageChanges } from './packageChanges';

/** What changed in one dependency file. */
export interface DependencyFileChange {
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** Empty where the file changed without another package or version. */
  readonly packages: readonly PackageChange[];
  readonly problem: string | undefined;
}

/** Which dependencies two states of a repository have differently. */
export class DependencyReader {
  constructor(private readonly reader: CodeReader) {}

  /** The dependency files that differ between two sides, anywhere in the repository. */
  async changes(root: string, from: Side, to: Side, options: GitOptions = {}): Promise<DependencyFileChange[]> {
    const differences = await this.reader.diff(root, from, to, {
      ...options,
      paths: DEPENDENCY_GLOBS,
      globs: true,
      untracked: true,
      count: false,
    });
    const wanted = differences.filter((each) => isDependencyFile(pathOf(each)));
    return Promise.all(
      wanted.map(async (each): Promise<DependencyFileChange> => {
        const [before, after] = await Promise.all([
          each.before && this.reader.content(root, from, each.before, options),
          each.after && this.reader.content(root, to, each.after, options),
        ]);
        return fileChange(pathOf(each), before?.toString('utf8'), after?.toString('utf8'));
      }),
    );
  }

  /** The dependency files of one side, with what they name. */
  async files(root: string, side: Side, options: GitOptions = {}): Promise<DependencyFile[]> {
    const paths = await this.reader.files(root, side, DEPENDENCY_GLOBS, options);
    const found = await Promise.all(
      paths.filter(isDependencyFile).map(async (path) => {
        const content = await this.reader.content(root, side, path, options);
        return content && parseDependencies(path, content.toString('utf8'));
      }),
    );
    return found.filter((each) => each !== undefined);
  }
}

/** The same from two texts, e.g. of a file that was logged with a run and the one that is here; undefined where there is none. */
export function fileChange(path: string, before: string | undefined, after: string | undefined): DependencyFileChange {
  const [old, now] = [before, after].map((content) => (content === undefined ? undefined : parseDependencies(path, content)));
  return {
    path,
    kind: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
    packages: packageChanges(old?.packages ?? [], now?.packages ?? []),
    problem: old?.problem ?? now?.problem,
  };
}
