import { randomBytes } from 'node:crypto';
import { type Dirent, constants } from 'node:fs';
import { copyFile, mkdir, open, readFile, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { TrackingError, invalid, messageOf, missing } from '../../core/errors';
import type { Artifact } from '../../core/run';
import type { Artifacts } from '../engine';
import { quote } from '../limits';
import { normalizeArtifactPath, placeUnder } from './artifactPaths';
import type { Database } from './database';
import { activeRun, findRun } from './runRows';
import type { StoreFolder } from './storeFolder';

/** Files that are not whole yet: hidden from lists. */
const TEMPORARY = /^\.[0-9a-f]{12}\.part$/;

export class FileArtifacts implements Artifacts {
  constructor(
    private readonly database: Database,
    private readonly folder: StoreFolder,
  ) {}

  async list(runId: string, path = ''): Promise<readonly Artifact[]> {
    const normal = normalizeArtifactPath(path);
    const root = this.root(findRun(this.database, runId));
    const place = placeUnder(root, normal);
    return this.attempt(normal, async () => {
      const found: Artifact[] = [];
      for (const each of await readdir(place, { withFileTypes: true }).catch(whenAbsent<Dirent[]>([]))) {
        const { name } = each;
        if (TEMPORARY.test(name)) continue;
        if (each.isSymbolicLink() && !(await leadsToFile(root, join(place, name)))) continue;
        const entry = await stat(join(place, name)).catch(whenAbsent(undefined));
        if (!entry) continue;
        const isDirectory = entry.isDirectory();
        found.push({ path: normal === '' ? name : `${normal}/${name}`, isDirectory, size: isDirectory ? undefined : entry.size });
      }
      return found.sort((a, b) => (a.path < b.path ? -1 : 1));
    });
  }

  async read(runId: string, path: string): Promise<Uint8Array> {
    const place = await this.file(runId, path);
    if (place === undefined) throw missing(`The run ${runId} has no artifact ${quote(path)}.`);
    return this.attempt(path, () => readFile(place));
  }

  async write(runId: string, path: string, content: Uint8Array | string): Promise<void> {
    const place = this.target(runId, path);
    await this.attempt(path, () => writeWhole(place, async (temporary) => save(temporary, content)));
  }

  async upload(runId: string, localPath: string, path = basename(localPath)): Promise<void> {
    const source = await this.attempt(path, () => stat(localPath).catch(whenAbsent(undefined)));
    if (!source) throw missing(`There is no file or folder ${localPath} to upload.`);
    if (source.isDirectory()) return this.uploadFolder(runId, localPath, path, []);
    if (!source.isFile()) throw invalid(`${localPath} is neither a file nor a folder, so it can't be uploaded.`);
    const place = this.target(runId, path);
    return this.attempt(path, () => writeWhole(place, (temporary) => copy(localPath, temporary)));
  }

  /** Leaves out what is neither file nor folder, what has no end: links to a folder `above`, and the store with the copy itself. */
  private async uploadFolder(runId: string, localPath: string, path: string, above: readonly string[]): Promise<void> {
    const [here, store] = await this.attempt(path, () => Promise.all([realpath(localPath), realpath(this.folder.path)]));
    if (here === store || above.includes(here)) return;
    const entries = await this.attempt(path, () => readdir(localPath));
    for (const name of entries) {
      const from = join(localPath, name);
      const to = path === '' ? name : `${path}/${name}`;
      // A link may lead nowhere, or round in a circle.
      const kind = await stat(from).catch(() => undefined);
      if (kind?.isDirectory()) await this.uploadFolder(runId, from, to, [...above, here]);
      else if (kind?.isFile()) await this.upload(runId, from, to);
    }
    if (entries.length === 0 && path !== '') await mkdir(this.target(runId, path), { recursive: true });
  }

  async localPath(runId: string, path: string): Promise<string | undefined> {
    return this.file(runId, path, true);
  }

  private async file(runId: string, path: string, orFolder = false): Promise<string | undefined> {
    const place = placeUnder(this.root(findRun(this.database, runId)), normalizeArtifactPath(path));
    const found = await stat(place).catch(whenAbsent(undefined));
    return found && (orFolder || found.isFile()) ? place : undefined;
  }

  private target(runId: string, path: string): string {
    this.database.requireWritable();
    const normal = normalizeArtifactPath(path);
    if (normal === '') throw invalid('Invalid artifact path "": name the file to write.');
    return placeUnder(this.root(activeRun(this.database, runId)), normal);
  }

  private root(run: { readonly run_id: string; readonly experiment: number }): string {
    return this.folder.runRoot(String(run.experiment), run.run_id);
  }

  private async attempt<T>(path: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (error instanceof TrackingError) throw error;
      const full = codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT';
      if (full)
        throw new TrackingError(
          'TEMPORARILY_UNAVAILABLE',
          `The disk is full: the artifact ${quote(path)} was not kept. Free some space and try again.`,
          { cause: error },
        );
      throw new TrackingError('INTERNAL_ERROR', `The artifact ${quote(path)} failed: ${messageOf(error)}`, { cause: error });
    }
  }
}

/** Fills a file beside the place, makes sure that it is on the disk, and renames it. */
async function writeWhole(place: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  const temporary = join(dirname(place), `.${randomBytes(6).toString('hex')}.part`);
  try {
    await fill(temporary);
    await rename(temporary, place);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(place));
}

/** Links to folders are not listed: they may lead in circles; nor are those that lead out, which nobody could open. */
async function leadsToFile(root: string, place: string): Promise<boolean> {
  try {
    placeUnder(root, relative(root, place).replaceAll(sep, '/'));
    return (await stat(place)).isFile();
  } catch {
    return false;
  }
}

async function save(place: string, content: Uint8Array | string): Promise<void> {
  const file = await open(place, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function copy(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  const file = await open(to, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is durable when its folder is; Windows has no such thing as syncing a folder. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function whenAbsent<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return instead;
    throw error;
  };
}
