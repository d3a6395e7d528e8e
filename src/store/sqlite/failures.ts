import { TrackingError, messageOf } from '../../core/errors';

const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** SQLite's primary result code of an error that node:sqlite has thrown; undefined for any other. */
export function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === BUSY || code === LOCKED;
}

export function cantOpen(error: unknown): boolean {
  return resultCode(error) === CANTOPEN;
}

/** Turns whatever a database call threw into a TrackingError that names the file and says what to do. */
export function explain(error: unknown, file: string): TrackingError {
  if (error instanceof TrackingError) return error;
  const text = messageOf(error);
  const of = (code: ConstructorParameters<typeof TrackingError>[0], message: string) => new TrackingError(code, message, { cause: error });
  switch (resultCode(error)) {
    case BUSY:
    case LOCKED:
      return of(
        'TEMPORARILY_UNAVAILABLE',
        `${file} is locked by another process. Try again when it is done, or end the program that holds it.`,
      );
    case READONLY:
      return of('PERMISSION_DENIED', `${file} can't be written (${text}). Check the permissions of the file and its folder.`);
    case FULL:
      return of(
        'TEMPORARILY_UNAVAILABLE',
        `The disk that holds ${file} is full. Nothing of this write was kept; free some space and try again.`,
      );
    case NOTADB:
      return of(
        'INVALID_STATE',
        `${file} is not a tracking store (${text}). It was left as it is: move it away to begin a new store, or put a backup in its place.`,
      );
    case CORRUPT:
      return of(
        'INVALID_STATE',
        `${file} is damaged (${text}). It was left as it is: put a backup in its place, or save what can be read with "sqlite3 ${file} .recover".`,
      );
    case CANTOPEN:
      return of('PERMISSION_DENIED', `${file} can't be opened (${text}). Check that the folder is there and may be read and written.`);
    case IOERR:
      return of(
        'INTERNAL_ERROR',
        `The disk failed while ${file} was read or written (${text}). Check the disk and its free space, then try again.`,
      );
    default:
      return of('INTERNAL_ERROR', `The store ${file} failed: ${text}`);
  }
}
