import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Git, READING, type GitOptions, type LogLine } from './git';
import { findGitFolders } from './refFiles';
import { configuration, restraining } from './restraint';

/** Commands that ask git itself to look into submodules. */
const LOOKING = new Set(['status', 'diff']);
/** Parts of a configuration that may name a program, or another configuration. */
const SUSPICIOUS = /^\s*\[\s*(filter|diff|include|includeif)\b/im;

interface Links {
  readonly stamp: string;
  readonly paths: readonly string[];
}

/**
 * Git for reading a repository that is trusted, whose submodules are not: where git looks into them, the filters and diff drivers
 * that a submodule's own configuration names are replaced by those that the repository (or the person) has under the same
 * names, or by none.
 */
export class SubmoduleCaution extends Git {
  private readonly known = new Map<string, Links>();

  constructor(log: LogLine, binaries?: readonly string[]) {
    super(log, binaries, READING);
  }

  override async bytes(folder: string, args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
    if (!looks(args)) return super.bytes(folder, args, options);
    const signal = options.signal && { signal: options.signal };
    const settings = await this.settings(folder, signal);
    if (settings.length === 0) return super.bytes(folder, args, options);
    return super.bytes(folder, args, { ...options, environment: configuration(settings, options.environment) });
  }

  private async settings(folder: string, options: GitOptions | undefined): Promise<[key: string, value: string][]> {
    const place = await findGitFolders(folder);
    if (!place) return [];
    const keys = new Set<string>();
    for (const inner of await this.submodules(place, options)) {
      const texts = await Promise.all(['config', 'config.worktree'].map((name) => textOf(join(inner.commonDir, name))));
      if (inner.gitDir !== inner.commonDir) texts.push(await textOf(join(inner.gitDir, 'config.worktree')));
      if (!texts.some((text) => SUSPICIOUS.test(text))) continue;
      const output = await super.bytes(inner.root, ['config', '--list', '--null', '--name-only', '--show-scope'], options);
      const fields = output.toString('utf8').split('\0');
      for (let i = 0; i + 1 < fields.length; i += 2) if (/^(local|worktree)$/.test(fields[i] ?? '')) keys.add(fields[i + 1] ?? '');
    }
    const none = restraining([...keys]);
    if (none.length === 0) return [];
    const own = (await super.bytes(place.root, ['config', '--list', '--null'], options)).toString('utf8').split('\0');
    const values = new Map(own.map((record) => [record.split('\n', 1)[0] ?? '', /\n([^]*)$/.exec(record)?.[1] ?? 'true']));
    return none.map(([key, value]) => [key, values.get(key) ?? value]);
  }

  /** The submodules that are there, and theirs. */
  private async submodules(place: Place, options: GitOptions | undefined, seen = new Set([place.root])): Promise<Place[]> {
    const found: Place[] = [];
    for (const path of await this.links(place, options)) {
      const inner = await findGitFolders(join(place.root, path));
      // Of one that isn't there the repository around it is found.
      if (!inner || seen.has(inner.root)) continue;
      seen.add(inner.root);
      found.push(inner, ...(await this.submodules(inner, options, seen)));
    }
    return found;
  }

  /** Where the index has submodules; it is read again only when it has changed. */
  private async links({ root, gitDir }: Place, options: GitOptions | undefined): Promise<readonly string[]> {
    const info = await stat(join(gitDir, 'index'), { bigint: true }).catch(() => undefined);
    if (!info) return [];
    const stamp = [info.ino, info.size, info.mtimeNs].join(' ');
    const known = this.known.get(root);
    if (known?.stamp === stamp) return known.paths;
    const output = await super.bytes(root, ['ls-files', '--stage', '-z'], options);
    const paths: string[] = [];
    for (let at = output.indexOf(LINK); at >= 0; at = output.indexOf(LINK, at + 1)) {
      // Whatever else holds these letters is a path.
      if (at > 0 && output[at - 1] !== 0) continue;
      const tab = output.indexOf(9, at);
      paths.push(output.toString('utf8', tab + 1, output.indexOf(0, tab)));
    }
    this.known.set(root, { stamp, paths });
    return paths;
  }
}

const LINK = Buffer.from('160000 ');

/** A working tree, where its HEAD and index are, and where its configuration is. */
type Place = NonNullable<Awaited<ReturnType<typeof findGitFolders>>>;

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

function looks(args: readonly string[]): boolean {
  let at = 0;
  while (args[at]?.startsWith('-')) at += args[at] === '-c' ? 2 : 1;
  return LOOKING.has(args[at] ?? '');
}
