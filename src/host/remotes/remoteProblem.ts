import { TrackingError, messageOf, type ErrorCode } from '../../core/errors';

/** What is wrong with a remote, by what a person can do about it. */
export type RemoteProblem =
  /** It may come back by itself. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** It wants to know who asks, or doesn't accept what it was told. */
  | { readonly kind: 'signIn' }
  | { readonly kind: 'certificate'; readonly reason: string }
  | { readonly kind: 'other'; readonly reason: string };

/** Reads the error of a server; its own words tell a terminal's user what to do, here there are buttons for it. */
export function remoteProblem(error: unknown): RemoteProblem {
  const message = messageOf(error);
  const [, inBrackets] = /\(([^()]+)\)/.exec(message) ?? [];
  const code = error instanceof TrackingError ? error.code : undefined;
  if (code === 'TEMPORARILY_UNAVAILABLE') return { kind: 'unreachable', reason: inBrackets ?? message };
  if (code === 'PERMISSION_DENIED' && /who asks/.test(message)) return { kind: 'signIn' };
  if (code === 'PERMISSION_DENIED' && /^The certificate\b/.test(message)) return { kind: 'certificate', reason: inBrackets ?? message };
  return { kind: 'other', reason: message };
}

/** The error that a store's state tells of. */
export function errorOf({ code, message }: { readonly message: string; readonly code?: ErrorCode }): Error {
  return code ? new TrackingError(code, message) : new Error(message);
}
