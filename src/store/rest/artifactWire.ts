import { Readable } from 'node:stream';
import { type ReadableStream, TransformStream } from 'node:stream/web';
import { TrackingError, invalid, missing } from '../../core/errors';
import type { Artifact } from '../../core/run';
import type { ByteRange, OpenedArtifact } from '../engine';
import { quote } from '../limits';
import { withoutCredentials } from './address';
import type { Api } from './api';
import { readFile, readInt } from './decoding';
import { RemoteError } from './failures';
import { type Asked, headerOf } from './http';
import { PROXIED, type Place } from './places';
import type { Payload } from './spool';
import type { WireFiles } from './wire';

const TREE = '/api/2.0/mlflow-artifacts/artifacts';
/** As much as MLflow takes by the way that its own pages upload. */
const SMALL = 10 * 1024 * 1024;

/** Reads and writes files at places, by whichever of MLflow's ways leads there. */
export class ArtifactWire {
  constructor(private readonly api: Api) {}

  /** What lies directly under a folder, its path put before each name; nothing where there is no folder. */
  async list(place: Place, shown: string): Promise<readonly Artifact[]> {
    const found: Artifact[] = [];
    for await (const file of this.files(place)) {
      const name = file.path.slice(file.path.lastIndexOf('/') + 1);
      // Some stores tell a file that is asked for as a folder as the one thing in it.
      if (file.path === place.path && !(file.is_dir ?? false) && place.kind !== 'tree') continue;
      found.push(readFile(file, shown === '' ? name : `${shown}/${name}`));
    }
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  private async *files(place: Place): AsyncGenerator<NonNullable<WireFiles['files']>[number]> {
    let token: string | undefined;
    do {
      const page = await this.page(place, token);
      yield* page.files ?? [];
      token = page.next_page_token ? page.next_page_token : undefined;
    } while (token !== undefined);
  }

  private async page(place: Place, pageToken: string | undefined): Promise<WireFiles> {
    const path = place.path === '' ? undefined : place.path;
    if (place.kind === 'run') return this.api.get('artifacts/list', { run_id: place.runId, path, page_token: pageToken });
    if (place.kind === 'model')
      return this.api.get(`logged-models/${encodeURIComponent(place.modelId)}/artifacts/directories`, {
        artifact_directory_path: path,
        page_token: pageToken,
      });
    return this.api.http.json<WireFiles>({ method: 'GET', path: TREE, query: { path }, repeatable: 'any' });
  }

  /** The whole of a file. */
  async read(place: Place, shown: string): Promise<Uint8Array> {
    return this.orMissing(place, shown, () => this.api.http.bytes(this.download(place)));
  }

  async open(place: Place, shown: string, range?: ByteRange): Promise<OpenedArtifact> {
    if (place.path === '') throw missing(`There is no artifact ${quote(shown)}.`);
    const headers = range ? { range: `bytes=${range.start}-${range.end ?? ''}` } : undefined;
    return this.orMissing(place, shown, async () => {
      const answer = await this.api.http.open({ ...this.download(place), headers });
      const [, total] = /\/(\d+)$/.exec(headerOf(answer.headers, 'content-range') ?? '') ?? [];
      const length = headerOf(answer.headers, 'content-length');
      const isPart = answer.statusCode === 206;
      const told = isPart ? total : length;
      const size = told === undefined ? await this.sizeOf(place) : Number(told);
      const content = Readable.toWeb(answer.body) as ReadableStream<Uint8Array>;
      if (!range || isPart) return { size, content };
      if (range.start >= size) {
        await content.cancel();
        throw noneAt(shown, size, range);
      }
      // A server that knows no ranges sends everything.
      return { size, content: content.pipeThrough(part(range)) };
    });
  }

  async write(place: Place, shown: string, payload: Payload): Promise<void> {
    if (place.path === '') throw invalid(`Invalid artifact path ${quote(shown)}: name the file to write.`);
    const headers = { 'content-type': 'application/octet-stream', 'content-length': String(payload.size) };
    const body = { body: () => payload.read(), headers, repeatable: 'any' } as const;
    if (place.kind === 'tree') {
      await this.api.http.text({ method: 'PUT', path: treePath(place.path), ...body });
      return;
    }
    if (place.kind === 'model' || payload.size === 0 || payload.size > SMALL) throw unwritable(place, shown);
    try {
      const query = { run_uuid: place.runId, path: place.path };
      await this.api.http.text({ method: 'POST', path: '/ajax-api/2.0/mlflow/upload-artifact', query, ...body });
    } catch (error) {
      if (error instanceof RemoteError && error.isUnknownEndpoint) throw unwritable(place, shown);
      throw error;
    }
  }

  async remove(place: Place, shown: string): Promise<void> {
    if (place.kind !== 'tree') throw unwritable(place, shown);
    if (!(await this.entry(place))) throw missing(`There is no artifact ${quote(shown)}.`);
    await this.api.http.text({ method: 'DELETE', path: treePath(place.path), repeatable: 'once' });
  }

  private download(place: Place): Asked {
    const asked = { method: 'GET', repeatable: 'any' } as const;
    if (place.kind === 'tree') return { ...asked, path: treePath(place.path) };
    if (place.kind === 'run') return { ...asked, path: '/get-artifact', query: { run_id: place.runId, path: place.path } };
    const path = `/ajax-api/2.0/mlflow/logged-models/${encodeURIComponent(place.modelId)}/artifacts/files`;
    return { ...asked, path, query: { artifact_file_path: place.path } };
  }

  /** Servers answer for a file that isn't there in many ways, even as if they had failed: its folder tells. */
  private async orMissing<T>(place: Place, shown: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof RemoteError) || error.status === undefined || error.status === 401 || error.status === 403) throw error;
      const entry = await this.entry(place).catch(() => undefined);
      if (!entry || entry.isDirectory) throw missing(`There is no artifact ${quote(shown)}.`);
      if (error.status === 416) throw noneAt(shown, entry.size ?? 0);
      throw error;
    }
  }

  private async sizeOf(place: Place): Promise<number> {
    return (await this.entry(place))?.size ?? 0;
  }

  /** What a place is, as the list of its folder tells. */
  private async entry(place: Place): Promise<Artifact | undefined> {
    const slash = place.path.lastIndexOf('/');
    const name = place.path.slice(slash + 1);
    const files = this.files({ ...place, path: slash < 0 ? '' : place.path.slice(0, slash) });
    for await (const file of files)
      if (file.path.slice(file.path.lastIndexOf('/') + 1) === name)
        return { path: place.path, isDirectory: file.is_dir ?? false, size: readInt(file.file_size) };
    return undefined;
  }
}

function treePath(path: string): string {
  return `${TREE}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

function noneAt(shown: string, size: number, range?: ByteRange): TrackingError {
  return invalid(`The artifact ${quote(shown)} has ${size} bytes: ${range ? `none at ${range.start}` : 'none where it was asked for'}.`);
}

function unwritable(place: Exclude<Place, { kind: 'tree' }>, shown: string): TrackingError {
  return new TrackingError(
    'PERMISSION_DENIED',
    `The artifact ${quote(shown)} can't be written: the server keeps these files at ${withoutCredentials(place.uri)} and does not pass them on. Start it with --serve-artifacts, and log to an experiment whose artifacts lie at ${PROXIED}/.`,
  );
}

/** Lets only a range of a stream's bytes through. */
function part({ start, end = Infinity }: ByteRange): TransformStream<Uint8Array, Uint8Array> {
  let at = 0;
  return new TransformStream({
    transform: (chunk, controller) => {
      const from = Math.max(0, start - at);
      const to = Math.min(chunk.byteLength, end + 1 - at);
      at += chunk.byteLength;
      if (from < to) controller.enqueue(chunk.subarray(from, to));
      if (at > end) controller.terminate();
    },
  });
}
