import { GitError, type Git, type GitOptions } from './git';
import { LOG_FORMAT, parseLog } from './parse';
import { withoutIgnoredRevisions } from './plainBlame';
import type { Commit } from './repository';

/** Who wrote a line. */
export interface LineCommit {
  readonly hash: string;
  readonly subject: string;
  readonly author: string;
  /** Milliseconds since the epoch, of the commit. */
  readonly time: number;
  /** The line's number in that commit's file, from 1 on. */
  readonly line: number;
}

/** Which commits wrote a file's lines. */
export class LineHistoryReader {
  constructor(private readonly git: Git) {}

  async history(
    root: string,
    path: string,
    from: number,
    to: number,
    { max = 50, ...options }: GitOptions & { readonly max?: number } = {},
  ): Promise<Commit[]> {
    const output = await this.git.text(
      root,
      [
        'log',
        `-L${from},${to}:${path}`,
        '--no-patch',
        '--decorate=full',
        '--no-color',
        '--encoding=UTF-8',
        '--no-ext-diff',
        '--no-textconv',
        `--format=${LOG_FORMAT}`,
        `--max-count=${max}`,
      ],
      options,
    );
    return parseLog(output);
  }

  async blame(root: string, path: string, options?: GitOptions): Promise<readonly (LineCommit | undefined)[]> {
    const command = ['blame', '--porcelain', '--no-textconv', '--encoding=UTF-8', '--', path];
    try {
      return parseBlame(await this.git.text(root, command, options));
    } catch (error) {
      // The settings may name a list of commits to be passed over that isn't here, or holds no commits: then none is passed over.
      if (!(error instanceof GitError && /object name/.test(error.details))) throw error;
      return parseBlame(await withoutIgnoredRevisions(this.git, root, command, options));
    }
  }
}

/** Reads `git blame --porcelain`; the lines in their order, undefined for those of no commit. */
export function parseBlame(output: string): (LineCommit | undefined)[] {
  const commits = new Map<string, { subject: string; author: string; time: number }>();
  const lines: (LineCommit | undefined)[] = [];
  let current = { hash: '', line: 0 };
  for (const line of output.split('\n')) {
    if (line.startsWith('\t')) {
      const known = commits.get(current.hash);
      lines.push(known && !/^0+$/.test(current.hash) ? { ...current, ...known } : undefined);
      continue;
    }
    const begin = /^([0-9a-f]{40,64}) (\d+) \d+/.exec(line);
    if (begin) {
      current = { hash: begin[1] ?? '', line: Number(begin[2]) };
      if (!commits.has(current.hash)) commits.set(current.hash, { subject: '', author: '', time: 0 });
      continue;
    }
    const known = commits.get(current.hash);
    const [, key, value = ''] = /^(author|committer-time|summary)(?: (.*))?$/.exec(line) ?? [];
    if (!known) continue;
    if (key === 'author') known.author = value;
    else if (key === 'committer-time') known.time = Number(value) * 1000;
    else if (key === 'summary') known.subject = value;
  }
  return lines;
}
