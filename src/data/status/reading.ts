import { join, relative } from 'node:path';
import { messageOf } from '../../core/errors';
import { readConfig, type DvcConfig } from '../records/config';
import type { DvcRemote } from '../records/remotes';
import { ParamsFiles } from '../records/paramsFiles';
import { diskSource, ownSource, type RecordSource } from '../records/recordSource';
import { dvcIgnoreRules } from '../records/folderRules';
import { isOnOtherMachine, toPosix } from '../records/recordPath';
import { scanRepository } from '../records/scan';
import type { BrokenRecord } from '../records/recordReading';
import type { Stage, StageOut } from '../records/stage';
import type { Revisions } from '../revisions';
import { readCommitted, type CommittedRecords } from './committedRecords';
import { ObjectFolder } from './objectFolder';
import type { Hash } from './dataIndex';
import { keptOuts, type KeptOut, type ReadManifest } from './recordedIndex';
import type { RepositoryMemory } from './repositoryMemory';
import type { DataError } from './status';
import { WorkspaceFiles } from './workspaceFiles';

/** A repository as one question finds it: each thing is looked at once, when it is first asked for. */
export class Reading {
  readonly errors: DataError[] = [];
  readonly files: WorkspaceFiles;
  readonly cache: ObjectFolder;
  readonly params: ParamsFiles;
  private readonly remotes = new Map<string, ObjectFolder>();
  private ownOuts: readonly KeptOut[] | undefined;
  /** How many of the errors are of records in the working folder. */
  private ofRecords = 0;

  private constructor(
    readonly root: string,
    readonly stages: readonly Stage[],
    /** The records of which not all could be read, absolute. */
    private readonly unread: ReadonlySet<string>,
    readonly config: DvcConfig,
    readonly memory: RepositoryMemory,
    /** Undefined where nobody may ask git. */
    readonly revisions: Revisions | undefined,
    /** Whether what lies outside of the repository is looked at: a record may name any path of this machine. */
    readonly reachesOutside: boolean,
    source: RecordSource,
    readonly signal: AbortSignal,
  ) {
    this.params = new ParamsFiles(source);
    const rules = (folder: string): ReturnType<typeof dvcIgnoreRules> => dvcIgnoreRules(root, folder, source);
    this.files = new WorkspaceFiles(memory.hashes, rules, signal, reachesOutside ? undefined : root);
    this.cache = new ObjectFolder(
      this.isAsked(config.cacheFolder) ? config.cacheFolder : join(root, '.dvc', 'cache'),
      memory.hashes,
      signal,
    );
  }

  /** @param revisions undefined where nobody may ask git, and nothing outside of the repository is looked at */
  static async open(root: string, memory: RepositoryMemory, revisions: Revisions | undefined, signal: AbortSignal): Promise<Reading> {
    const config = await readConfig(root);
    const source = revisions ? diskSource : ownSource(root);
    const { stages, broken, unread } = await scanRepository(root, memory.records, {
      source,
      gitRules: !config.withoutGit,
      parsing: config.parsing,
      signal,
    });
    const git = config.withoutGit ? undefined : revisions;
    const reading = new Reading(root, stages, unread, config, memory, git, revisions !== undefined, source, signal);
    reading.addBroken(config.broken);
    reading.addBroken(broken);
    reading.ofRecords = broken.length;
    const { cacheFolder } = config;
    if (!reading.isAsked(cacheFolder)) {
      const message = `the cache ${cacheFolder} is on another machine, and is not asked before you trust this workspace`;
      reading.addBroken([{ file: join(root, '.dvc', 'config'), message, line: 1 }]);
    }
    return reading;
  }

  /** For a question about commits alone, where broken records in the working folder play no part. */
  leaveOutRecords(): void {
    this.errors.splice(this.config.broken.length, this.ofRecords);
    this.ofRecords = 0;
  }

  /** The outs in the repository that DVC keeps. */
  get outs(): readonly KeptOut[] {
    this.ownOuts ??= keptOuts(this.root, this.stages);
    return this.ownOuts;
  }

  /** Of what a commit records, that of which it is known whether it is still recorded: a record that can't be read may do so, or not. */
  comparable(committed: readonly KeptOut[]): KeptOut[] {
    const recorded = new Set(this.outs.map(({ path }) => path));
    return committed.filter(({ path, stage }) => recorded.has(path) || !this.unread.has(stage.file));
  }

  /** A remote by its name, else the default one. */
  remoteNamed(name: string | undefined): DvcRemote | undefined {
    const wanted = name?.toLowerCase();
    return this.config.remotes.find((remote) => (wanted === undefined ? remote.isDefault : remote.name === wanted));
  }

  /** A remote's objects; undefined for one that isn't a folder of this machine, and where there is none. */
  remote(name: string | undefined): ObjectFolder | undefined {
    const remote = this.remoteNamed(name);
    if (remote?.folder === undefined || remote.isVersioned || !this.isAsked(remote.folder)) return undefined;
    const { folder } = remote;
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
    return memory.committed(commit, () =>
      readCommitted(root, revisions, commit, memory.committedFiles, { parsing: this.config.parsing, signal }),
    );
  }

  private isAsked(folder: string): boolean {
    return this.reachesOutside || !isOnOtherMachine(this.root, folder);
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
