import { execFile } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { contentNames } from './contentNames';
import type { DvcProcess } from './dvcProcess';
import { ObjectStores } from './objectStores';
import type { Start, Step } from './steps';

const execute = promisify(execFile);

/** A repository in a folder of its own, beside one to import from, a remote, and a folder of data that belongs to none. */
export class TriedRepository {
  /** What the commands said that have failed, for who reads of a difference. */
  readonly complaints: string[] = [];
  readonly objects: ObjectStores;

  private constructor(
    private readonly dvc: DvcProcess,
    private readonly place: string,
    /** Where DVC's root is, and git's at or above it. */
    readonly root: string,
    readonly hasGit: boolean,
  ) {
    this.objects = new ObjectStores(root, place);
  }

  static async make(dvc: DvcProcess, start: Start): Promise<TriedRepository> {
    const template = await templateOf(dvc, start);
    const place = mkdtempSync(join(dvc.scratch, 'case-'));
    cpSync(template, place, { recursive: true, verbatimSymlinks: true });
    return new TriedRepository(dvc, place, rootIn(place, start), start !== 'without git');
  }

  remove(): void {
    rmSync(this.place, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Whether a remote is chosen, without which dvc has no answer on one. */
  hasRemote(): boolean {
    return ['config', 'config.local'].some((name) => {
      const path = join(this.root, '.dvc', name);
      return existsSync(path) && /^\s*remote\s*=/mu.test(readFileSync(path, 'utf8'));
    });
  }

  /** See there. */
  contentNames(): ReadonlyMap<string, string> {
    return contentNames(this.root, Object.values(this.objects.folders).flat());
  }

  hasFolder(path: string): boolean {
    return isFolder(this.path(path));
  }

  async commits(): Promise<number> {
    const { stdout } = await execute('git', ['rev-list', '--count', 'HEAD'], { cwd: this.root, env: this.dvc.environment }).catch(() => ({
      stdout: '0',
    }));
    return Number(stdout);
  }

  /** Whether the cache has the manifests of all folders that are recorded here or in the last two commits. */
  async hasManifests(): Promise<boolean> {
    const here = [...this.contentNames().values()]
      .filter((content) => content.endsWith('.dir'))
      .map((content) => content.replace(/.*:/, ''));
    const manifests = this.objects.manifests();
    return [...here, ...(await this.recorded('[0-9a-f]{32}\\.dir'))].every((digest) => manifests.has(digest));
  }

  /** Whether anything is imported from a repository, here or in the last two commits. */
  async hasRepositoryImport(): Promise<boolean> {
    return (await this.recorded('rev_lock')).length > 0;
  }

  /** Matches in the records of the working folder, and of the last two commits. */
  private async recorded(pattern: string): Promise<string[]> {
    const matches: string[] = [];
    for (const where of [
      ['--untracked', '-e', pattern],
      ['-e', pattern, 'HEAD'],
      ['-e', pattern, 'HEAD~1'],
    ]) {
      const args = ['grep', '-h', '-o', '-E', ...where, '--', '*.dvc', '*dvc.lock'];
      const { stdout } = await execute('git', args, { cwd: this.root, env: this.dvc.environment }).catch(() => ({ stdout: '' }));
      matches.push(...stdout.split('\n').filter((line) => line !== ''));
    }
    return matches;
  }

  /** Whether the step could be done: what isn't there can't be touched, and commands may refuse. */
  async do(step: Exclude<Step, 'ask'>): Promise<boolean> {
    const before = this.complaints.length;
    if ('dvc' in step) {
      const folder = join(this.root, step.in ?? '.');
      if (!isFolder(folder)) return false;
      const args = step.dvc.map((arg) => this.filled(arg));
      const { code, err } = await this.dvc.run(folder, args);
      if (code !== 0) this.complaints.push(`dvc ${args.join(' ')}: ${err.trim().split('\n').at(0) ?? code}`);
    } else if ('git' in step) {
      await execute('git', step.git, { cwd: this.root, env: this.dvc.environment }).catch((error: unknown) =>
        this.complaints.push(`git ${step.git.join(' ')}: ${String(error).split('\n').slice(0, 2).join(' ')}`),
      );
    } else return this.change(step);
    return this.complaints.length === before;
  }

  private change(step: Exclude<Step, 'ask' | { dvc: unknown } | { git: unknown }>): boolean {
    if ('drop' in step) return this.objects.drop(step.drop, step.kind, step.nth);
    if ('damage' in step) return this.objects.damage(step.damage, step.nth, step.how);
    if ('append' in step || 'touch' in step || 'chmod' in step) return this.alter(step);
    if ('rename' in step) {
      if (!kindOf(this.path(step.rename), lstatSync) || `${step.to}/`.startsWith(`${step.rename}/`)) return false;
      renameSync(this.path(step.rename), this.roomFor(step.to));
    } else if ('remove' in step) return removeAll(this.path(step.remove));
    else if ('write' in step) writeFileSync(this.roomFor(step.write), this.filled(step.text));
    else if ('folder' in step) makeFolder(this.path(step.folder));
    else symlinkSync(this.filled(step.to), this.roomFor(step.link));
    return true;
  }

  /** What takes a file that is there. */
  private alter(step: Extract<Step, { append: string } | { touch: string } | { chmod: string }>): boolean {
    const path = 'append' in step ? step.append : 'touch' in step ? step.touch : step.chmod;
    if (!isFile(this.path(path))) return false;
    if ('append' in step) {
      this.unlinked(path);
      appendFileSync(this.path(path), step.text);
    } else if ('touch' in step) utimesSync(this.path(path), new Date(), new Date());
    else chmodSync(this.path(path), Number.parseInt(step.mode, 8));
    return true;
  }

  private path(path: string): string {
    return join(this.root, path);
  }

  private filled(text: string): string {
    return text.replace(/\{(source|remote|outside)\}/gu, (_, name: string) => join(this.place, name));
  }

  /** An empty place, in folders that exist: what is in the way goes. */
  private roomFor(path: string): string {
    const full = this.path(path);
    makeFolder(dirname(full));
    removeAll(full);
    return full;
  }

  /** A file that is a link to the cache gets its own bytes, as an editor would do that replaces files. */
  private unlinked(path: string): void {
    const full = this.path(path);
    const content = readFileSync(full);
    rmSync(full);
    writeFileSync(full, content);
  }
}

const templates = new Map<string, Promise<string>>();

/** Repositories begin as copies, since making one takes a second. */
function templateOf(dvc: DvcProcess, start: Start): Promise<string> {
  const key = `${dvc.scratch}:${start}`;
  const made = templates.get(key) ?? makeTemplate(dvc, start);
  templates.set(key, made);
  return made;
}

async function makeTemplate(dvc: DvcProcess, start: Start): Promise<string> {
  const place = join(dvc.scratch, `template-${start.replace(' ', '-')}`);
  const root = rootIn(place, start);
  for (const folder of [root, join(place, 'remote'), join(place, 'outside/set'), join(place, 'source/set')])
    mkdirSync(folder, { recursive: true });
  const git = async (folder: string, ...args: string[]): Promise<void> => {
    await execute('git', args, { cwd: folder, env: dvc.environment });
  };
  const must = async (folder: string, ...args: string[]): Promise<void> => {
    const { code, err } = await dvc.run(folder, args);
    if (code !== 0) throw new Error(`dvc ${args.join(' ')}: ${err}`);
  };
  for (const folder of ['outside', 'source']) {
    writeFileSync(join(place, folder, 'data.csv'), `${folder}\n`);
    writeFileSync(join(place, folder, 'set/one'), `${folder} one\n`);
    writeFileSync(join(place, folder, 'set/two'), `${folder} two\r\n`);
  }
  const source = join(place, 'source');
  await git(source, 'init', '--quiet', '--initial-branch=main');
  await must(source, 'init', '--quiet');
  writeFileSync(join(source, 'plain.txt'), 'plain\n');
  await must(source, 'add', '--quiet', 'data.csv', 'set');
  await git(source, 'add', '.');
  await git(source, 'commit', '--quiet', '-m', 'first');
  await git(source, 'tag', 'first');
  if (start !== 'without git') await git(start === 'below' ? dirname(root) : root, 'init', '--quiet', '--initial-branch=main');
  const flags = start === 'below' ? ['--subdir'] : start === 'without git' ? ['--no-scm'] : [];
  await must(root, 'init', '--quiet', ...flags);
  if (start === 'git' || start === 'below') {
    await git(root, 'add', '.');
    await git(root, 'commit', '--quiet', '-m', 'init');
  }
  return place;
}

function rootIn(place: string, start: Start): string {
  return start === 'below' ? join(place, 'top', 'project') : join(place, 'repository');
}

function makeFolder(path: string): void {
  if (existsSync(path) && isFolder(path)) return;
  makeFolder(dirname(path));
  rmSync(path, { force: true });
  mkdirSync(path, { recursive: true });
}

function isFolder(path: string): boolean {
  return kindOf(path, statSync)?.isDirectory() ?? false;
}

function isFile(path: string): boolean {
  return kindOf(path, lstatSync)?.isFile() ?? false;
}

/** Undefined too where a file stands in the place of a folder above. */
function kindOf(path: string, stat: typeof statSync): Stats | undefined {
  try {
    return stat(path);
  } catch {
    return undefined;
  }
}

/** Whether there was anything. */
function removeAll(path: string): boolean {
  if (!kindOf(path, lstatSync)) return false;
  rmSync(path, { recursive: true, force: true });
  return true;
}
