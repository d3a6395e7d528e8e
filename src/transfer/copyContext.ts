import { TrackingError, messageOf } from '../core/errors';
import type { Engine } from '../store/engine';
import type { CopyTally } from './copyReport';
import type { Problems } from './problems';
import type { References } from './references';
import type { CopySource } from './source';

/** What all parts of one copy share. */
export interface CopyContext {
  readonly source: CopySource;
  readonly target: Engine;
  readonly references: References;
  readonly problems: Problems;
  readonly tally: CopyTally;
  readonly signal: AbortSignal | undefined;
  /** Tells that so many bytes of files have been copied in all. */
  onBytes(bytes: number): void;
}

/** Whether going on makes no sense: the target is gone, full or may not be written, or we were told to stop. */
export function isFatal(error: unknown, signal?: AbortSignal): boolean {
  if (signal?.aborted) return true;
  return error instanceof TrackingError && (error.code === 'TEMPORARILY_UNAVAILABLE' || error.code === 'PERMISSION_DENIED');
}

/** Notes an item that failed, and goes on without it, unless nothing can go on. */
export async function attemptItem<T>(context: CopyContext, item: string, action: () => Promise<T>): Promise<T | undefined> {
  context.signal?.throwIfAborted();
  try {
    return await action();
  } catch (error) {
    if (isFatal(error, context.signal)) throw error;
    context.problems.add(item, messageOf(error));
    return undefined;
  }
}

/** Makes what isn't there; what another copy has made meanwhile is taken instead. */
export async function createOrFind<T>(create: () => Promise<T>, find: () => Promise<T | undefined>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    const isTaken = error instanceof TrackingError && error.code === 'RESOURCE_ALREADY_EXISTS';
    const found = isTaken ? await find() : undefined;
    if (found === undefined) throw error;
    return found;
  }
}

/** Whether what was asked is at fault, not who was asked. */
export function isRefused(error: unknown): boolean {
  return error instanceof TrackingError && error.code === 'INVALID_PARAMETER_VALUE';
}

function isMissing(error: unknown): boolean {
  return error instanceof TrackingError && error.code === 'RESOURCE_DOES_NOT_EXIST';
}

/** What is asked for, or undefined where it isn't there. */
export async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    // Servers refuse ids that could never be theirs as invalid.
    if (isMissing(error) || isRefused(error)) return undefined;
    throw error;
  }
}
