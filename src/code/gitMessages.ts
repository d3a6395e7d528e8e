/** Why git gave no answer. */
export type GitFailure =
  | 'not installed'
  | 'no repository'
  | 'not trusted'
  | 'timed out'
  | 'too large'
  | 'stopped'
  /** It would overwrite what is not committed; `files` names it. */
  | 'would lose'
  /** The same, of files that git ignores and that no stash takes: only moving them away helps. */
  | 'in the way'
  /** Another process holds the repository's index or a ref. */
  | 'locked'
  /** A remote wants a password or a key that nobody was there to give. */
  | 'not signed in'
  /** The remote has commits that are not here. */
  | 'rejected'
  /** There are conflicts to be resolved first. */
  | 'conflicts'
  | 'failed';

interface Known {
  readonly reason: GitFailure;
  readonly message: string;
  readonly files?: readonly string[];
}

/** What git's English messages (LC_ALL=C) mean to a person who wants to go on; undefined for those that speak for themselves. */
export function knownFailure(output: string): Known | undefined {
  const found = FAILURES.find(({ pattern }) => pattern.test(output));
  if (!found) return undefined;
  const files = [...new Set(output.split(/\r?\n/).flatMap((line) => /^\t(.+)$/.exec(line)?.[1] ?? []))];
  return { reason: found.reason, message: found.message, files };
}

const FAILURES: readonly { readonly pattern: RegExp; readonly reason: GitFailure; readonly message: string }[] = [
  {
    pattern:
      /would be (overwritten|removed) by|your local changes to the following|cannot (pull|rebase).*(unstaged|uncommitted)|not uptodate\. cannot merge/i,
    reason: 'would lose',
    message: 'This would overwrite what is not committed: commit or stash it first.',
  },
  {
    pattern:
      /unable to create '[^']*\.lock': file exists|another git process seems to be running|cannot lock ref|could not lock config file/i,
    reason: 'locked',
    message: 'Another git process is at work in this repository: try again when it has ended.',
  },
  {
    pattern:
      /could not read (username|password)|terminal prompts disabled|authentication failed|permission denied \(|host key verification failed|invalid username or (password|token)/i,
    reason: 'not signed in',
    message: 'The remote asks who you are, and nobody could answer: sign in once in a terminal (`git fetch`), then try again.',
  },
  {
    pattern: /\[rejected\]|\(fetch first\)|\(non-fast-forward\)|updates were rejected/i,
    reason: 'rejected',
    message: 'The remote has commits that are not here: pull first.',
  },
  {
    pattern: /not possible to fast-forward|diverging branches can't be fast-forwarded/i,
    reason: 'rejected',
    message: 'Both sides have new commits, so that a fast-forward is not possible: merge or rebase.',
  },
  {
    pattern:
      /^conflict \(|fix conflicts|unmerged (files|paths)|after resolving the conflicts|you need to resolve your current index first/im,
    reason: 'conflicts',
    message: 'There are conflicts: resolve and stage them, then continue, or give up what is under way.',
  },
  {
    pattern: /please tell me who you are|empty ident name|unable to auto-detect email/i,
    reason: 'failed',
    message: 'Git does not know who you are: set user.name and user.email (`git config --global user.name "…"`).',
  },
  {
    pattern: /failed to sign the data/i,
    reason: 'failed',
    message:
      'Git could not sign the commit: unlock the key once in a terminal, or sign none here (`git config commit.gpgSign false`). Nothing is lost: then try again.',
  },
  {
    pattern: /^warning: execution failed: /im,
    reason: 'failed',
    message: 'A command that the rebase runs between its commits has failed: mend what it found, then continue.',
  },
  {
    pattern: /nothing to commit|no changes added to commit|nothing added to commit/i,
    reason: 'failed',
    message: 'There is nothing to commit.',
  },
  {
    pattern:
      /could not resolve host|unable to access|connection (refused|timed out)|could not read from remote repository|does not appear to be a git repository/i,
    reason: 'failed',
    message: 'The remote cannot be reached: look at its URL and at the network.',
  },
];

/** The first of some files, for a message. */
export function few(files: readonly string[]): string {
  return files.slice(0, 3).join(', ') + (files.length > 3 ? ', …' : '');
}
