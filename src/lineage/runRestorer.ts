import { existsSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import type { GitOptions } from '../code/git';
import type { CodeReader } from '../code/reader';
import { RestoredTrees } from '../code/restoredTrees';
import type { CodeRunner } from '../code/runner';
import { revision } from '../code/side';
import { missing } from '../core/errors';
import type { Run } from '../core/run';
import type { Engine } from '../store/engine';
import { commitOf } from './missingCommit';
import type { RerunCommand } from './rerunCommand';
import { RerunFinder } from './rerunFinder';
import type { DataRestorer, RestoredData } from './restoredData';
import { readLeftOut, readPatch, runCode } from './runCode';
import { otherVersions, type OtherVersion } from './usedVersions';

/** A dependency file of the restored code, and what installs it. */
export interface DependencyInstall {
  /** Relative to the working tree. */
  readonly path: string;
  readonly command: string;
}

/** A data set that the run has used. */
export interface NeededData {
  readonly name: string;
  readonly digest: string;
  /** `train`, `validation`, `test`, or empty. */
  readonly context: string;
}

/** A run's code, as it was, in a working tree of its own. */
export interface RestoredRun {
  readonly folder: string;
  /** Where the working tree's HEAD is. */
  readonly commit: string;
  /** Whether nothing was committed yet, so that `commit` holds nothing and all of the code is from the patch. */
  readonly unborn: boolean;
  /** Whether uncommitted changes were applied. */
  readonly patched: boolean;
  /** Files whose changes were not kept with the run, or `undefined` where none of the changes were. */
  readonly leftOut: readonly string[] | undefined;
  readonly dependencies: readonly DependencyInstall[];
  readonly data: readonly NeededData[];
  /** Files that DVC can check the data out by, relative to the working tree. */
  readonly dvcFiles: readonly string[];
  /** What became of the data that these record; undefined where it was left out, or there is none. */
  readonly restoredData: RestoredData | undefined;
  /** Data that the run used in another version than the one recorded. */
  readonly otherVersions: readonly OtherVersion[];
  readonly submodules: boolean;
  readonly rerun: RerunCommand | undefined;
}

export interface RestoreOptions extends GitOptions {
  /** Leaves the data out, and only tells what there is. */
  readonly withoutData?: boolean;
}

/** Brings a run's code back beside the person's own working tree, which is not touched. */
export class RunRestorer {
  private readonly trees: RestoredTrees;

  constructor(
    private readonly reader: CodeReader,
    private readonly runner: CodeRunner,
    /** Undefined: data is not checked out. */
    private readonly data?: DataRestorer,
  ) {
    this.trees = new RestoredTrees(reader, runner);
  }

  /** Where the working tree goes unless told: beside the repository, named after it and the run. */
  defaultFolder(run: Run, root: string): string {
    const name = run.runName.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '') || 'run';
    const plain = join(dirname(root), `${basename(root)}-${name.slice(0, 60)}`);
    return existsSync(plain) ? `${plain}-${run.runId.slice(0, 8)}` : plain;
  }

  async restore(engine: Engine, run: Run, root: string, folder: string, options: RestoreOptions = {}): Promise<RestoredRun> {
    const code = runCode(run);
    const commit = await commitOf(this.reader, root, run.runName, code);
    const [patch, leftOut] = [await readPatch(engine, run), await readLeftOut(engine, run)];
    if (commit === undefined && patch === undefined)
      throw missing(`nothing was committed yet when ${run.runName} began, and its uncommitted code was not kept`);
    // One that was deleted by hand would still stand on git's list, and in the way.
    await this.trees.prune(root, options);
    const origin = { id: run.runId, name: run.runName };
    const head = await this.runner.addWorktree(root, folder, commit, patch && Buffer.from(patch), { ...options, run: origin });
    const globs = [...INSTALLS.map(({ name }) => `:(glob)**/${name}`), ':(glob)**/*.dvc', ':(glob)**/dvc.yaml', ':(glob)**/.gitmodules'];
    const files = await this.reader.files(folder, patch === undefined ? revision('HEAD') : { kind: 'workingTree' }, globs, options);
    const dvcFiles = files.filter((path) => /(\.dvc|(^|\/)dvc\.yaml)$/.test(path));
    const rerun = await new RerunFinder(this.reader).find(run, folder, options);
    const wanted = dvcFiles.length > 0 && options.withoutData !== true;
    const restoredData = wanted ? await this.data?.restore(root, folder, dvcFiles, options) : undefined;
    return {
      folder,
      commit: head,
      unborn: code.unborn,
      patched: patch !== undefined,
      leftOut: code.dirty === true && patch === undefined ? undefined : leftOut,
      dependencies: installs(files),
      data: run.inputs.map(({ dataset, tags }) => ({
        name: dataset.name,
        digest: dataset.digest,
        context: tags['mlflow.data.context'] ?? '',
      })),
      dvcFiles,
      restoredData,
      otherVersions: await otherVersions(run, root, folder),
      submodules: files.includes('.gitmodules'),
      rerun,
    };
  }
}

/** The best first: of each folder and ecosystem one is named. */
const INSTALLS: readonly { readonly name: string; readonly ecosystem: string; readonly command: string }[] = [
  { name: 'uv.lock', ecosystem: 'python', command: 'uv sync' },
  { name: 'poetry.lock', ecosystem: 'python', command: 'poetry install' },
  { name: 'pdm.lock', ecosystem: 'python', command: 'pdm sync' },
  { name: 'Pipfile.lock', ecosystem: 'python', command: 'pipenv sync' },
  { name: 'environment.yml', ecosystem: 'python', command: 'conda env create --file environment.yml' },
  { name: 'environment.yaml', ecosystem: 'python', command: 'conda env create --file environment.yaml' },
  { name: 'conda.yaml', ecosystem: 'python', command: 'conda env create --file conda.yaml' },
  { name: 'requirements.txt', ecosystem: 'python', command: 'pip install -r requirements.txt' },
  { name: 'pyproject.toml', ecosystem: 'python', command: 'pip install .' },
  { name: 'package-lock.json', ecosystem: 'npm', command: 'npm ci' },
  { name: 'package.json', ecosystem: 'npm', command: 'npm install' },
];

/** What installs the dependencies, by the files that are there, the nearest to the root first. */
export function installs(files: readonly string[]): DependencyInstall[] {
  const found = new Map<string, DependencyInstall>();
  for (const { name, ecosystem, command } of INSTALLS) {
    for (const path of files) {
      if (posix.basename(path) !== name || path.includes('node_modules/')) continue;
      const key = `${posix.dirname(path)} ${ecosystem}`;
      if (!found.has(key)) found.set(key, { path, command });
    }
  }
  return [...found.values()].sort((a, b) => a.path.split('/').length - b.path.split('/').length || (a.path < b.path ? -1 : 1));
}
