import type { FastifyError } from 'fastify';
import { TrackingError } from '../core/errors';

/** The HTTP status of MLflow's error codes. A state that forbids what was asked is the asker's to change: never 500, which clients repeat. */
const STATUS = {
  INVALID_PARAMETER_VALUE: 400,
  BAD_REQUEST: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  INVALID_STATE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  RESOURCE_DOES_NOT_EXIST: 404,
  ENDPOINT_NOT_FOUND: 404,
  INTERNAL_ERROR: 500,
  NOT_IMPLEMENTED: 501,
  TEMPORARILY_UNAVAILABLE: 503,
} as const;

export type WireCode = keyof typeof STATUS;

/** A failure as it goes to a client. */
export interface WireError {
  readonly status: number;
  readonly body: { readonly error_code: WireCode; readonly message: string };
}

/** What only the wire knows: requests that never come to an engine. */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(
    readonly code: WireCode,
    message: string,
    readonly status: number = STATUS[code],
  ) {
    super(message);
  }
}

export function wireError(code: WireCode, message: string, status: number = STATUS[code]): WireError {
  return { status, body: { error_code: code, message } };
}

/** Whatever a handler or the framework has thrown, without stack and without our files' names. */
export function toWireError(error: unknown): WireError {
  if (error instanceof TrackingError) return wireError(error.code, error.message);
  if (error instanceof RequestError) return wireError(error.code, error.message, error.status);
  const status = statusOf(error);
  if (status !== undefined && status < 500) return wireError('BAD_REQUEST', (error as Error).message, status);
  return wireError('INTERNAL_ERROR', 'The server failed to answer. Its log says why.');
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error ? (error as Partial<FastifyError>).statusCode : undefined;
}
