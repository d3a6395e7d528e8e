import { posix } from 'node:path';

interface Rule {
  readonly expression: RegExp;
  readonly negated: boolean;
  readonly foldersOnly: boolean;
}

/** The rules of one `.gitignore` or `.dvcignore`, which hold below its folder. */
interface RuleSet {
  readonly folder: string;
  readonly rules: readonly Rule[];
}

/** Ignore rules as git has them: the last that fits decides, deeper files before higher ones. Paths have `/`. */
export class IgnoreRules {
  static readonly none = new IgnoreRules([]);

  private constructor(private readonly sets: readonly RuleSet[]) {}

  /** These rules with those of one more file, whose text stands in a folder below the ones before. */
  with(folder: string, text: string | undefined): IgnoreRules {
    const rules = text === undefined ? [] : parseRules(text);
    return rules.length === 0 ? this : new IgnoreRules([...this.sets, { folder, rules }]);
  }

  /** Whether a path is ignored; the folders above it are taken not to be. */
  ignores(path: string, isFolder: boolean): boolean {
    for (let i = this.sets.length - 1; i >= 0; i--) {
      const { folder, rules } = this.sets[i] as RuleSet;
      const inside = posix.relative(folder, path);
      if (inside === '' || inside.startsWith('../')) continue;
      const rule = rules.findLast(({ foldersOnly, expression }) => (isFolder || !foldersOnly) && expression.test(inside));
      if (rule) return !rule.negated;
    }
    return false;
  }
}

function parseRules(text: string): Rule[] {
  return text.split(/\r?\n/).flatMap((line) => {
    let pattern = line.replace(/^\uFEFF/, '').replace(/(?<!\\)\s+$/, '');
    if (pattern === '' || pattern.startsWith('#')) return [];
    const negated = pattern.startsWith('!');
    if (negated) pattern = pattern.slice(1);
    const foldersOnly = pattern.endsWith('/');
    if (foldersOnly) pattern = pattern.replace(/\/+$/, '');
    if (pattern === '') return [];
    const anchored = pattern.includes('/');
    const source = sourceOf(pattern.replace(/^\//, ''));
    try {
      return [{ expression: new RegExp(`^${anchored ? '' : '(?:.*/)?'}${source}$`, 's'), negated, foldersOnly }];
    } catch {
      // A broken bracket matches nothing, as in git.
      return [];
    }
  });
}

function sourceOf(pattern: string): string {
  let source = '';
  for (let i = 0; i < pattern.length;) {
    const rest = pattern.slice(i);
    const special = (
      [
        [/^\*\*\/(?:\*\*\/)*/, i === 0 || pattern[i - 1] === '/' ? '(?:.*/)?' : '[^/]*/'],
        [/^\*\*$/, i === 0 || pattern[i - 1] === '/' ? '.+' : '[^/]*'],
        [/^\*+/, '[^/]*'],
        [/^\?/, '[^/]'],
      ] as const
    ).find(([token]) => token.test(rest));
    const bracket = /^\[([!^]?)(\]?[^\]]*)\]/.exec(rest);
    if (special) {
      source += special[1];
      i += special[0].exec(rest)?.[0].length ?? 1;
    } else if (bracket) {
      source += `(?!/)[${bracket[1] ? '^' : ''}${(bracket[2] ?? '').replace(/[\\\][^]/g, '\\$&')}]`;
      i += bracket[0].length;
    } else {
      const escaped = pattern[i] === '\\' && i + 1 < pattern.length;
      source += (pattern[escaped ? i + 1 : i] ?? '').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
      i += escaped ? 2 : 1;
    }
  }
  return source;
}
