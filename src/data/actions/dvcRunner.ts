import { stat } from 'node:fs/promises';
import type { Disposable } from '../../core/disposable';
import { DvcError } from './dvcError';
import type { DvcProgram } from './dvcProgram';
import type { DvcProcesses, ProcessOptions, ProcessResult } from './dvcProcess';

/** How a repository begins: with git's repository at its root, below one, or without git. */
export type InitMode = 'git' | 'below git' | 'no git';

/** Whose data garbage collection leaves in the cache; the workspace's always stays. */
export type GcScope = 'all commits' | 'branches and tags' | 'workspace only';

/** What garbage collection would take away. */
export interface GcPreview {
  readonly objects: number;
  /** Undefined where this dvc doesn't tell which objects they are. */
  readonly bytes: number | undefined;
  readonly paths: readonly string[];
}

export interface RepositoryImport {
  /** A git repository's URL or path. */
  readonly url: string;
  readonly path: string;
  readonly revision?: string;
  /** Where it goes, relative to the root. */
  readonly out?: string;
}

export type ActionOptions = Pick<ProcessOptions, 'signal' | 'progress' | 'said'>;

const HOURS = 3_600_000;
/** A command line must stay below what systems take: 32,767 characters on Windows, 131,072 for one argument elsewhere. */
const MOST_CHARACTERS = process.platform === 'win32' ? 20_000 : 100_000;

/**
 * Lets the real dvc act on repositories, one action after another in each. Nothing is forced but a commit that was confirmed and a
 * garbage collection that was looked at. Rejects with DvcError; 'not trusted' in Restricted Mode, where nothing is started.
 */
export class DvcRunner implements Disposable {
  private readonly last = new Map<string, Promise<unknown>>();

  constructor(
    readonly program: DvcProgram,
    private readonly processes: DvcProcesses,
    private readonly trusted: () => boolean,
  ) {}

  async init(folder: string, mode: InitMode, options?: ActionOptions): Promise<void> {
    const flag = { git: [], 'below git': ['--subdir'], 'no git': ['--no-scm'] }[mode];
    await this.act(folder, ['init', ...flag], options);
  }

  /** Tracks files and folders, or records what has become of them. Targets, here and below, are relative to the root. */
  async add(root: string, targets: readonly string[], options?: ActionOptions): Promise<void> {
    await this.onTargets(root, ['add'], targets, options);
  }

  /** Stops tracking `.dvc` files or stages; `data` deletes their data too. */
  async remove(root: string, targets: readonly string[], how: { readonly data: boolean }, options?: ActionOptions): Promise<void> {
    await this.onTargets(root, ['remove', ...(how.data ? ['--outs'] : [])], targets, options);
  }

  /** Records outs, and deps of stages, as they are. dvc asks about each change, which a person must have confirmed before. */
  async commit(root: string, targets: readonly string[], how: { readonly confirmed: boolean }, options?: ActionOptions): Promise<void> {
    await this.onTargets(root, ['commit', ...(how.confirmed ? ['--force'] : [])], targets, options);
  }

  /** Never with `--force`: dvc refuses what would lose data, and so do those who call this, before. */
  async checkout(root: string, targets: readonly string[], options?: ActionOptions): Promise<void> {
    await this.onTargets(root, ['checkout'], targets, options);
  }

  async fetch(root: string, targets: readonly string[], remote?: string, options?: ActionOptions): Promise<void> {
    await this.onTargets(root, ['fetch', ...(remote === undefined ? [] : ['--remote', remote])], targets, options);
  }

  async push(root: string, targets: readonly string[], remote?: string, options?: ActionOptions): Promise<void> {
    await this.onTargets(root, ['push', ...(remote === undefined ? [] : ['--remote', remote])], targets, options);
  }

  /** Runs stages whose deps, params or commands have changed, and those after them; all where no target is given. May take days. */
  async repro(root: string, targets: readonly string[], options?: ActionOptions): Promise<void> {
    await this.act(root, ['repro', ...(targets.length > 0 ? ['--', ...targets] : ['--all-pipelines'])], { ...options, silence: 0 });
  }

  async importData(root: string, { url, path, revision, out }: RepositoryImport, options?: ActionOptions): Promise<void> {
    const flags = [...(revision === undefined ? [] : ['--rev', revision]), ...(out === undefined ? [] : ['--out', out])];
    await this.act(root, ['import', ...flags, '--', url, path], options);
  }

  async importUrl(root: string, url: string, out: string | undefined, options?: ActionOptions): Promise<void> {
    await this.act(root, ['import-url', '--', url, ...(out === undefined ? [] : [out])], options);
  }

  /** Brings imports, by their `.dvc` files, up to date with where they come from. Overwrites what stands there. */
  async update(root: string, targets: readonly string[], options?: ActionOptions): Promise<void> {
    await this.onTargets(root, ['update'], targets, options);
  }

  async gcPreview(root: string, scope: GcScope, options?: ActionOptions): Promise<GcPreview> {
    const { out, err } = await this.act(root, ['gc', ...scopeFlags(scope), '--dry'], options);
    const lines = [...out, ...err];
    const paths = lines.flatMap((line) => /^Removing (.+)$/.exec(line)?.[1] ?? []);
    const objects = lines.map((line) => Number(/Removed (\d+) objects? from \S+ cache/.exec(line)?.[1] ?? 0)).reduce((a, b) => a + b, 0);
    const known = paths.length >= objects;
    return { objects, bytes: known ? await totalSize(paths) : undefined, paths };
  }

  /** Takes away what `gcPreview` told; only after a person has seen that. */
  async gc(root: string, scope: GcScope, how: { readonly confirmed: true }, options?: ActionOptions): Promise<number> {
    const { out, err } = await this.act(root, ['gc', ...scopeFlags(scope), ...(how.confirmed ? ['--force'] : [])], options);
    return [...out, ...err].map((line) => Number(/Removed (\d+) objects? from \S+ cache/.exec(line)?.[1] ?? 0)).reduce((a, b) => a + b, 0);
  }

  dispose(): void {
    this.processes.dispose();
  }

  /** Everything where there is no target. Many targets take several processes. */
  private async onTargets(root: string, args: readonly string[], targets: readonly string[], options?: ActionOptions): Promise<void> {
    if (targets.length === 0) return void (await this.act(root, args, options));
    for (const some of inLines(targets, MOST_CHARACTERS)) await this.act(root, [...args, '--', ...some], options);
  }

  private act(root: string, args: readonly string[], options: ProcessOptions = {}): Promise<ProcessResult> {
    const before = this.last.get(root) ?? Promise.resolve();
    const acting = before.then(
      () => this.start(root, args, options),
      () => this.start(root, args, options),
    );
    this.last.set(root, acting);
    return acting;
  }

  private async start(root: string, args: readonly string[], options: ProcessOptions): Promise<ProcessResult> {
    if (!this.trusted()) throw new DvcError('not trusted', 'Nothing is executed in Restricted Mode: trust the folder first.');
    const { command, args: first, programs } = await this.program.of(root, options.signal);
    try {
      return await this.processes.run(root, command, [...first, ...args], args, {
        timeout: 72 * HOURS,
        ...(programs === undefined ? {} : { programs }),
        ...options,
      });
    } catch (error) {
      // It was there, and isn't any more.
      if (error instanceof DvcError && error.reason === 'not installed') this.program.forget();
      throw error;
    }
  }
}

function scopeFlags(scope: GcScope): readonly string[] {
  return {
    'all commits': ['--workspace', '--all-commits'],
    'branches and tags': ['--workspace', '--all-branches', '--all-tags'],
    'workspace only': ['--workspace'],
  }[scope];
}

async function totalSize(paths: readonly string[]): Promise<number> {
  let total = 0;
  for (let from = 0; from < paths.length; from += 256)
    for (const stats of await Promise.all(paths.slice(from, from + 256).map((path) => stat(path).catch(() => undefined))))
      total += stats?.size ?? 0;
  return total;
}

/** Arguments in groups that fit a command line. */
export function inLines(args: readonly string[], most: number): string[][] {
  const lines: string[][] = [[]];
  let length = 0;
  for (const each of args) {
    if (length + each.length + 3 > most && length > 0) {
      lines.push([]);
      length = 0;
    }
    lines.at(-1)?.push(each);
    length += each.length + 3;
  }
  return lines;
}
