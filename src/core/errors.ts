/** The reasons MLflow names in `error_code`; every engine answers with one of them. */
export type ErrorCode =
  | 'INVALID_PARAMETER_VALUE'
  | 'RESOURCE_ALREADY_EXISTS'
  | 'RESOURCE_DOES_NOT_EXIST'
  | 'INVALID_STATE'
  | 'PERMISSION_DENIED'
  | 'TEMPORARILY_UNAVAILABLE'
  /** The store does not have this part of the port, as an older server. */
  | 'NOT_IMPLEMENTED'
  | 'INTERNAL_ERROR';

/** An error whose message is one clear line that a person can act on. */
export class TrackingError extends Error {
  override readonly name = 'TrackingError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** The error as plain data, for crossing a thread or a wire. */
  toJSON(): { code: ErrorCode; message: string } {
    return { code: this.code, message: this.message };
  }
}

export function invalid(message: string): TrackingError {
  return new TrackingError('INVALID_PARAMETER_VALUE', message);
}

export function missing(message: string): TrackingError {
  return new TrackingError('RESOURCE_DOES_NOT_EXIST', message);
}

/** The message of anything thrown, without a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
