/** A rule of a `.gitignore` or a `.dvcignore`. */
export interface IgnoreRule {
  readonly negated: boolean;
  /** Whether it is about a path, with `/`, relative to the file's folder. */
  fits(path: string, isFolder: boolean): boolean;
}
