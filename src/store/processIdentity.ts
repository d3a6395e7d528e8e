import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { pidExists } from '../core/pidExists';
import type { RunProcess } from '../core/progress';
import { windowsProgram } from '../core/windowsProgram';

export type Liveness = 'alive' | 'dead' | 'unknown';

const ASK_TIMEOUT_MS = 5000;

/** Names a process so that another one with the same number, later, elsewhere or in another container, is told apart. */
export async function identifyProcess(pid: number = process.pid): Promise<RunProcess> {
  return { host: hostname(), pid, startedAt: (await startOf(pid)) ?? '' };
}

/** Whether a process still lives; `unknown` for those of other machines and containers, which can't be seen from here. */
export async function livenessOf(identity: RunProcess): Promise<Liveness> {
  if (identity.host !== hostname()) return 'unknown';
  if (process.platform === 'linux' && identity.startedAt !== '') {
    const [place] = splitStart(identity.startedAt);
    if (place !== (await linuxPlace())) return 'unknown';
    const start = await linuxStart(identity.pid);
    return start === identity.startedAt ? 'alive' : 'dead';
  }
  if (!pidExists(identity.pid)) return 'dead';
  if (identity.startedAt === '') return 'alive';
  const start = await startOf(identity.pid);
  return start === undefined || start === identity.startedAt ? 'alive' : 'dead';
}

async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return linuxStart(pid);
  if (process.platform === 'win32')
    return ask(windowsProgram('WindowsPowerShell\\v1.0\\powershell.exe', process.env), [
      '-NoProfile',
      '-NonInteractive',
      '-Command',
      `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`,
    ]);
  // Without these two the same moment would be written differently from one terminal to the next.
  return ask('ps', ['-o', 'lstart=', '-p', String(pid)], { ...process.env, TZ: 'UTC', LC_ALL: 'C' });
}

/** `<place>/<ticks since boot>`; undefined when the process is gone or a zombie. */
async function linuxStart(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in brackets and may hold spaces and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    const ticks = fields[19];
    if (state === 'Z' || state === 'X' || ticks === undefined) return undefined;
    return `${await linuxPlace()}/${ticks}`;
  } catch {
    return undefined;
  }
}

function splitStart(startedAt: string): [place: string, ticks: string] {
  const at = startedAt.lastIndexOf('/');
  return [startedAt.slice(0, at), startedAt.slice(at + 1)];
}

// The number of the first pid namespace, which is every machine's own, outside of containers.
const INITIAL_NAMESPACE = '4026531836';

/** Where pids have a meaning: a machine, over its restarts, or one container of one start of it. Hashed, since a machine's id is private. */
async function linuxPlace(): Promise<string> {
  const read = (path: string) =>
    readFile(path, 'latin1').then(
      (text) => text.trim(),
      () => '',
    );
  const namespace = await readlink('/proc/self/ns/pid').then(
    (text) => text.replace(/\D/g, ''),
    () => '',
  );
  const machine = namespace === INITIAL_NAMESPACE ? await read('/etc/machine-id') : '';
  const ground = machine === '' ? await read('/proc/sys/kernel/random/boot_id') : machine;
  return createHash('sha256').update(`ml-tracking ${ground} ${namespace}`).digest('hex').slice(0, 16);
}

function ask(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, { env, timeout: ASK_TIMEOUT_MS, windowsHide: true, encoding: 'utf8' }, (error, stdout) => {
      const text = stdout.trim();
      resolve(error || text === '' ? undefined : text);
    });
  });
}
