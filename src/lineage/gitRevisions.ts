import { GitError } from '../code/git';
import type { CodeReader } from '../code/reader';
import type { FileRevision, RevisionFile, Revisions } from '../data/revisions';

/** Trees of so many commits are remembered. */
const MOST = 4;

interface Tree {
  readonly key: string;
  readonly files: Promise<readonly RevisionFile[]>;
}

/** Asks git what a DVC repository's commits hold. */
export class GitRevisions implements Revisions {
  /** Newest first; a commit never changes. */
  private readonly trees: Tree[] = [];

  constructor(private readonly reader: CodeReader) {}

  async tracks(root: string, signal?: AbortSignal): Promise<boolean> {
    try {
      await this.reader.places(root, optional(signal));
      return true;
    } catch (error) {
      if (isWithoutGit(error)) return false;
      throw error;
    }
  }

  async commit(root: string, revision: string): Promise<string | undefined> {
    try {
      return await this.reader.commit(root, revision);
    } catch (error) {
      if (isWithoutGit(error)) return undefined;
      throw error;
    }
  }

  async files(root: string, commit: string, endings: readonly string[], signal?: AbortSignal): Promise<readonly RevisionFile[]> {
    const key = JSON.stringify([root, commit, endings]);
    const known = this.trees.find((tree) => tree.key === key);
    if (known) return known.files;
    const tree = { key, files: this.list(root, commit, endings, signal) };
    this.trees.unshift(tree);
    this.trees.splice(MOST);
    tree.files.catch(() => this.trees.splice(this.trees.indexOf(tree) >>> 0, 1));
    return tree.files;
  }

  contents(root: string, ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Buffer>> {
    return this.reader.storedContents(root, ids, optional(signal));
  }

  async history(root: string, path: string, most: number, signal?: AbortSignal): Promise<readonly FileRevision[]> {
    const versions = await this.reader.versions(root, path, most, optional(signal));
    return versions.map(({ hash, ...version }) => ({ ...version, id: hash }));
  }

  untracked(root: string, signal?: AbortSignal): Promise<readonly string[]> {
    return this.reader.untracked(root, optional(signal));
  }

  dispose(): void {
    this.reader.dispose();
  }

  private async list(root: string, commit: string, endings: readonly string[], signal: AbortSignal | undefined): Promise<RevisionFile[]> {
    const files = await this.reader.storedFiles(root, commit, optional(signal));
    const wanted = files.filter(({ path }) => endings.some((ending) => path.endsWith(ending)));
    const below = files.flatMap(({ path }) => {
      const found = /^(.+\/)\.dvc\/[^]*$/.exec(path);
      return found?.[1] === undefined ? [] : [found[1]];
    });
    const repositories = [...new Set(below)];
    return wanted
      .filter(({ path }) => !repositories.some((folder) => path.startsWith(folder)))
      .map(({ path, hash }) => ({ path, id: hash }));
  }
}

function isWithoutGit(error: unknown): boolean {
  return error instanceof GitError && (error.reason === 'no repository' || error.reason === 'not installed');
}

function optional(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal ? { signal } : {};
}
