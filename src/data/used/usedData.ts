import { relative, resolve, sep } from 'node:path';
import type { DataUseState, DataVersion, KnownContent, ReadDataVersion } from '../../core/dataVersion';
import { readManifest } from '../cache/objects';
import { readRecordedVersion, findTrackedOut, type FoundOut } from './dataVersion';
import { manifestDigest } from '../hashing/manifest';
import { StatCache } from '../hashing/statCache';
import { metadataOf } from '../metadata/metadata';
import { describedOut } from '../metadata/metadataFile';
import { readCacheFolder } from '../records/config';
import { dvcIgnoreRules } from '../records/folderRules';
import type { HashName } from '../records/hashName';
import { readRecord } from '../records/record';
import type { StageOut } from '../records/stage';
import type { Revisions } from '../revisions';
import { CommitSource } from '../status/commitSource';
import { RepositoryMemory } from '../status/repositoryMemory';
import { WorkspaceFiles } from '../status/workspaceFiles';

/**
 * Tells which version of data a run uses: what DVC records of it, what is there, and whether the commit has that. Files that were hashed
 * before and didn't change since aren't read again. What can't be found out is left out of the answer; a training goes on.
 */
export class UsedData {
  private readonly memories = new Map<string, Promise<RepositoryMemory>>();
  private readonly commits = new Map<string, Promise<CommitSource | 'unborn' | undefined>>();

  /** @param revisions undefined where git isn't to be asked */
  constructor(
    private readonly revisions: Revisions | undefined,
    private readonly log: (line: string) => void = () => undefined,
  ) {}

  readonly version: ReadDataVersion = async (path, known) => {
    const target = resolve(path);
    const found = await findTrackedOut(target);
    if (!found) return undefined;
    const recorded = await readRecordedVersion(target, found);
    const { root, out } = found;
    const { stage, out: whole } = await describedOut({ root, file: out.recordedIn, target: out.target });
    const there = await this.found(target, found, recorded, known).catch((error: unknown) => {
      this.log(`What is in ${target} could not be looked at: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    });
    const digest = recorded?.digest ?? there;
    if (digest === undefined) return undefined;
    const state = await this.state(target, found, recorded, there, whole);
    return {
      // Nothing is recorded yet, or nothing of this file in its folder.
      ...(recorded ?? { path: target, size: undefined, files: undefined, recordedIn: out.recordedIn }),
      digest,
      ...(there === undefined ? {} : { found: there }),
      ...(state === undefined ? {} : { state }),
      commitTarget: stage.name === undefined ? stage.file : stage.address,
      metadata: metadataOf(whole),
    };
  };

  /** Keeps what was hashed for the next session, where there is a place for it. */
  async save(): Promise<void> {
    for (const memory of this.memories.values()) await (await memory).save().catch((error: unknown) => this.log(String(error)));
  }

  /** The hash of what is at the path now, of the kind that its out is recorded with. */
  private async found(
    target: string,
    { root, out }: FoundOut,
    recorded: DataVersion | undefined,
    known: KnownContent | undefined,
  ): Promise<string | undefined> {
    if (out.versioned || (out.digest !== undefined && !/^[0-9a-f]{32}(?:\.dir)?$/.test(out.digest))) return undefined;
    // What is in a folder whose manifest isn't in the cache can't be compared.
    const isMember = target !== out.target && recorded?.path === out.target;
    const manifest =
      isMember && out.digest !== undefined ? await readManifest(await readCacheFolder(root), out.hashName, out.digest) : undefined;
    if (isMember && !manifest) return undefined;
    const name: HashName = out.hashName === 'md5-dos2unix' ? 'md5-dos2unix' : 'md5';
    if (known && name === 'md5') return known.md5;
    const { hashes } = await this.memoryOf(root);
    const state = await new WorkspaceFiles(hashes, (folder) => dvcIgnoreRules(root, folder)).state(target, name);
    if (state.kind === 'file') return state.hash.digest;
    if (state.kind !== 'folder') return undefined;
    if (!recorded || !manifest) return state.hash.digest;
    // A folder in a tracked folder stands for its whole version while it is as in that.
    const above = `${relative(out.target, target).split(sep).join('/')}/`;
    const members = manifest.flatMap(({ path, digest }) => (path.startsWith(above) ? [{ path: path.slice(above.length), digest }] : []));
    return manifestDigest(members) === state.hash.digest ? recorded.digest : state.hash.digest;
  }

  private async state(
    target: string,
    found: FoundOut,
    recorded: DataVersion | undefined,
    there: string | undefined,
    whole: StageOut,
  ): Promise<DataUseState | undefined> {
    if (there === undefined) return undefined;
    if (!recorded || there !== recorded.digest) return 'modified';
    const { root, out } = found;
    const source = await this.committed(root).catch((error: unknown) => {
      this.log(`What the last commit has of ${target} is not known: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    });
    if (source === undefined) return undefined;
    if (source === 'unborn') return 'uncommitted';
    const { stages } = await readRecord(root, out.recordedIn, source);
    const before = stages.flatMap(({ outs }) => outs).find((each) => each.target === whole.target)?.recorded;
    if (before?.hashName !== whole.recorded?.hashName) return 'uncommitted';
    if (before?.digest === whole.recorded?.digest) return 'committed';
    if (!before || target === out.target) return 'uncommitted';
    // Other files of the folder have changed, maybe not this one.
    const members = await readManifest(await readCacheFolder(root), before.hashName, before.digest);
    const inside = relative(out.target, target).split(sep).join('/');
    return members?.some(({ path, digest }) => path === inside && digest === there) ? 'committed' : 'uncommitted';
  }

  /** HEAD as it was when it was first asked for: a run is of the commit that it began at. */
  private committed(root: string): Promise<CommitSource | 'unborn' | undefined> {
    const known = this.commits.get(root) ?? this.head(root);
    this.commits.set(root, known);
    return known;
  }

  private async head(root: string): Promise<CommitSource | 'unborn' | undefined> {
    const { revisions } = this;
    if (!revisions || !(await revisions.tracks(root))) return undefined;
    const commit = await revisions.commit(root, 'HEAD');
    return commit === undefined ? 'unborn' : CommitSource.open(root, revisions, commit);
  }

  private memoryOf(root: string): Promise<RepositoryMemory> {
    const known = this.memories.get(root) ?? RepositoryMemory.recall(root, new StatCache(), undefined);
    this.memories.set(root, known);
    return known;
  }
}
