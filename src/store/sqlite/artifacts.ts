import { mkdir, readFile, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { invalid, missing } from '../../core/errors';
import type { Artifact } from '../../core/run';
import type { Artifacts } from '../engine';
import { quote } from '../limits';
import { attempt, copy, listFolder, save, whenAbsent, writeWhole } from './artifactFiles';
import { placeUnder } from './artifactPaths';
import { normalizeArtifactPath } from '../artifactPath';
import type { Database } from './database';
import { activeRun, findRun } from './runRows';
import type { StoreFolder } from './storeFolder';

export class FileArtifacts implements Artifacts {
  constructor(
    private readonly database: Database,
    private readonly folder: StoreFolder,
  ) {}

  async list(runId: string, path = ''): Promise<readonly Artifact[]> {
    const normal = normalizeArtifactPath(path);
    const root = this.root(findRun(this.database, runId));
    const place = placeUnder(root, normal);
    return attempt(normal, () => listFolder(root, place, normal));
  }

  async read(runId: string, path: string): Promise<Uint8Array> {
    const place = await this.file(runId, path);
    if (place === undefined) throw missing(`The run ${runId} has no artifact ${quote(path)}.`);
    return attempt(path, () => readFile(place));
  }

  async write(runId: string, path: string, content: Uint8Array | string): Promise<void> {
    const place = this.target(runId, path);
    await attempt(path, () => writeWhole(place, async (temporary) => save(temporary, content)));
  }

  async upload(runId: string, localPath: string, path = basename(localPath)): Promise<void> {
    const source = await attempt(path, () => stat(localPath).catch(whenAbsent(undefined)));
    if (!source) throw missing(`There is no file or folder ${localPath} to upload.`);
    if (source.isDirectory()) return this.uploadFolder(runId, localPath, path, []);
    if (!source.isFile()) throw invalid(`${localPath} is neither a file nor a folder, so it can't be uploaded.`);
    const place = this.target(runId, path);
    return attempt(path, () => writeWhole(place, (temporary) => copy(localPath, temporary)));
  }

  /** Leaves out what is neither file nor folder, what has no end: links to a folder `above`, and the store with the copy itself. */
  private async uploadFolder(runId: string, localPath: string, path: string, above: readonly string[]): Promise<void> {
    const [here, store] = await attempt(path, () => Promise.all([realpath(localPath), realpath(this.folder.path)]));
    if (here === store || above.includes(here)) return;
    const entries = await attempt(path, () => readdir(localPath));
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
}
