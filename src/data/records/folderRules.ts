import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { homeFolder } from '../../core/homeFolder';
import { readBounded } from './boundedFile';
import { IgnoreRules } from './ignore';
import { ancestors, isWithin, toPosix } from './recordPath';
import { diskSource, type RecordSource } from './recordSource';

/** What DVC ignores wherever it walks. */
const DEFAULTS = '.hg/\n.git/\n.git\n.dvc/';

/** The `.dvcignore` rules that hold in a folder, those above it given; undefined for the root, where DVC's own begin. */
export async function dvcRulesAt(source: RecordSource, folder: string, above: IgnoreRules | undefined): Promise<IgnoreRules> {
  const rules = above ?? IgnoreRules.none.withDvc(toPosix(folder), DEFAULTS, true);
  // A .dvcignore that is ignored itself says nothing.
  if (rules.ignores(`${toPosix(folder)}/.dvcignore`, false)) return rules;
  const bytes = await source.read(join(folder, '.dvcignore')).catch(() => undefined);
  return rules.withDvc(toPosix(folder), bytes?.toString('utf8'), above === undefined);
}

/** The `.dvcignore` rules that hold in a folder of the repository at `root`, for walking what is tracked there. */
export async function dvcIgnoreRules(root: string, folder: string, source: RecordSource = diskSource): Promise<IgnoreRules> {
  let rules: IgnoreRules | undefined;
  for (const above of ancestors(folder).reverse()) if (isWithin(root, above)) rules = await dvcRulesAt(source, above, rules);
  return rules ?? IgnoreRules.none;
}

/** git's rules from outside a folder: the person's own, the clone's, and those of the folders above it; undefined without git. */
export async function gitRulesAbove(root: string): Promise<IgnoreRules | undefined> {
  const above = ancestors(root);
  let top: string | undefined;
  for (const folder of above) {
    if ((await readdir(folder).catch((): string[] => [])).includes('.git')) {
      top = folder;
      break;
    }
  }
  if (top === undefined) return undefined;
  const own = join(process.env['XDG_CONFIG_HOME'] || join(homeFolder(homedir), '.config'), 'git', 'ignore');
  let rules = IgnoreRules.none.with(toPosix(top), await textOf(own)).with(toPosix(top), await textOf(join(top, '.git', 'info', 'exclude')));
  const between = above.slice(1, above.indexOf(top) + 1).reverse();
  for (const folder of top === root ? [] : between) rules = rules.with(toPosix(folder), await textOf(join(folder, '.gitignore')));
  return rules;
}

async function textOf(file: string): Promise<string | undefined> {
  return (await readBounded(file).catch(() => undefined))?.toString('utf8');
}
