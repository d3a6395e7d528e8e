import { CodeArtifact } from '../core/codeState';
import type { Run } from '../core/run';
import { TagName } from '../core/tagNames';
import type { Engine } from '../store/engine';

/** What MLflow's own clients may tell of uncommitted changes. */
const MLFLOW_DIRTY = 'mlflow.source.git.dirty';
/** As MLflow's projects name them, beside or instead of the others. */
const OLDER = { branch: 'mlflow.gitBranchName', remote: 'mlflow.gitRepoURL' } as const;

/** What a run knows of the code that made it; runs of Python know little more than the commit. */
export interface RunCode {
  readonly commit: string | undefined;
  /** Whether it is from a repository in which nothing was committed yet: all of its code is in the patch. */
  readonly unborn: boolean;
  readonly branch: string | undefined;
  /** The URL of the repository that the code came from. */
  readonly remote: string | undefined;
  /** Whether tracked files differed from the commit; undefined where nobody has looked. */
  readonly dirty: boolean | undefined;
  /** Untracked files that the run's patch makes. */
  readonly untracked: number;
  /** Relative to the repository, `''` for its root; undefined where it isn't known. */
  readonly workingFolder: string | undefined;
}

export function runCode(run: Run): RunCode {
  const { tags } = run;
  const dirty = tags[TagName.gitDirty] ?? tags[MLFLOW_DIRTY];
  const ours = tags[TagName.gitDirty] !== undefined;
  return {
    commit: tags[TagName.gitCommit] || undefined,
    unborn: ours && !tags[TagName.gitCommit],
    branch: tags[TagName.gitBranch] || tags[OLDER.branch] || undefined,
    remote: tags[TagName.gitRemote] || tags[OLDER.remote] || undefined,
    dirty: dirty === undefined ? undefined : dirty.toLowerCase() === 'true',
    untracked: Number(tags[TagName.gitUntracked] ?? 0) || 0,
    workingFolder: tags[TagName.workingFolder] ?? (ours ? '' : undefined),
  };
}

/** The run's uncommitted changes as `git apply` takes them; undefined where none were kept. */
export async function readPatch(engine: Engine, run: Run): Promise<Uint8Array | undefined> {
  const { dirty, untracked } = runCode(run);
  // Runs that were never looked at have no such artifact: nobody asks a server for it.
  if (dirty === undefined || (!dirty && untracked === 0)) return undefined;
  return readIfThere(engine, run, CodeArtifact.patch);
}

/** Files whose changes were not kept with the run. */
export async function readLeftOut(engine: Engine, run: Run): Promise<string[]> {
  if (runCode(run).dirty === undefined) return [];
  const content = await readIfThere(engine, run, CodeArtifact.leftOut);
  if (content === undefined) return [];
  return Buffer.from(content)
    .toString('utf8')
    .split('\n')
    .flatMap((line) => line.split('\t')[1] ?? []);
}

async function readIfThere(engine: Engine, run: Run, path: string): Promise<Uint8Array | undefined> {
  const listed = await engine.artifacts.list(run.runId, 'code');
  return listed.some((artifact) => artifact.path === path) ? engine.artifacts.read(run.runId, path) : undefined;
}
