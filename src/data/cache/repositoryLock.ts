import { spawn } from 'node:child_process';
import { closeSync, constants, ftruncateSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { HeldLock } from './heldLock';
import { takeLinkLock } from './linkLock';
import { RepositoryBusyError } from './transfers';

/** As long as DVC itself waits for the lock, and as often as it tries; milliseconds. */
const PATIENCE = 3_000;
const PAUSE = 500;
/** Milliseconds after which the system's `flock` is given up. */
const PROGRAM_TIME = 5_000;
/** Not among Node's constants. Of macOS: takes the lock of `flock` in opening. Of libuv for Windows: lets nobody else open the file. */
const EXLOCK = { darwin: 0x20, win32: 0x1000_0000 };

export interface LockOptions {
  /** `core.hardlink_lock` of DVC's configuration. */
  readonly hardlink?: boolean;
  readonly patience?: number;
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

type Attempt = { readonly held: HeldLock } | 'busy';

/**
 * Takes DVC's lock of a repository, so that no `dvc` changes it meanwhile and no other window of ours does. DVC locks `.dvc/tmp/lock` with
 * flock(2), or with `core.hardlink_lock` by a hard link. Node has no flock, so this is how each system gets the very same lock:
 *
 * - Linux: the system's program `flock` locks the file that we have opened and it inherits. The lock belongs to the open file, not to
 *   the program: it stays when that has ended, and goes when we close the file or die.
 * - macOS: a flag of open(2) takes the same lock.
 * - Windows: the file is opened so that nobody else may; DVC keeps it open while it holds the lock.
 *
 * Where Linux has no `flock`, the kernel's list of locks says whether DVC holds it now; that DVC starts later can't be prevented then.
 * Rejects with RepositoryBusyError after as long as DVC would wait.
 */
export async function lockRepository(root: string, options: LockOptions = {}): Promise<HeldLock> {
  const { patience = PATIENCE, signal } = options;
  const folder = join(root, '.dvc', 'tmp');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'lock');
  const until = Date.now() + patience;
  for (;;) {
    signal?.throwIfAborted();
    const attempt = options.hardlink ? takeLinkLock(folder) : await take(file, options);
    if (attempt !== 'busy') return attempt.held;
    if (Date.now() >= until)
      throw new RepositoryBusyError(`DVC is at work in ${root}${holder(file)}. Wait until it is done, and try again.`);
    await setTimeout(PAUSE, undefined, { signal });
  }
}

async function take(file: string, { log = () => undefined }: LockOptions): Promise<Attempt> {
  const flags = constants.O_RDWR | constants.O_CREAT;
  if (process.platform === 'darwin' || process.platform === 'win32') {
    const nonblock = process.platform === 'darwin' ? constants.O_NONBLOCK | constants.O_NOFOLLOW : 0;
    try {
      return held(openSync(file, flags | nonblock | EXLOCK[process.platform], 0o666));
    } catch (error) {
      if (['EAGAIN', 'EBUSY', 'EACCES', 'EPERM', 'EWOULDBLOCK'].includes((error as NodeJS.ErrnoException).code ?? '')) return 'busy';
      throw error;
    }
  }
  // A link would have us write our pid into a file elsewhere.
  const fd = openSync(file, flags | constants.O_NOFOLLOW, 0o666);
  try {
    const code = await flock(fd, log);
    const isFree = code === undefined ? !isListed(file) : code === 0;
    if (isFree) {
      if (code === undefined) log('There is no program flock: DVC is not kept from starting meanwhile.');
      return held(fd);
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  return 'busy';
}

/** Says in the file who holds the lock, as DVC does. */
function held(fd: number): Attempt {
  ftruncateSync(fd);
  writeSync(fd, ` ${process.pid}\n`, 0);
  let isHeld = true;
  const release = (): void => {
    if (isHeld) closeSync(fd);
    isHeld = false;
  };
  return { held: { release } };
}

/** Runs the system's flock on an open file: its exit code, which is 1 where somebody else has the lock; undefined where there is no flock. */
async function flock(fd: number, log: (line: string) => void): Promise<number | undefined> {
  const begun = performance.now();
  const child = spawn('flock', ['-x', '-n', '0'], { stdio: [fd, 'ignore', 'ignore'], timeout: PROGRAM_TIME });
  const code = await new Promise<number | undefined>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(undefined) : reject(error)));
    child.once('exit', (exit, signal) =>
      exit === null ? reject(new Error(`flock was ended by ${signal ?? 'a signal'}.`)) : resolve(exit),
    );
  });
  log(`flock .dvc/tmp/lock [pid ${child.pid ?? '-'}] exit code ${code ?? '-'}, ${Math.round(performance.now() - begun)} ms`);
  if (code !== undefined && code > 1) throw new Error(`The lock of the repository can't be taken: flock ended with ${code}.`);
  return code;
}

/** Whether the kernel lists an flock of the file. */
function isListed(file: string): boolean {
  const { ino } = statSync(file, { bigint: true });
  try {
    return readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .some((line) => line.includes(' FLOCK ') && line.includes(`:${ino} `));
  } catch {
    return false;
  }
}

function holder(file: string): string {
  try {
    const pid = /\d+/.exec(readFileSync(file, 'utf8'))?.[0];
    return pid === undefined ? '' : ` (process ${pid})`;
  } catch {
    return '';
  }
}
