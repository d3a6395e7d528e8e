/** Why dvc did not do what it was asked. */
export type DvcFailure =
  | 'not installed'
  | 'too old'
  | 'not trusted'
  | 'timed out'
  | 'stopped'
  /** Data whose content is nowhere else would go; `files` names it. */
  | 'would lose'
  /** Another process of dvc works in the repository. */
  | 'locked'
  /** Objects that are neither in the cache nor where they were sought. */
  | 'cache missing'
  | 'no remote'
  | 'not signed in'
  | 'no git'
  | 'no repository'
  /** It is there already: a repository, a file in the place of an import. */
  | 'exists'
  /** Git tracks the file, so that dvc can't. */
  | 'in git'
  /** A command of a stage failed. */
  | 'stage failed'
  /** The remote's kind needs a package of Python's that isn't there. */
  | 'missing plugin'
  | 'failed';

/** Why dvc did not do what it was asked, in one line that a person can act on. */
export class DvcError extends Error {
  override readonly name = 'DvcError';

  constructor(
    readonly reason: DvcFailure,
    message: string,
    /** All that dvc said. */
    readonly details: string = message,
    /** The files that it is about. */
    readonly files: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
