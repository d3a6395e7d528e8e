import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Disposable } from '../../core/disposable';
import type { Database } from './database';

/** Milliseconds of quiet before listeners are called, and the longest that steady writing can put them off. */
const QUIET = 40;
const PATIENCE = 250;
/** How often the file is looked at where the system doesn't tell of changes. */
const FALLBACK_INTERVAL = 2_000;

/**
 * Tells when the store has been written, by this process or another. The system's notice of a changed file only wakes us;
 * whether there is something new, SQLite's own count says.
 */
export class StoreWatch {
  private readonly listeners = new Set<() => void>();
  private readonly stopOwnWrites: () => void;
  private watcher: FSWatcher | undefined;
  private fallback: NodeJS.Timeout | undefined;
  private timer: NodeJS.Timeout | undefined;
  private firstSign = 0;
  private ownWrites = false;
  private dataVersion: number | undefined;

  constructor(
    private readonly database: Database,
    private readonly log: (line: string) => void,
    /** Whether the system's notices can't be relied on here, e.g. on a network file system. */
    private readonly unreliable = process.platform === 'win32',
  ) {
    this.stopOwnWrites = database.onWrite(() => {
      this.ownWrites = true;
      this.sign();
    });
  }

  add(listener: () => void): Disposable {
    // Each call its own entry, though the function be the same.
    const entry = (): void => listener();
    if (this.listeners.size === 0) this.start();
    this.listeners.add(entry);
    return {
      dispose: () => {
        if (this.listeners.delete(entry) && this.listeners.size === 0) this.stop();
      },
    };
  }

  dispose(): void {
    this.listeners.clear();
    this.stop();
    this.stopOwnWrites();
  }

  private start(): void {
    this.ownWrites = false;
    this.dataVersion = this.database.dataVersion();
    if (this.unreliable) this.startFallback();
    const name = basename(this.database.file);
    try {
      this.watcher = watch(dirname(this.database.file), { persistent: false }, (_event, file) => {
        if (file === null || (file.startsWith(name) && !file.endsWith('-shm'))) this.sign();
      });
      this.watcher.on('error', (error) => this.fallBack(error));
    } catch (error) {
      this.fallBack(error);
    }
  }

  private fallBack(error: unknown): void {
    this.log(`The store's folder can't be watched (${String(error)}): looking every ${FALLBACK_INTERVAL / 1000} s.`);
    this.watcher?.close();
    this.watcher = undefined;
    this.startFallback();
  }

  private startFallback(): void {
    this.fallback ??= setInterval(() => this.check(), FALLBACK_INTERVAL).unref();
  }

  private stop(): void {
    this.watcher?.close();
    this.watcher = undefined;
    clearInterval(this.fallback);
    this.fallback = undefined;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Every sign puts the check off a little, so that the last one of a burst is always followed by a check. */
  private sign(): void {
    if (this.listeners.size === 0) return;
    // Not the day's clock, which may jump.
    const now = performance.now();
    if (this.timer === undefined) this.firstSign = now;
    else clearTimeout(this.timer);
    const delay = Math.max(0, Math.min(QUIET, this.firstSign + PATIENCE - now));
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.check();
    }, delay);
  }

  private check(): void {
    if (!this.hasNews()) return;
    for (const listener of [...this.listeners]) listener();
  }

  private hasNews(): boolean {
    const own = this.ownWrites;
    this.ownWrites = false;
    try {
      const version = this.database.dataVersion();
      const news = own || version !== this.dataVersion;
      this.dataVersion = version;
      return news;
    } catch (error) {
      // E.g. locked for a moment: look again soon rather than lose a change.
      this.log(`The store's changes can't be read: ${String(error)}`);
      this.ownWrites = own;
      this.sign();
      return false;
    }
  }
}
