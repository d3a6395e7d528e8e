import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../core/errors';
import { homeFolder } from '../../core/homeFolder';
import { DvcFormatError } from './dvcFile';
import { IgnoreRules } from './ignore';
import type { RecordFiles } from './recordFiles';
import { ancestors, type TrackedOut } from './repository';
import { Slots } from '../hashing/slots';

/** A file of DVC's that can't be read. */
export interface BrokenFile {
  readonly file: string;
  readonly message: string;
  /** From 1. */
  readonly line: number;
}

export interface Scan {
  readonly outs: readonly TrackedOut[];
  readonly broken: readonly BrokenFile[];
  /** Every `.dvc` file and `dvc.lock` found, absolute. */
  readonly files: readonly string[];
}

/** Folders in which no `.dvc` file of this repository can be, or nobody means one to be. */
const SKIPPED = new Set(['.git', '.hg', '.dvc', '.tracking', 'node_modules']);

/** Finds the `.dvc` files and `dvc.lock` of a repository, as DVC does: not in ignored folders, in outs, or in repositories below. */
export async function scanRepository(root: string, records: RecordFiles, signal?: AbortSignal): Promise<Scan> {
  const outs: TrackedOut[] = [];
  const broken: BrokenFile[] = [];
  const files: string[] = [];
  const targets = new Set<string>();
  const slots = new Slots(32);

  const read = async (file: string): Promise<void> => {
    files.push(file);
    try {
      for (const out of await records.outs(file)) {
        outs.push(out);
        targets.add(out.target);
      }
    } catch (error) {
      broken.push({ file, message: messageOf(error), line: error instanceof DvcFormatError ? error.line : 1 });
    }
  };

  const visit = async (folder: string, outerGit: IgnoreRules, outerDvc: IgnoreRules): Promise<void> => {
    signal?.throwIfAborted();
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const names = new Set(entries.map((entry) => entry.name));
    if (folder !== root && entries.some((entry) => entry.name === '.dvc' && entry.isDirectory())) return;
    const here = toPosix(folder);
    const git = names.has('.gitignore') ? outerGit.with(here, await textOf(join(folder, '.gitignore'))) : outerGit;
    const dvc = names.has('.dvcignore') ? outerDvc.with(here, await textOf(join(folder, '.dvcignore'))) : outerDvc;
    const ignored = (name: string, isFolder: boolean): boolean =>
      git.ignores(`${here}/${name}`, isFolder) || dvc.ignores(`${here}/${name}`, isFolder);
    // A lock without its pipeline is what git left behind.
    const isRecord = (name: string): boolean => isDvcFile(name) && (name !== 'dvc.lock' || names.has('dvc.yaml'));
    const found = entries.filter((entry) => !entry.isDirectory() && isRecord(entry.name) && !ignored(entry.name, false));
    await Promise.all(found.map((entry) => slots.use(() => read(join(folder, entry.name)))));
    await Promise.all(
      entries
        .filter(
          (entry) =>
            entry.isDirectory() && !SKIPPED.has(entry.name) && !targets.has(join(folder, entry.name)) && !ignored(entry.name, true),
        )
        .map((entry) => visit(join(folder, entry.name), git, dvc)),
    );
  };

  await visit(root, await outerGitRules(root), IgnoreRules.none);
  records.keepOnly(files);
  return { outs, broken, files };
}

/** The `.dvcignore` rules that hold in a folder, for walking what is tracked there. */
export async function dvcIgnoreRules(root: string, folder: string): Promise<IgnoreRules> {
  let rules = IgnoreRules.none;
  for (const above of ancestors(folder).reverse()) {
    if (above.length < root.length) continue;
    rules = rules.with(toPosix(above), await textOf(join(above, '.dvcignore')));
  }
  return rules;
}

/** git's rules from outside the folder: the person's own, the clone's, and those of the folders above it in the repository. */
async function outerGitRules(root: string): Promise<IgnoreRules> {
  const above = ancestors(root);
  let top: string | undefined;
  for (const folder of above) {
    if ((await readdir(folder).catch((): string[] => [])).includes('.git')) {
      top = folder;
      break;
    }
  }
  if (top === undefined) return IgnoreRules.none;
  const own = join(process.env['XDG_CONFIG_HOME'] || join(homeFolder(homedir), '.config'), 'git', 'ignore');
  let rules = IgnoreRules.none.with(toPosix(top), await textOf(own)).with(toPosix(top), await textOf(join(top, '.git', 'info', 'exclude')));
  const between = above.slice(1, above.indexOf(top) + 1).reverse();
  for (const folder of top === root ? [] : between) rules = rules.with(toPosix(folder), await textOf(join(folder, '.gitignore')));
  return rules;
}

export function toPosix(path: string): string {
  return path.replaceAll('\\', process.platform === 'win32' ? '/' : '\\');
}

function isDvcFile(name: string): boolean {
  return name === 'dvc.lock' || (name.endsWith('.dvc') && name !== '.dvc');
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
