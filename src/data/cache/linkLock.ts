import { createHash, randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import type { HeldLock } from './heldLock';

/** Milliseconds for which a lock counts without being renewed, how often it is, and what clocks may differ by. */
const LIFETIME = 300_000;
const RENEWAL = 60_000;
const SLOP = 10_000;

/**
 * DVC's lock where `core.hardlink_lock` is set, as flufl.lock keeps it: `lock` is a hard link to a claim whose content is the claim's own
 * path, and its time of change is when it ends to count. DVC's own locks count for a year; ours are renewed, so that one which
 * outlives us doesn't stand in the way for long.
 */
export function takeLinkLock(folder: string): { readonly held: HeldLock } | 'busy' {
  const lock = join(folder, 'lock');
  const who = [lock, hostname(), process.pid, randomBytes(8).toString('hex')].join(process.platform === 'win32' ? '^' : '|');
  const claim = join(folder, `${createHash('md5').update(who).digest('hex')}.lock`);
  writeFileSync(claim, claim);
  const renew = (): void => {
    const end = new Date(Date.now() + LIFETIME);
    utimesSync(claim, end, end);
  };
  renew();
  try {
    linkSync(claim, lock);
  } catch (error) {
    rmSync(claim, { force: true });
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    removeExpired(folder, lock);
    return 'busy';
  }
  const renewing = setInterval(renew, RENEWAL).unref();
  let isHeld = true;
  const release = (): void => {
    if (!isHeld) return;
    isHeld = false;
    clearInterval(renewing);
    rmSync(lock, { force: true });
    rmSync(claim, { force: true });
  };
  return { held: { release } };
}

/** A lock whose time is over is broken, as flufl.lock does it; the next attempt finds it free. */
function removeExpired(folder: string, lock: string): void {
  const stats = statSync(lock, { throwIfNoEntry: false });
  if (!stats || stats.mtimeMs + SLOP > Date.now()) return;
  const claim = join(folder, basename(readFileSync(lock, 'utf8').trim()));
  rmSync(lock, { force: true });
  if (claim.endsWith('.lock')) rmSync(claim, { force: true });
}
