import { existsSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TrackingError, invalid, messageOf, missing } from '../../core/errors';
import type { Artifact } from '../../core/run';
import { normalizeArtifactPath } from '../artifactPath';
import type { Artifacts } from '../engine';
import { quote } from '../limits';
import type { ArtifactWire } from './artifactWire';
import type { Places } from './places';
import { type Payload, bytesPayload, filePayload } from './spool';

export class RestArtifacts implements Artifacts {
  constructor(
    private readonly wire: ArtifactWire,
    private readonly places: Places,
    /** Whether the server is on this machine. */
    private readonly isLocal: boolean,
  ) {}

  async list(runId: string, path = ''): Promise<readonly Artifact[]> {
    const normal = normalizeArtifactPath(path);
    return this.wire.list(await this.places.ofRun(runId, normal), normal);
  }

  async read(runId: string, path: string): Promise<Uint8Array> {
    const normal = normalizeArtifactPath(path);
    const place = await this.places.ofRun(runId, normal);
    try {
      if (normal === '') throw missing('');
      return await this.wire.read(place, normal);
    } catch (error) {
      if (error instanceof TrackingError && error.code === 'RESOURCE_DOES_NOT_EXIST')
        throw missing(`The run ${runId} has no artifact ${quote(path)}.`);
      throw error;
    }
  }

  async write(runId: string, path: string, content: Uint8Array | string): Promise<void> {
    await this.send(runId, path, bytesPayload(content));
  }

  async upload(runId: string, localPath: string, path = basename(localPath)): Promise<void> {
    normalizeArtifactPath(path);
    const source = await stat(localPath).catch(() => undefined);
    if (!source) throw missing(`There is no file or folder ${localPath} to upload.`);
    if (source.isDirectory()) return this.uploadFolder(runId, localPath, path, []);
    if (!source.isFile()) throw invalid(`${localPath} is neither a file nor a folder, so it can't be uploaded.`);
    await this.send(runId, path, filePayload(localPath, source.size));
  }

  /** The file of a server that keeps its artifacts in folders of this machine. */
  async localPath(runId: string, path: string): Promise<string | undefined> {
    const normal = normalizeArtifactPath(path);
    const uri = await this.places.runUri(runId);
    // Another machine's folders may have the names of ours.
    if (!this.isLocal || !uri.startsWith('file:') || !URL.canParse(uri)) return undefined;
    try {
      const place = join(fileURLToPath(uri), ...normal.split('/'));
      return existsSync(place) ? place : undefined;
    } catch {
      // A file: URI of another machine.
      return undefined;
    }
  }

  /** Leaves out what is neither file nor folder, and links to a folder `above`, which have no end. */
  private async uploadFolder(runId: string, localPath: string, path: string, above: readonly string[]): Promise<void> {
    const here = await realpath(localPath);
    if (above.includes(here)) return;
    for (const name of await readdir(localPath)) {
      const from = join(localPath, name);
      const to = path === '' ? name : `${path}/${name}`;
      // A link may lead nowhere.
      const entry = await stat(from).catch(() => undefined);
      if (entry?.isDirectory()) await this.uploadFolder(runId, from, to, [...above, here]);
      else if (entry?.isFile()) await this.send(runId, to, filePayload(from, entry.size));
    }
  }

  private async send(runId: string, path: string, payload: Payload): Promise<void> {
    const normal = normalizeArtifactPath(path);
    if (normal === '') throw invalid('Invalid artifact path "": name the file to write.');
    const place = await this.places.ofRun(runId, normal);
    try {
      await this.wire.write(place, normal, payload);
    } catch (error) {
      if (error instanceof TrackingError) throw error;
      throw new TrackingError('INTERNAL_ERROR', `The artifact ${quote(normal)} failed: ${messageOf(error)}`, { cause: error });
    }
  }
}
