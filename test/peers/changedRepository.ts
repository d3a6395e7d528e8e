import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { CodeReader } from '../../src/code/reader';
import { revision } from '../../src/code/side';
import { DataActions } from '../../src/data/actions/dataActions';
import { DvcProcesses } from '../../src/data/actions/dvcProcess';
import { DvcProgram } from '../../src/data/actions/dvcProgram';
import { DvcRunner } from '../../src/data/actions/dvcRunner';
import { KeptData } from '../../src/data/actions/keptData';
import { VersionCheckout } from '../../src/data/actions/versionCheckout';
import { CacheTransfers } from '../../src/data/cache/cacheTransfers';
import { transferParts } from '../../src/data/cache/transferSurroundings';
import { DataReader } from '../../src/data/reader';
import { GitRevisions } from '../../src/lineage/gitRevisions';

/** What somebody has written since the last commit: into a file, into a folder, over a stage's out, over a record. */
const UNCOMMITTED: Readonly<Record<string, string>> = {
  'x.csv': 'mine',
  'set/a': 'my a',
  'set/new': 'my new',
  'made.csv': 'by hand',
  'in.csv': 'my import',
};
/** How somebody has sorted folders since, by moving and removing what the cache has. */
const SORTED: Readonly<Record<string, readonly string[]>> = { set: ['a', 'new'], sorted: ['train/p'] };

/** A repository with two versions of everything, made once and copied for each case, in which somebody has changed data; and what acts on it. */
export class ChangedRepository {
  /** Where everything lies, the remote and what was imported too. */
  readonly above = realpathSync(mkdtempSync(join(tmpdir(), 'ml-losses-')));
  root = join(this.above, 'template');
  /** The first commit. */
  first = '';
  readonly source: DataReader;
  readonly withDvc: DataActions;
  readonly without: DataActions;
  private readonly reader = new CodeReader(() => undefined);
  readonly runner: DvcRunner;

  constructor(private readonly dvc: string) {
    const processes = new DvcProcesses(() => undefined, { ...process.env, DVC_SITE_CACHE_DIR: join(this.above, 'site') });
    const ask = async (command: string, args: readonly string[]): Promise<string> =>
      (await processes.run(this.above, command, args, args)).out.join('\n');
    const program = (path: string): DvcProgram => new DvcProgram(() => Promise.resolve({ path, python: undefined, folders: [] }), ask);
    this.runner = new DvcRunner(program(dvc), processes, () => true);
    this.source = new DataReader(() => undefined, { revisions: new GitRevisions(this.reader) });
    const kept = new KeptData();
    const transfers = new CacheTransfers(transferParts(() => undefined, undefined, kept));
    this.withDvc = new DataActions(this.runner, this.source, kept, transfers);
    const none = new DvcRunner(program(join(this.above, 'nothing')), processes, () => true);
    this.without = new DataActions(none, this.source, kept, transfers);
  }

  git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  }

  at(path: string): string {
    return join(this.root, path);
  }

  read(path: string): string | undefined {
    return existsSync(this.at(path)) ? readFileSync(this.at(path), 'utf8') : undefined;
  }

  write(path: string, content: string): void {
    mkdirSync(join(this.at(path), '..'), { recursive: true });
    rmSync(this.at(path), { force: true });
    writeFileSync(this.at(path), content);
  }

  async makeTemplate(): Promise<void> {
    const { root, runner } = this;
    mkdirSync(root);
    this.git('init', '--quiet', '--initial-branch=main');
    this.git('config', 'user.name', 'Ada');
    this.git('config', 'user.email', 'ada@example.org');
    await runner.init(root, 'git');
    execFileSync(this.dvc, ['remote', 'add', '--quiet', '--default', 'store', join(this.above, 'remote')], { cwd: root });
    writeFileSync(join(this.above, 'origin.csv'), 'origin 1');
    for (const version of ['1', '2']) {
      this.write('x.csv', `x ${version}`);
      this.write('set/a', `a ${version}`);
      this.write('set/b', 'b');
      this.write('sorted/p', `p ${version}`);
      this.write('sorted/q', 'q');
      await runner.add(root, ['x.csv', 'set', 'sorted']);
      if (version === '1') {
        await runner.importUrl(root, join(this.above, 'origin.csv'), 'in.csv');
        this.write('dvc.yaml', JSON.stringify({ stages: { make: { cmd: 'cp x.csv made.csv', deps: ['x.csv'], outs: ['made.csv'] } } }));
      }
      await runner.repro(root, ['make']);
      this.git('add', '--all');
      this.git('commit', '--quiet', '--message', `Version ${version}`);
      if (version === '1') this.first = this.git('rev-parse', 'HEAD');
    }
    await runner.push(root, []);
    writeFileSync(join(this.above, 'origin.csv'), 'origin 2');
    // An older version that only the cache has: what garbage collection is there for.
    this.write('x.csv', 'forgotten');
    await runner.add(root, ['x.csv']);
    this.git('checkout', '--quiet', '--', 'x.csv.dvc');
    await runner.checkout(root, ['x.csv']);
  }

  /** A copy in which nobody has changed anything. */
  startUnchanged(name: string): void {
    this.root = join(this.above, name.replaceAll(/\W+/g, '-'));
    execFileSync('cp', ['-a', join(this.above, 'template'), this.root]);
  }

  /** A copy with all that somebody has changed. */
  startAnew(name: string): void {
    this.startUnchanged(name);
    for (const [path, content] of Object.entries(UNCOMMITTED)) this.write(path, content);
    rmSync(this.at('set/b'));
    mkdirSync(this.at('sorted/train'));
    renameSync(this.at('sorted/p'), this.at('sorted/train/p'));
    rmSync(this.at('sorted/q'));
  }

  versions(actions: DataActions): VersionCheckout {
    return new VersionCheckout(actions, this.source, (path, commit) =>
      this.reader.content(this.root, revision(commit), path.slice(this.root.length + 1)),
    );
  }

  /** Digests of every content that lies anywhere below a folder, the cache and what is kept among it. */
  contents(folder = this.root, found = new Set<string>()): Set<string> {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.name === '.git') continue;
      if (entry.isDirectory()) this.contents(path, found);
      else if (lstatSync(path).isFile()) found.add(createHash('md5').update(readFileSync(path)).digest('hex'));
    }
    return found;
  }

  assertNothingLost(when: string): void {
    const there = this.contents();
    for (const [path, content] of Object.entries(UNCOMMITTED))
      assert.ok(there.has(createHash('md5').update(content).digest('hex')), `${when}: the content of ${path} is nowhere`);
  }

  assertInPlace(when: string): void {
    for (const [path, content] of Object.entries(UNCOMMITTED)) assert.equal(this.read(path), content, `${when}: ${path}`);
    for (const [folder, files] of Object.entries(SORTED)) assert.deepEqual(this.filesOf(folder), files, `${when}: how ${folder} lies`);
  }

  dispose(): void {
    this.runner.dispose();
    this.source.dispose();
    this.reader.dispose();
    rmSync(this.above, { recursive: true, force: true, maxRetries: 5 });
  }

  private filesOf(folder: string): string[] {
    const entries = readdirSync(this.at(folder), { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
    return entries.map((entry) => relative(this.at(folder), join(entry.parentPath, entry.name))).sort();
  }
}
