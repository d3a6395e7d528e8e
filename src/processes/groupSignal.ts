import { spawn, type ChildProcess } from 'node:child_process';
import { windowsProgram } from '../core/windowsProgram';

/** How hard a process is told to end: it may finish its work, it may tidy up, it may not. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGKILL';

export const onWindows = process.platform === 'win32';

/**
 * Tells a process and all that it has started to end. Except on Windows, where there are no groups and `taskkill` walks the tree, it
 * must have been started `detached`; a console program there can only be killed, so that SIGINT may do nothing.
 */
export function signalGroup(child: ChildProcess, signal: EndSignal): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (onWindows) {
    // By a head that is gone its tree is not to be found any more.
    if (child.exitCode !== null) return;
    const args = ['/pid', String(pid), '/t', ...(signal === 'SIGINT' ? [] : ['/f'])];
    spawn(windowsProgram('taskkill.exe', process.env), args, { windowsHide: true, stdio: 'ignore' }).once('error', () => child.kill());
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // All of it has ended.
  }
}
