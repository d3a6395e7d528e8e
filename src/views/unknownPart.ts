import { TrackingError } from '../core/errors';

/** The answer of a server that doesn't know what it was asked after, as older ones don't know logged models: there are none. */
export function noneWhereUnknown(error: unknown): never[] {
  return ifKnown(error) ?? [];
}

/** The same, where nothing is another answer than none. */
export function ifKnown(error: unknown): undefined {
  if (error instanceof TrackingError && error.code === 'NOT_IMPLEMENTED') return undefined;
  throw error;
}
