import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TrackingError, messageOf } from '../../core/errors';
import { pidExists } from '../../core/pidExists';
import { HttpFailure, answers, fetchFrom } from './httpSource';
import { MNIST_FILES } from './origin';

/** Public mirrors of the four files; each is asked with a file's name appended. */
export const MNIST_MIRRORS: readonly string[] = [
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
];

export interface DownloadProgress {
  readonly file: string;
  /** Of all files together. */
  readonly bytes: number;
  readonly total: number;
}

export interface DownloadOptions {
  readonly folder: string;
  readonly mirrors?: readonly string[];
  readonly files?: Readonly<Record<string, { readonly md5: string; readonly bytes: number }>>;
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Milliseconds for a mirror's first sign of life; with no sign from any, there is no internet. */
  readonly reachWithin?: number;
  /** Milliseconds of silence after which a transfer is tried again. */
  readonly patience?: number;
  /** Milliseconds before the second attempt; doubled for each further one. */
  readonly backOff?: number;
  readonly attempts?: number;
}

/**
 * Brings the files into a folder, keeping what is there and whole. Every file is checked by its MD5, resumed where it was cut off, asked from
 * the next mirror when one fails, and appears under its name only when complete. Several processes may do this at once.
 * @throws TrackingError `TEMPORARILY_UNAVAILABLE` when no mirror answers or none gives the right bytes
 */
export async function downloadFiles(options: DownloadOptions): Promise<void> {
  const { folder, files = MNIST_FILES, signal } = options;
  await mkdir(folder, { recursive: true });
  const entries = Object.entries(files);
  const total = entries.reduce((sum, [, file]) => sum + file.bytes, 0);
  const wanted: typeof entries = [];
  let done = 0;
  for (const [name, file] of entries) {
    if ((await md5Of(join(folder, name))) === file.md5) done += file.bytes;
    else wanted.push([name, file]);
  }
  if (wanted.length === 0) return;
  const mirrors = await reachable(options, wanted[0]![0]);
  for (const [name, file] of wanted) {
    signal?.throwIfAborted();
    await downloadFile(name, file, mirrors, options, (bytes) => options.onProgress?.({ file: name, bytes: done + bytes, total }));
    done += file.bytes;
  }
}

async function reachable(options: DownloadOptions, name: string): Promise<readonly string[]> {
  const { mirrors = MNIST_MIRRORS, signal, reachWithin = 3_000 } = options;
  const alive = await Promise.all(mirrors.map((mirror) => answers(mirror + name, { patience: reachWithin, signal })));
  signal?.throwIfAborted();
  const found = mirrors.filter((_, index) => alive[index]);
  if (found.length === 0) throw unavailable(`None of the ${mirrors.length} mirrors of MNIST can be reached from here.`);
  return found;
}

async function downloadFile(
  name: string,
  file: { readonly md5: string; readonly bytes: number },
  mirrors: readonly string[],
  options: DownloadOptions,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { folder, signal, attempts = 6, backOff = 500, patience = 15_000, log } = options;
  const partial = await claimPartial(folder, name);
  let reason = '';
  let willing = mirrors;
  let attempt = 0;
  try {
    for (; attempt < attempts && willing.length > 0; attempt++) {
      if (attempt > 0) await pause(backOff * 2 ** (attempt - 1), undefined, { signal });
      const mirror = willing[attempt % willing.length]!;
      const url = mirror + name;
      try {
        await fetchInto(partial, url, file.bytes, { patience, signal }, onBytes);
        if ((await md5Of(partial)) === file.md5) return await rename(partial, join(folder, name));
        reason = 'what came has another checksum than MNIST';
        await rm(partial, { force: true });
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof HttpFailure)) throw error;
        reason = error.message;
        // 416, range not satisfiable: what is here already is no beginning of what the server has.
        if (error.status === 416) await rm(partial, { force: true });
        else if (isFinal(error.status)) willing = willing.filter((other) => other !== mirror);
      }
      log?.(`${url}: ${reason}`);
    }
    throw unavailable(`${name} could not be downloaded after ${attempt} ${attempt === 1 ? 'attempt' : 'attempts'}: ${reason}.`);
  } finally {
    // Kept for whoever comes next; after success there is none.
    await rename(partial, join(folder, `${name}.part`)).catch(() => undefined);
  }
}

/** Whether a server will give the same answer again: a refusal, neither its own trouble nor "too many, too slow". */
function isFinal(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
}

async function fetchInto(
  partial: string,
  url: string,
  expected: number,
  http: { readonly patience: number; readonly signal?: AbortSignal },
  onBytes: (bytes: number) => void,
): Promise<void> {
  const have = await stat(partial).then(
    (facts) => facts.size,
    () => 0,
  );
  if (have === expected) return;
  const from = have < expected ? have : 0;
  let file: FileHandle | undefined;
  let position = from;
  try {
    await fetchFrom(
      url,
      from,
      {
        start: async (at) => {
          file = await open(partial, at === 0 ? 'w' : 'r+');
          position = at;
          onBytes(position);
        },
        part: async (bytes) => {
          if (position + bytes.length > expected) throw new HttpFailure(`more than the ${expected} bytes of the file came`);
          await file?.write(bytes, 0, bytes.length, position);
          position += bytes.length;
          onBytes(position);
        },
      },
      http,
    );
  } finally {
    await file?.close();
  }
  if (position < expected) throw new HttpFailure(`only ${position} of ${expected} bytes came`);
}

/** A partial file of our own: two processes that wrote to the same one would spoil it. What a dead process left is taken over. */
async function claimPartial(folder: string, name: string): Promise<string> {
  const own = join(folder, `${name}.part-${process.pid}`);
  for (const left of await readdir(folder)) {
    if (!left.startsWith(`${name}.part`)) continue;
    // 0 where no process is named.
    const pid = Number(left.slice(`${name}.part-`.length));
    if (pid > 0 && pid !== process.pid && pidExists(pid)) continue;
    // Only one process wins the rename; the others begin anew.
    const taken = await rename(join(folder, left), own).then(
      () => true,
      () => false,
    );
    if (taken) break;
  }
  return own;
}

/** The MD5 of a file; undefined where there is none. */
export async function md5Of(path: string): Promise<string | undefined> {
  const hash = createHash('md5');
  try {
    for await (const part of createReadStream(path) as AsyncIterable<Uint8Array>) hash.update(part);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new TrackingError('INTERNAL_ERROR', `${path} cannot be read: ${messageOf(error)}`);
  }
  return hash.digest('hex');
}

function unavailable(message: string): TrackingError {
  return new TrackingError('TEMPORARILY_UNAVAILABLE', message);
}
