import { createHash, randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { RunProcess } from '../core/progress';
import { type Liveness, livenessOf } from './processIdentity';

/** The file in a store's folder that tells of the server which serves it; it is there for as long as the server is. */
export const SERVER_FILE = 'server.json';

/** A server that serves a store. Its token is never among this. */
export interface ServerFile {
  /** The version of ML Tracking that serves. */
  readonly version: string;
  readonly pid: number;
  /** When the process started, by the system's own clock of processes. */
  readonly startedAt: string;
  /** The name of the machine it runs on. */
  readonly machine: string;
  /** The address it listens on. */
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** It ends by itself when for so many seconds nobody was connected: an editor's server, which an editor may end and start again. */
  readonly lease?: number;
}

/** What the file holds; undefined for anything that isn't one of ours. */
export function parseServerFile(text: string): ServerFile | undefined {
  let fields: Partial<Record<keyof ServerFile, unknown>>;
  try {
    fields = (JSON.parse(text) ?? {}) as typeof fields;
  } catch {
    return undefined;
  }
  const { version, pid, startedAt, machine, host, port, url, lease } = fields;
  const texts = [version, startedAt, machine, host, url].every((field) => typeof field === 'string');
  const numbers = [pid, port].every((field) => Number.isSafeInteger(field) && (field as number) > 0);
  // Whoever reads it opens the URL or gives it to programs.
  if (!texts || !numbers || !/^https?:\/\/[^/\s]+$/.test(url as string)) return undefined;
  return { version, pid, startedAt, machine, host, port, url, ...(typeof lease === 'number' ? { lease } : {}) } as ServerFile;
}

/** What a store's file says; undefined where there is none, or none that can be read. Whether that server still lives is another question. */
export async function readServerFile(storeFolder: string): Promise<ServerFile | undefined> {
  const text = await readFile(join(storeFolder, SERVER_FILE), 'utf8').catch(() => '');
  return parseServerFile(text);
}

/** Whether the process that wrote the file still lives; `unknown` for those of other machines and containers. */
export async function serverLiveness({ machine, pid, startedAt }: ServerFile): Promise<Liveness> {
  return livenessOf({ host: machine, pid, startedAt });
}

/**
 * The server that serves a store and is known to live. One that died without taking its file along is none, nor is one of another
 * machine or container: nobody here could tell whether it lives, and a container that was killed would never be let in again.
 */
export async function findServer(storeFolder: string): Promise<ServerFile | undefined> {
  const found = await readServerFile(storeFolder);
  return found && (await serverLiveness(found)) === 'alive' ? found : undefined;
}

/**
 * Writes the file of this process, readable for its owner only, whole or not at all.
 * @returns the server that is there already, and is known to live; then nothing is written.
 */
export async function claimServerFile(
  storeFolder: string,
  process: RunProcess,
  listening: Pick<ServerFile, 'version' | 'host' | 'port' | 'url' | 'lease'>,
): Promise<ServerFile | undefined> {
  const { host: machine, pid, startedAt } = process;
  const own: ServerFile = { ...listening, pid, startedAt, machine };
  const place = join(storeFolder, SERVER_FILE);
  const temporary = `${place}.${randomBytes(6).toString('hex')}`;
  await writeFile(temporary, `${JSON.stringify(own)}\n`, { mode: 0o600, flag: 'wx' });
  try {
    for (let turn = 0; ; turn++) {
      // Of two that begin at once only one makes the link.
      const failure = await linked(temporary, place);
      if (failure === undefined) return undefined;
      const text = await readFile(place, 'utf8').catch(() => '');
      const there = parseServerFile(text);
      if (there && (await serverLiveness(there)) === 'alive') return there;
      if (failure !== 'EEXIST') {
        await rename(temporary, place);
        return undefined;
      }
      if (await takeOver(temporary, place, text, turn)) return undefined;
    }
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Gives a file a second name. @returns why not: the name is taken, or the disk knows no links */
async function linked(file: string, name: string): Promise<string | undefined> {
  try {
    await link(file, name);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && ['EEXIST', 'EPERM', 'ENOTSUP', 'ENOSYS', 'EINVAL'].includes(code)) return code;
    throw error;
  }
}

/** How long to wait for another who is about to take the same file over, and how often: it takes a moment, unless it dies in it. */
const TURN = 20;
const MOST_TURNS = 100;

/** Puts a file in the place of one whose server is gone, by a mark that only one can make of all who have seen that. */
async function takeOver(own: string, place: string, gone: string, turn: number): Promise<boolean> {
  const mark = `${place}.${createHash('sha256').update(gone).digest('hex').slice(0, 12)}`;
  if ((await linked(own, mark)) !== undefined) {
    if (turn >= MOST_TURNS) await rm(mark, { force: true });
    else await wait(TURN);
    return false;
  }
  try {
    if ((await readFile(place, 'utf8').catch(() => '')) !== gone) return false;
    await rename(own, place);
    return true;
  } finally {
    await rm(mark, { force: true });
  }
}

/** Takes a process's file away; another's stays. */
export async function removeServerFile(storeFolder: string, process: RunProcess): Promise<void> {
  const found = await readServerFile(storeFolder);
  if (found && found.pid === process.pid && found.startedAt === process.startedAt && found.machine === process.host)
    await rm(join(storeFolder, SERVER_FILE), { force: true });
}
