import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { TrackingError, invalid, missing } from '../../core/errors';
import type { Artifact } from '../../core/run';
import type { Artifacts } from '../engine';
import { quote } from '../limits';
import { attempt, copy, listFolder, save, whenAbsent, writeWhole } from './artifactFiles';
import { normalizeArtifactPath, placeUnder } from './artifactPaths';
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
    const place = placeUnder(this.root(findRun(this.database, runId)), normal);
    return attempt(normal, () => listFolder(place, normal));
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
    const source = await stat(localPath).catch(whenAbsent(undefined));
    if (!source) throw missing(`There is no file or folder ${localPath} to upload.`);
    if (!source.isDirectory()) {
      const place = this.target(runId, path);
      return attempt(path, () => writeWhole(place, (temporary) => copy(localPath, temporary)));
    }
    const entries = await attempt(path, () => readdir(localPath));
    for (const name of entries) await this.upload(runId, join(localPath, name), path === '' ? name : `${path}/${name}`);
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
    if (this.database.readOnlyReason !== undefined) throw new TrackingError('PERMISSION_DENIED', this.database.readOnlyReason);
    const normal = normalizeArtifactPath(path);
    if (normal === '') throw invalid('Invalid artifact path "": name the file to write.');
    return placeUnder(this.root(activeRun(this.database, runId)), normal);
  }

  private root(run: { readonly run_id: string; readonly experiment: number }): string {
    return this.folder.runRoot(String(run.experiment), run.run_id);
  }
}
