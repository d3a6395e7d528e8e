import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FileHashes } from '../hashing/fileHashes';
import type { HashWork } from '../hashing/hashWork';
import type { StatCache } from '../hashing/statCache';
import { statCacheFile } from '../hashing/statFile';
import { RecordFiles } from '../records/recordFiles';
import type { CommittedRecords } from './committedRecords';

/** Commits whose records are kept. */
const COMMITS = 3;

/** What is remembered of a repository from one question to the next. */
export class RepositoryMemory {
  readonly hashes: FileHashes;
  readonly records: RecordFiles;
  readonly committedFiles: RecordFiles;
  private readonly commits = new Map<string, Promise<CommittedRecords>>();

  private constructor(
    private readonly root: string,
    private readonly stats: StatCache,
    work: HashWork | undefined,
  ) {
    this.hashes = new FileHashes(stats, work);
    this.records = new RecordFiles(root);
    this.committedFiles = new RecordFiles(root);
  }

  static async recall(root: string, stats: StatCache, work: HashWork | undefined): Promise<RepositoryMemory> {
    await stats.load(statCacheFile(root));
    return new RepositoryMemory(root, stats, work);
  }

  /** A commit never changes, so its records are read once. */
  committed(commit: string, read: () => Promise<CommittedRecords>): Promise<CommittedRecords> {
    const known = this.commits.get(commit) ?? read();
    this.commits.delete(commit);
    this.commits.set(commit, known);
    for (const oldest of this.commits.keys()) if (this.commits.size > COMMITS) this.commits.delete(oldest);
    known.catch(() => this.commits.delete(commit));
    return known;
  }

  /** Forgets hashes of files that nobody has asked for since the last time. */
  forgetUnseen(): void {
    this.stats.forgetUnseen();
  }

  /** Keeps the hashes for the next session; not while there is no `.tracking` folder. */
  async save(): Promise<void> {
    if ((await stat(join(this.root, '.tracking')).catch(() => undefined))?.isDirectory()) await this.stats.save(statCacheFile(this.root));
  }
}
