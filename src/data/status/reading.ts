import { relative } from 'node:path';
import { messageOf } from '../../core/errors';
import { dvcIgnoreRules, scanRepository, toPosix } from '../records/scan';
import type { BrokenRecord } from '../records/recordReading';
import type { Stage, StageOut } from '../records/stage';
import type { Revisions } from '../revisions';
import { readCommitted, type CommittedRecords } from './committedRecords';
import { ObjectFolder } from './objectFolder';
import type { Hash } from './dataIndex';
import { ParamsReader } from './paramsReader';
import { keptOuts, type KeptOut, type ReadManifest } from './recordedIndex';
import type { RepositoryMemory } from './repositoryMemory';
import { readRepositorySettings, type RepositorySettings } from './repositorySettings';
import type { DataError } from './status';
import { WorkspaceFiles } from './workspaceFiles';

/** A repository as one question finds it: each thing is looked at once, when it is first asked for. */
export class Reading {
  readonly errors: DataError[] = [];
  readonly files: WorkspaceFiles;
  readonly cache: ObjectFolder;
  readonly params = new ParamsReader();
  private readonly remotes = new Map<string, ObjectFolder>();
  private ownOuts: readonly KeptOut[] | undefined;

  private constructor(
    readonly root: string,
    readonly stages: readonly Stage[],
    readonly settings: RepositorySettings,
    readonly memory: RepositoryMemory,
    /** Undefined where nobody may ask git. */
    readonly revisions: Revisions | undefined,
    readonly signal: AbortSignal,
  ) {
    this.files = new WorkspaceFiles(memory.hashes, (folder) => dvcIgnoreRules(root, folder), signal);
    this.cache = new ObjectFolder(settings.cacheFolder, memory.hashes, signal);
  }

  static async open(root: string, memory: RepositoryMemory, revisions: Revisions | undefined, signal: AbortSignal): Promise<Reading> {
    const settings = await readRepositorySettings(root);
    const { stages, broken } = await scanRepository(root, memory.records, { gitRules: !settings.withoutGit, signal });
    const reading = new Reading(root, stages, settings, memory, settings.withoutGit ? undefined : revisions, signal);
    reading.addBroken(broken);
    return reading;
  }

  /** The outs in the repository that DVC keeps. */
  get outs(): readonly KeptOut[] {
    this.ownOuts ??= keptOuts(this.root, this.stages);
    return this.ownOuts;
  }

  /** A remote's objects; undefined for one that isn't a folder of this machine, and where there is none. */
  remote(name: string | undefined): ObjectFolder | undefined {
    const folder = this.settings.remotes.find((remote) => (name === undefined ? remote.isDefault : remote.name === name))?.folder;
    if (folder === undefined) return undefined;
    const known = this.remotes.get(folder) ?? new ObjectFolder(folder, this.memory.hashes, this.signal);
    this.remotes.set(folder, known);
    return known;
  }

  /** Reads a manifest in the cache, else in the remote, where that is a folder. */
  readonly manifest: ReadManifest = async (hash: Hash, out: StageOut) =>
    (await this.cache.manifest(hash)) ?? (await this.remote(out.remote)?.manifest(hash));

  /** What a commit records. */
  committed(revisions: Revisions, commit: string): Promise<CommittedRecords> {
    const { root, memory, signal } = this;
    return memory.committed(commit, () => readCommitted(root, revisions, commit, memory.committedFiles, signal));
  }

  addBroken(broken: readonly BrokenRecord[]): void {
    for (const { file, message, line } of broken)
      this.errors.push({ state: 'error', file, path: toPosix(relative(this.root, file)), line, message });
  }

  /** Makes a row of what can't be read; stops when it was stopped. */
  addError(file: string, line: number, target: string | undefined, error: unknown): void {
    this.signal.throwIfAborted();
    this.errors.push({ state: 'error', file, path: toPosix(relative(this.root, target ?? file)), line, message: messageOf(error) });
  }
}
