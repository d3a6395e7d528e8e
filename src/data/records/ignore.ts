import { parseDvcIgnoreRules } from './dvcIgnorePattern';
import { parseGitIgnoreRules } from './gitIgnorePattern';
import type { IgnoreRule } from './ignoreRule';

/** The rules of one file, which hold below its folder. */
interface RuleSet {
  /** Ends in `/`. */
  readonly folder: string;
  readonly rules: readonly IgnoreRule[];
}

/** Ignore rules of nested files: the last that fits decides, deeper files before higher ones. Paths have `/`. */
export class IgnoreRules {
  static readonly none = new IgnoreRules([]);

  private constructor(private readonly sets: readonly RuleSet[]) {}

  /** These rules with those of one more `.gitignore`, whose text stands in a folder at or below the ones before. */
  with(folder: string, text: string | undefined): IgnoreRules {
    return this.and(folder, text === undefined ? [] : parseGitIgnoreRules(text));
  }

  /** These rules with those of one more `.dvcignore`, which DVC reads otherwise at the repository's top than below. */
  withDvc(folder: string, text: string | undefined, isTop: boolean): IgnoreRules {
    return this.and(folder, text === undefined ? [] : parseDvcIgnoreRules(text, isTop));
  }

  /** Whether a path is ignored; the folders above it are taken not to be. */
  ignores(path: string, isFolder: boolean): boolean {
    for (let i = this.sets.length - 1; i >= 0; i--) {
      const { folder, rules } = this.sets[i] as RuleSet;
      if (!path.startsWith(folder)) continue;
      const inside = path.slice(folder.length);
      const rule = rules.findLast((each) => each.fits(inside, isFolder));
      if (rule) return !rule.negated;
    }
    return false;
  }

  private and(folder: string, rules: readonly IgnoreRule[]): IgnoreRules {
    return rules.length === 0 ? this : new IgnoreRules([...this.sets, { folder: folder.endsWith('/') ? folder : `${folder}/`, rules }]);
  }
}
