import { isAbsolute, relative } from 'node:path';
import { messageOf } from '../../core/errors';
import type { ParamsFiles } from '../records/paramsFiles';
import type { Recorded, Stage, StageDep, StageOut, StageParams } from '../records/stage';
import { isSameParam } from '../records/pythonEquality';
import type { ObjectFolder } from './objectFolder';
import { importDep, pathWithin } from './recordedIndex';
import type { DepState, FileState, OutState, ParamsState, ParamState, StageState } from './stageState';
import type { PathState, WorkspaceFiles } from './workspaceFiles';

/** Finds the commit that a revision of another repository means; undefined where that can't be told without a network. */
export type RemoteCommit = (url: string, revision: string | undefined) => Promise<string | undefined>;

export interface StageSurroundings {
  readonly root: string;
  /** Where DVC would stand, for what it prints. */
  readonly folder: string;
  readonly files: WorkspaceFiles;
  readonly cache: ObjectFolder;
  readonly params: ParamsFiles;
  readonly remoteCommit: RemoteCommit;
  /** Whether what lies outside of the repository is looked at: a record may name any path of this machine. */
  readonly reachesOutside: boolean;
}

/** Compares what stages record with what is there, as `dvc status` does. */
export class StageChecker {
  constructor(private readonly around: StageSurroundings) {}

  async checkAll(stages: readonly Stage[]): Promise<StageState[]> {
    const places = stages
      .flatMap((stage) => [...stage.outs, ...(stage.frozen ? [] : stage.deps)])
      .flatMap(({ target, recorded }) => {
        return target === undefined || !this.isWithinReach(target) ? [] : [{ target, name: hashNameFor(recorded) }];
      });
    const objects = stages.flatMap(({ outs }) =>
      outs.flatMap((out) => (isKept(out) && !out.recorded.digest.endsWith('.dir') ? [out.recorded] : [])),
    );
    await Promise.all([
      this.around.files.prepare(places),
      this.around.cache.prepare(objects.map(({ hashName, digest }) => ({ name: hashName, digest }))),
    ]);
    return Promise.all(stages.map((stage) => this.check(stage)));
  }

  private async check(stage: Stage): Promise<StageState> {
    const isImport = importDep(stage)?.source?.kind === 'repository';
    const looks = !stage.frozen || isImport;
    const [deps, params, outs] = await Promise.all([
      looks ? Promise.all(stage.deps.map((dep) => this.dep(dep))) : [],
      looks ? Promise.all(stage.params.map((each) => this.paramsOf(each))) : [],
      Promise.all(stage.outs.map((out) => this.out(out))),
    ]);
    return { stage, deps, params, outs };
  }

  private async dep(dep: StageDep): Promise<DepState> {
    const { source, target, recorded } = dep;
    if (source?.kind === 'repository') {
      const label = `${dep.path} (${source.url})`;
      const now = await this.around.remoteCommit(source.url, source.revision);
      const state = now === undefined ? 'unknown' : now === source.locked ? 'unchanged' : 'update available';
      return { dep, label, state, problem: undefined };
    }
    const label = this.label(dep.path, target);
    if (source?.kind === 'database' || target === undefined || !this.isWithinReach(target))
      return { dep, label, state: 'unknown', problem: undefined };
    const { state, problem } = await this.compare(target, recorded);
    return { dep, label, state, problem };
  }

  private async out(out: StageOut): Promise<OutState> {
    const { target, recorded, versioned } = out;
    const label = this.label(out.path, target);
    const [{ state, found, problem }, inCache] = await Promise.all([
      target === undefined || !this.isWithinReach(target) || versioned
        ? ({ state: 'unknown', found: undefined, problem: undefined } as const)
        : this.compare(target, recorded),
      this.inCache(out),
    ]);
    return {
      out,
      label,
      state: inCache === false ? 'not in cache' : state,
      found,
      inCache,
      problem: inCache === false ? undefined : problem,
    };
  }

  /** What is recorded against what is there, whatever the cache holds. */
  private async compare(
    target: string,
    recorded: Recorded | undefined,
  ): Promise<{ state: FileState; found: PathState | undefined; problem: string | undefined }> {
    try {
      const found = await this.around.files.state(target, hashNameFor(recorded));
      if (found.kind === 'absent') return { state: 'deleted', found, problem: undefined };
      if (found.kind === 'broken') return { state: 'modified', found, problem: 'it is a link that leads nowhere' };
      // DVC calls it modified when something is there and nothing is recorded.
      const state = found.hash.digest === recorded?.digest && found.hash.name === recorded.hashName ? 'unchanged' : 'modified';
      return { state, found, problem: found.kind === 'folder' ? folderProblem(found) : undefined };
    } catch (error) {
      return { state: 'unknown', found: undefined, problem: messageOf(error) };
    }
  }

  /** A folder is in the cache with its manifest and every member. */
  private async inCache(out: StageOut): Promise<boolean | undefined> {
    if (!isKept(out)) return undefined;
    const { recorded } = out;
    const hash = { name: recorded.hashName, digest: recorded.digest };
    if (!hash.digest.endsWith('.dir')) return this.around.cache.isIntact(hash);
    const members = await this.around.cache.manifest(hash);
    if (!members) return false;
    const digests = [...new Set(members.map(({ digest }) => digest)), hash.digest];
    return !(await this.around.cache.intact(digests.map((digest) => ({ name: hash.name, digest })))).includes(false);
  }

  private async paramsOf(params: StageParams): Promise<ParamsState> {
    const label = this.label(params.path, params.target);
    const state = (whole: ParamsState['whole'], keys = new Map<string, ParamState>(), problem?: string): ParamsState => {
      return { params, label, whole, keys, problem };
    };
    try {
      const actual = await this.around.params.values(params);
      if (!actual) return state('deleted');
      const { recorded } = params;
      if (!recorded) return state('new');
      const names = params.keys.length > 0 ? params.keys : [...new Set([...actual.keys(), ...recorded.keys()])];
      const keys = new Map<string, ParamState>();
      for (const name of names) {
        const [now, was] = [actual.get(name), recorded.get(name)];
        if (now === undefined) keys.set(name, 'deleted');
        else if (was === undefined) keys.set(name, 'new');
        else if (!isSameParam(now, was)) keys.set(name, 'modified');
      }
      return state(undefined, keys);
    } catch (error) {
      return state(undefined, new Map(), messageOf(error));
    }
  }

  /** As DVC prints a path. */
  private label(path: string, target: string | undefined): string {
    if (target === undefined || isAbsolute(path)) return path;
    return pathWithin(this.around.root, target) === undefined ? target : relative(this.around.folder, target);
  }

  private isWithinReach(target: string): boolean {
    return this.around.reachesOutside || pathWithin(this.around.root, target) !== undefined;
  }
}

/** Whether the cache should have it. */
function isKept(out: StageOut): out is StageOut & { readonly recorded: Recorded } {
  const { cached, versioned, recorded } = out;
  return cached && !versioned && recorded !== undefined && recorded.hashName !== 'etag' && recorded.hashName !== 'checksum';
}

/** What has a remote's kind of hash is looked at by its content here. */
function hashNameFor(recorded: Recorded | undefined): 'md5' | 'md5-dos2unix' {
  return recorded?.hashName === 'md5-dos2unix' ? 'md5-dos2unix' : 'md5';
}

function folderProblem({ members, ignoreFiles }: Extract<PathState, { kind: 'folder' }>): string | undefined {
  const [ignore] = ignoreFiles;
  if (ignore !== undefined) return `it holds ${ignore}, which DVC doesn't take in tracked data`;
  const broken = members.files.find(({ digest }) => digest === undefined);
  return broken && `it holds ${broken.path}, a link that leads nowhere`;
}
