import { chmod, copyFile, lstat, mkdir, readdir, readlink, rename, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { invalid } from '../core/errors';
import { loadDigits } from '../train/data/mnist';
import { DIGIT_FILE_NAMES, ORIGIN_FILE, formatOrigin, type DataOrigin } from '../train/data/origin';
import type { DigitSource } from '../train/data/source';
import { DigitsPipeline } from './digitsPipeline';
import { addToDvc, initDvc } from './dvcFiles';
import { GitProgram } from './gitProgram';
import { DEMO_SETTINGS, GITIGNORE, PACKAGE_JSON, TASKS_JSON, TRAIN_SCRIPT, configYaml, readme, type DemoSettings } from './projectFiles';

export interface DemoOptions {
  readonly folder: string;
  /** Asked for only when the workspace has to be made. */
  readonly digits: () => Promise<DigitSource>;
  /** The folder of this package, to which the workspace's `node_modules/ml-tracking` leads. */
  readonly packageFolder: string;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
}

const BRANCHES: readonly { readonly name: string; readonly message: string; readonly settings: DemoSettings }[] = [
  { name: 'wider-network', message: 'Double the filters', settings: { ...DEMO_SETTINGS, filters: [64, 128] } },
  { name: 'more-dropout', message: 'Drop more of the features', settings: { ...DEMO_SETTINGS, dropout: 0.7 } },
];

/** How many digits the pipeline's table has, first and then: two versions to compare. */
const TABLE_ROWS = { first: 2000, second: 5000 };

/**
 * Makes the workspace `digits`: a git repository with a configuration, a script, the data under DVC, a pipeline and two branches. It appears complete or not at
 * all. One that is there is left as it is, but for the link to this package.
 * @returns whether it was made now
 * @throws TrackingError when something else stands in its place
 */
export async function makeDemo(options: DemoOptions): Promise<boolean> {
  const folder = resolve(options.folder);
  const present = await isDemo(folder);
  if (!present) {
    const digits = await options.digits();
    const draft = `${folder}.making-${process.pid}`;
    try {
      await fill(draft, digits, options);
      await removeEmpty(folder);
      await rename(draft, folder);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
  }
  await linkPackage(folder, resolve(options.packageFolder));
  return !present;
}

async function isDemo(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((error: unknown): string[] => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw invalid(`${folder} cannot be used as the demo's folder; name another one.`);
  });
  if (names.length === 0) return false;
  if (names.includes('.git') && names.includes('.dvc')) return true;
  throw invalid(`${folder} holds something else than the demo workspace; name another folder, or move this one away.`);
}

/** Removes a folder that is there but empty, so that the finished one can take its name. */
async function removeEmpty(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  await rmdir(folder).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
}

async function fill(root: string, digits: DigitSource, options: DemoOptions): Promise<void> {
  await mkdir(root, { recursive: true });
  const git = new GitProgram(root, options.log, options.signal);
  await git.run('init', '--quiet');
  // What --initial-branch does, for a git older than 2.28 too.
  await git.run('symbolic-ref', 'HEAD', 'refs/heads/main');
  await setUpGit(git);
  const { origin } = await loadDigits(digits.folder);
  const place = (...parts: string[]): string => join(root, ...parts);

  await put(place('.gitignore'), GITIGNORE);
  await put(place('package.json'), PACKAGE_JSON);
  await put(place('README.md'), readme({ name: origin.name, description: origin.description }));
  await commit(git, 'Begin a project that reads digits');

  const copies = await trackData(root, digits, origin);
  await commit(git, `Track the ${origin.name} files with DVC`);

  // The practice's 15 epochs first; the next commit but one finds that a third of them is enough.
  await put(place('configs', 'cnn.yaml'), configYaml({ ...DEMO_SETTINGS, epochs: 15 }));
  await commit(git, 'Describe the network and its training');

  await put(place('train.mjs'), TRAIN_SCRIPT);
  await put(place('.vscode', 'tasks.json'), TASKS_JSON);
  await commit(git, 'Train by a script and by a task');

  const pipeline = new DigitsPipeline(root, pipelineInputs(copies), options.log, options.signal);
  await pipeline.write();
  await pipeline.run(TABLE_ROWS.first);
  await commit(git, `Describe ${TABLE_ROWS.first.toLocaleString('en')} digits in a table`);
  await pipeline.run(TABLE_ROWS.second);
  await commit(git, `Describe ${TABLE_ROWS.second.toLocaleString('en')} digits`);

  await put(place('configs', 'cnn.yaml'), configYaml(DEMO_SETTINGS));
  await commit(git, `Train for ${DEMO_SETTINGS.epochs} epochs, which shows the differences sooner`);

  for (const { name, message, settings } of BRANCHES) {
    await git.run('checkout', '--quiet', '-b', name, 'main');
    await put(place('configs', 'cnn.yaml'), configYaml(settings));
    await commit(git, message);
  }
  await git.run('checkout', '--quiet', 'main');
}

/** Commits need a name and an address; those of this repository alone are set, and only where the person has none. */
async function setUpGit(git: GitProgram): Promise<void> {
  if ((await git.setting('user.name')) === undefined) await git.run('config', 'user.name', 'Digits');
  if ((await git.setting('user.email')) === undefined) await git.run('config', 'user.email', 'digits@localhost');
  // Line endings as written: DVC and the scripts read these files on every platform.
  await git.run('config', 'core.autocrlf', 'false');
}

async function commit(git: GitProgram, message: string): Promise<void> {
  await git.run('add', '--all');
  // The person's hooks and signing keys are for work of theirs; a passphrase could not be asked for here.
  await git.run('-c', 'commit.gpgSign=false', 'commit', '--quiet', '--no-verify', '--message', message);
}

/** @returns the tracked files' names in `data/raw` */
async function trackData(root: string, digits: DigitSource, origin: DataOrigin): Promise<readonly string[]> {
  const raw = join(root, 'data', 'raw');
  await mkdir(raw, { recursive: true });
  const copies: string[] = [];
  for (const name of DIGIT_FILE_NAMES) {
    const source = digits.files[name];
    // What was given unpacked keeps its bytes; only its name takes the usual spelling.
    const copy = join(raw, source.endsWith('.gz') ? name : name.slice(0, -'.gz'.length));
    await copyFile(source, copy);
    // The source may be write-protected; the workspace's copy is the person's.
    await chmod(copy, 0o644);
    copies.push(copy);
  }
  await writeFile(join(raw, ORIGIN_FILE), formatOrigin(origin));
  await initDvc(root);
  await addToDvc(root, copies);
  return copies.map((copy) => basename(copy));
}

function pipelineInputs(names: readonly string[]): string[] {
  return names.filter((name) => name.startsWith('train-')).map((name) => `data/raw/${name}`);
}

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** Lets `import 'ml-tracking'` find this package. A folder that somebody installed there by other means is left alone. */
async function linkPackage(folder: string, packageFolder: string): Promise<void> {
  const link = join(folder, 'node_modules', 'ml-tracking');
  const present = await lstat(link).catch(() => undefined);
  if (present && !present.isSymbolicLink()) return;
  if (present && resolve(dirname(link), await readlink(link)) === packageFolder) return;
  await mkdir(dirname(link), { recursive: true });
  await rm(link, { force: true });
  // A junction needs no rights on Windows; elsewhere the type means nothing.
  await symlink(packageFolder, link, 'junction');
}
