import { open, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { TrackingError, invalid, missing } from '../../core/errors';
import type { Artifact } from '../../core/run';
import type { ArtifactTree, ByteRange, OpenedArtifact } from '../engine';
import { quote } from '../limits';
import { attempt, listFolder, saveStream, whenAbsent, writeWhole } from './artifactFiles';
import { placeUnder } from './artifactPaths';
import { normalizeArtifactPath } from '../artifactPath';
import type { Database } from './database';
import { findLoggedModel } from './loggedModelRows';
import { activeRun, findRun } from './runRows';
import type { StoreFolder } from './storeFolder';

/** How much of a file is read at once: each piece goes through several streams, and costs as much as a large one. */
const PIECE = 256 * 1024;

/** A path of the tree, divided: the folder of the run or model it belongs to, and the path in there. */
interface Place {
  readonly root: string;
  readonly inner: string;
}

export class FileArtifactTree implements ArtifactTree {
  constructor(
    private readonly database: Database,
    private readonly folder: StoreFolder,
  ) {}

  async list(path: string): Promise<readonly Artifact[]> {
    const normal = normalizeArtifactPath(path);
    const place = this.place(normal, findRun);
    if (place === undefined) return [];
    return attempt(normal, () => listFolder(place.root, placeUnder(place.root, place.inner), normal));
  }

  async open(path: string, range?: ByteRange): Promise<OpenedArtifact> {
    const normal = normalizeArtifactPath(path);
    const place = this.place(normal, findRun);
    const file = place && placeUnder(place.root, place.inner);
    const found = file === undefined ? undefined : await stat(file).catch(whenAbsent(undefined));
    if (file === undefined || !found?.isFile()) throw missing(`There is no artifact ${quote(normal)}.`);
    const { size } = found;
    if (range && range.start >= size) throw invalid(`The artifact ${quote(normal)} has ${size} bytes: none at ${range.start}.`);
    return attempt(normal, async () => {
      const handle = await open(file, 'r');
      return { size, content: Readable.toWeb(handle.createReadStream({ ...range, highWaterMark: PIECE })) as ReadableStream<Uint8Array> };
    });
  }

  async write(path: string, content: ReadableStream<Uint8Array>): Promise<void> {
    try {
      const { normal, place } = this.writable(path);
      if (place.inner === '') throw invalid(`Invalid artifact path ${quote(path)}: name the file to write.`);
      const file = placeUnder(place.root, place.inner);
      await attempt(normal, () => writeWhole(file, (temporary) => saveStream(temporary, content)));
    } catch (error) {
      // Whoever sends must not wait for a reader that has gone.
      if (!content.locked) await content.cancel().catch(() => undefined);
      throw error;
    }
  }

  async remove(path: string): Promise<void> {
    const { normal, place } = this.writable(path);
    const file = placeUnder(place.root, place.inner);
    if (!(await stat(file).catch(whenAbsent(undefined)))) throw missing(`There is no artifact ${quote(normal)}.`);
    await attempt(normal, () => rm(file, { recursive: true }));
  }

  private writable(path: string): { normal: string; place: Place } {
    if (this.database.readOnlyReason !== undefined) throw new TrackingError('PERMISSION_DENIED', this.database.readOnlyReason);
    const normal = normalizeArtifactPath(path);
    const place = this.place(normal, activeRun);
    if (!place) throw invalid(`Invalid artifact path ${quote(path)}: it must begin with the folder of a run or of a logged model.`);
    return { normal, place };
  }

  /** Undefined for what is above the runs and models, or names none; a run or model that isn't there is RESOURCE_DOES_NOT_EXIST. */
  private place(normal: string, find: (database: Database, runId: string) => { readonly experiment: number }): Place | undefined {
    const ofModel = /^([^/]+)\/models\/(m-[^/]+)\/artifacts(?:\/(.+))?$/s.exec(normal);
    const ofRun = ofModel ?? /^([^/]+)\/([^/]+)\/artifacts(?:\/(.+))?$/s.exec(normal);
    if (!ofRun) return undefined;
    const [, experiment = '', id = '', inner = ''] = ofRun;
    const { experiment: own } = ofModel ? findLoggedModel(this.database, id) : find(this.database, id);
    if (String(own) !== experiment) throw missing(`The experiment ${quote(experiment)} has no ${ofModel ? 'logged model' : 'run'} ${id}.`);
    return { root: ofModel ? this.folder.modelRoot(experiment, id) : this.folder.runRoot(experiment, id), inner };
  }
}
