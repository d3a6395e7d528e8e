import { execFile } from 'node:child_process';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import { windowsProgram } from '../core/windowsProgram';

/** A program that listens on a port. */
export interface PortOwner {
  readonly pid: number;
  /** What a person knows it by, e.g. `python mlflow`; never its options, which may hold secrets. */
  readonly name: string;
}

const ASK_TIMEOUT = 3_000;
const LISTENING = '0A';

/** Who listens on a port of this machine; undefined where that can't be seen, such as another user's program. */
export async function findPortOwner(port: number): Promise<PortOwner | undefined> {
  try {
    return await (process.platform === 'linux' ? linuxOwner(port) : process.platform === 'win32' ? windowsOwner(port) : lsofOwner(port));
  } catch {
    return undefined;
  }
}

/** The next port above one that nobody listens on, at most 20 above it; 0, which lets the system pick, where all are taken. */
export async function suggestPort(host: string, taken: number): Promise<number> {
  for (let port = taken + 1; port <= Math.min(taken + 20, 65_535); port++) if (await isFree(host, port)) return port;
  return 0;
}

async function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** The socket's inode stands in /proc/net/tcp; who has it open is told by the links under /proc/<pid>/fd. */
async function linuxOwner(port: number): Promise<PortOwner | undefined> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'latin1').catch(() => '')));
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)));
  if (inodes.size === 0) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const open = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of open) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
      if (!inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '')) continue;
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return { pid: Number(pid), name: programName(line.split('\0')) };
    }
  }
  return undefined;
}

/** The inodes of a table of /proc/net whose sockets listen on a port. */
export function listeningInodes(table: string, port: number): string[] {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[1]?.endsWith(end) && fields[3] === LISTENING && fields[9] !== undefined ? [fields[9]] : [];
  });
}

/** The program of a command line, and what it runs where it is an interpreter. */
export function programName(words: readonly string[]): string {
  const [program = '', ...more] = words;
  const name = basename(program.replaceAll('\\', '/')).replace(/\.exe$/i, '');
  if (!/^(?:node|python[\d.]*|ruby|java|sh|bash|perl)$/i.test(name)) return name;
  // Its first word that is no option; what follows an option may be that option's own.
  const script = more[0] === '-m' ? more[1] : more.find((word, index) => !word.startsWith('-') && !more[index - 1]?.startsWith('-'));
  return script === undefined || script === '' ? name : `${name} ${basename(script.replaceAll('\\', '/'))}`;
}

async function lsofOwner(port: number): Promise<PortOwner | undefined> {
  // One field a line: p<pid>, c<command>.
  const text = await ask('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
  const pid = /^p(\d+)$/m.exec(text)?.[1];
  return pid === undefined ? undefined : { pid: Number(pid), name: /^c(.+)$/m.exec(text)?.[1] ?? '' };
}

async function windowsOwner(port: number): Promise<PortOwner | undefined> {
  const table = await ask(windowsProgram('netstat.exe', process.env), ['-ano', '-p', 'TCP']);
  const pid = listeningPid(table, port);
  if (pid === undefined) return undefined;
  const task = await ask(windowsProgram('tasklist.exe', process.env), ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']);
  return { pid, name: (/^"([^"]+)"/m.exec(task)?.[1] ?? '').replace(/\.exe$/i, '') };
}

/** The process that listens on a port by netstat's table; the words in it are in the machine's language, a listener's foreign port is 0. */
export function listeningPid(table: string, port: number): number | undefined {
  for (const line of table.split('\n')) {
    const [protocol, local = '', foreign = '', , pid] = line.trim().split(/\s+/);
    if (protocol === 'TCP' && local.endsWith(`:${port}`) && foreign.endsWith(':0') && /^\d+$/.test(pid ?? '')) return Number(pid);
  }
  return undefined;
}

function ask(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: ASK_TIMEOUT, windowsHide: true, encoding: 'utf8' }, (error, stdout) =>
      error ? reject(new Error(`${command} failed`, { cause: error })) : resolve(stdout),
    );
  });
}
