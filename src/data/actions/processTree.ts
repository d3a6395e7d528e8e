import { spawn, type ChildProcess } from 'node:child_process';

/** How hard a process is told to end: it may finish its work first, it may clean up, it may not. */
export type Force = 'interrupt' | 'terminate' | 'kill';

const SIGNALS = { interrupt: 'SIGINT', terminate: 'SIGTERM', kill: 'SIGKILL' } as const;

/**
 * Tells a process and all that it has started to end. It must have been started `detached` except on Windows, where there are no
 * groups, and where `taskkill` walks the tree; a console program there can only be killed.
 */
export function endTree(child: ChildProcess, force: Force): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    const args = ['/PID', String(pid), '/T', ...(force === 'interrupt' ? [] : ['/F'])];
    spawn('taskkill', args, { stdio: 'ignore', windowsHide: true }).on('error', () => child.kill());
    return;
  }
  try {
    process.kill(-pid, SIGNALS[force]);
  } catch {
    // It has ended by itself.
  }
}
