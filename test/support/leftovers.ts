import { readdirSync, readFileSync } from 'node:fs';

/**
 * Ends every process that carries a folder's path in its environment, e.g. terminals, which have process groups of their own.
 * Only Linux tells the environment of a process; elsewhere ending the server's group has to do.
 * @returns the command lines of what had to be ended
 */
export function endProcessesOf(folder: string): readonly string[] {
  if (process.platform !== 'linux') return [];
  const ended: string[] = [];
  for (const pid of readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    if (pid === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder)) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      process.kill(pid, 'SIGKILL');
      if (command) ended.push(command);
    } catch {
      // It ended by itself, or belongs to somebody else.
    }
  }
  return ended;
}
