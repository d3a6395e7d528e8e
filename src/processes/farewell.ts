import type { ChildProcess } from 'node:child_process';
import { onWindows, signalGroup, type EndSignal } from './groupSignal';

/** How long programs may take to tidy up when we are leaving ourselves, in milliseconds. */
const PATIENCE = 200;
const LEAVING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** The listeners of every farewell: whoever else listens to a signal decides what becomes of us. */
const OURS = new WeakSet<(...args: never[]) => unknown>();

/** What a program is told when we leave, and whether it is killed where it has not gone at once. */
export interface Parting {
  readonly signal: EndSignal;
  readonly kill: boolean;
}

/** Ends programs when we end: at our exit, or by a signal that nobody but us listens to. In groups of their own they don't hear of Ctrl+C. */
export class Farewell {
  private readonly running = new Map<ChildProcess, Parting>();

  constructor() {
    OURS.add(this.leave);
  }

  add(child: ChildProcess, parting: Parting): void {
    if (this.running.size === 0) {
      process.on('exit', this.say);
      // First, so that those are still there who listen once.
      for (const name of LEAVING) process.prependListener(name, this.leave);
    }
    this.running.set(child, parting);
  }

  remove(child: ChildProcess): void {
    if (this.running.delete(child) && this.running.size === 0) this.unhook();
  }

  private readonly say = (): void => {
    const killed = [...this.running].flatMap(([child, { kill }]) => (kill ? [child] : []));
    // What can't be asked there would be left behind.
    for (const [child, { signal }] of this.running) signalGroup(child, onWindows ? 'SIGKILL' : signal);
    this.running.clear();
    if (onWindows || killed.length === 0) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PATIENCE);
    for (const child of killed) signalGroup(child, 'SIGKILL');
  };

  private readonly leave = (name: NodeJS.Signals): void => {
    // Where somebody else listens, cancelling, or the exit, reaches what runs.
    if (process.listeners(name).some((listener) => !OURS.has(listener))) return;
    this.say();
    this.unhook();
    // Without our listening the signal would have ended us.
    if (process.listenerCount(name) === 0) process.kill(process.pid, name);
  };

  private unhook(): void {
    process.removeListener('exit', this.say);
    for (const name of LEAVING) process.removeListener(name, this.leave);
  }
}
