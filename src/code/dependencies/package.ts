export type Ecosystem = 'python' | 'npm' | 'conda';

/** A package that a dependency file names. */
export interface Package {
  /** As its ecosystem writes it; Python's in lower case with `-` for runs of `-`, `_` and `.`, so that each has one name. */
  readonly name: string;
  readonly ecosystem: Ecosystem;
  /** Where exactly one version is meant. */
  readonly version: string | undefined;
  /** What is asked for, as it is written, e.g. `>=2.1,<3` or a URL; empty for any version. */
  readonly requirement: string;
}

export type PackageChangeKind = 'added' | 'removed' | 'up' | 'down' | 'changed';

/** How a package differs between two states of a dependency file. */
export interface PackageChange {
  readonly name: string;
  readonly ecosystem: Ecosystem;
  readonly kind: PackageChangeKind;
  /** Versions, else what is asked for; several (as npm has them) with a comma between. Undefined where the package isn't there. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** PEP 503: the one spelling of a Python package's name. */
export function pythonName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
