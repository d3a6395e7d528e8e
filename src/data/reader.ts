import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { invalid, messageOf } from '../core/errors';
import { findLosses, type Endangered, type Loss } from './actions/losses';
import { findLayouts, type FolderLayout, type LaidFolder } from './cache/folderLayouts';
import type { ContentPlace } from './content/place';
import { placeAtRevision, placeOfVersion, recordedAtRevision } from './content/versionPlace';
import type { HashWork } from './hashing/hashWork';
import { StatCache } from './hashing/statCache';
import { versionHistory } from './history/versionHistory';
import { readConfig } from './records/config';
import { isWithin } from './records/recordPath';
import { findDvcRoot } from './records/repository';
import type { Revisions } from './revisions';
import type { CacheUsage, DataAnswer, DataQuestion, DataSource } from './source';
import { cacheUsage } from './status/cacheUsage';
import { DataQuestions } from './status/dataQuestions';
import { Reading } from './status/reading';
import { RepositoryMemory } from './status/repositoryMemory';
import type { DataStatus } from './status/status';
import { viewStatus } from './status/viewQuestion';
import type { RecordedContent, RecordedVersions, VersionsOptions } from './versions';

export interface DataReaderOptions {
  /** Undefined where nobody may ask git: what is committed is unknown then, and nothing outside of the repository is looked at. */
  readonly revisions?: Revisions | undefined;
  /** Threads that hash; this one where there are none. The caller ends them. */
  readonly work?: HashWork | undefined;
}

/** Reads the status of DVC repositories natively. Nothing in the repository is written, and DVC isn't run. */
export class DataReader implements DataSource {
  private readonly known = new Map<string, Promise<RepositoryMemory>>();
  private readonly caches: StatCache[] = [];
  private readonly gone = new AbortController();

  constructor(
    private readonly log: (line: string) => void,
    private readonly options: DataReaderOptions = {},
  ) {}

  /** Whether everything it has found out by hashing stands on the disk too. */
  get isRemembered(): boolean {
    return this.caches.every((cache) => cache.isSaved);
  }

  async roots(folder: string): Promise<string[]> {
    const above = await findDvcRoot(folder);
    return above === undefined ? rootsBelow(folder, 2) : [above];
  }

  status(root: string, signal?: AbortSignal): Promise<DataStatus> {
    return this.ask('status', root, signal, async (reading) => {
      const status = await viewStatus(reading, new DataQuestions(reading));
      reading.memory.forgetUnseen();
      return status;
    });
  }

  answer<K extends DataQuestion['kind']>(question: DataQuestion & { readonly kind: K }, signal?: AbortSignal): Promise<DataAnswer<K>> {
    return this.ask(question.kind, question.root, signal, async (reading) => {
      const questions = new DataQuestions(reading);
      const answer = await questions.answer(question);
      return {
        answer: answer as DataAnswer<K>['answer'],
        errors: reading.errors,
        unknown: questions.unknown,
        stages: reading.stages.length,
      };
    });
  }

  async losses(root: string, targets: readonly Endangered[], signal?: AbortSignal): Promise<readonly Loss[]> {
    const { hashes } = await this.memoryOf(root);
    const { cacheFolder } = await readConfig(root);
    return findLosses(root, cacheFolder, targets, hashes, this.stoppedBy(signal));
  }

  async layouts(root: string, folders: readonly LaidFolder[], signal?: AbortSignal): Promise<readonly FolderLayout[]> {
    const { hashes } = await this.memoryOf(root);
    const { cacheFolder: cache } = await readConfig(root);
    return findLayouts(folders, { root, cache, hashes, signal: this.stoppedBy(signal) });
  }

  async placeAt(path: string, revision: string, signal?: AbortSignal): Promise<ContentPlace> {
    return placeAtRevision(path, revision, this.revisions(), this.stoppedBy(signal));
  }

  async placeIn(root: string, path: string, content: RecordedContent): Promise<ContentPlace> {
    if (!this.options.revisions && !isWithin(root, (await readConfig(root)).cacheFolder))
      throw invalid('The cache lies outside of this repository: trust this workspace first.');
    return placeOfVersion(root, path, content, content.digest, relative(root, path).split(sep).join('/'));
  }

  async recordedAt(path: string, revision: string, signal?: AbortSignal): Promise<RecordedContent | undefined> {
    return recordedAtRevision(path, revision, this.revisions(), this.stoppedBy(signal));
  }

  versions(root: string, target: string, options: VersionsOptions = {}, signal?: AbortSignal): Promise<RecordedVersions> {
    return this.ask('versions', root, signal, (reading) => versionHistory(reading, target, options));
  }

  async cacheUsage(root: string, signal?: AbortSignal): Promise<CacheUsage> {
    const { cacheFolder } = await readConfig(root);
    // A configuration that nobody trusts may name any folder of this machine.
    if (!this.options.revisions && !isWithin(root, cacheFolder)) return { bytes: 0, files: 0 };
    return cacheUsage(cacheFolder, this.stoppedBy(signal));
  }

  dispose(): void {
    this.gone.abort(new Error('Reading data was stopped.'));
    this.options.revisions?.dispose();
  }

  private async ask<T>(what: string, root: string, signal: AbortSignal | undefined, work: (reading: Reading) => Promise<T>): Promise<T> {
    const started = performance.now();
    const memory = await this.memoryOf(root);
    const readBefore = memory.hashes.read;
    const reading = await Reading.open(root, memory, this.options.revisions, this.stoppedBy(signal));
    const result = await work(reading);
    await memory.save().catch((error: unknown) => this.log(`data ${what} [${root}] hashes not remembered: ${messageOf(error)}`));
    const took = Math.round(performance.now() - started);
    const read = memory.hashes.read - readBefore;
    this.log(`data ${what} [${root}] ${reading.stages.length} stages, ${reading.errors.length} errors, ${read} files read, ${took} ms`);
    return result;
  }

  private revisions(): Revisions {
    const { revisions } = this.options;
    if (!revisions) throw invalid('What a commit holds can only be told where git may be run: trust this workspace first.');
    return revisions;
  }

  private stoppedBy(signal: AbortSignal | undefined): AbortSignal {
    return signal ? AbortSignal.any([signal, this.gone.signal]) : this.gone.signal;
  }

  private memoryOf(root: string): Promise<RepositoryMemory> {
    const known = this.known.get(root);
    if (known) return known;
    const cache = new StatCache();
    this.caches.push(cache);
    const memory = RepositoryMemory.recall(root, cache, this.options.work);
    this.known.set(root, memory);
    return memory;
  }
}

async function rootsBelow(folder: string, depth: number): Promise<string[]> {
  if (await isFolder(join(folder, '.dvc'))) return [folder];
  if (depth === 0) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules');
  return (await Promise.all(folders.map((entry) => rootsBelow(join(folder, entry.name), depth - 1)))).flat();
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
