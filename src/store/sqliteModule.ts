import type * as sqlite from 'node:sqlite';
import { TrackingError } from '../core/errors';

export type SqliteModule = typeof sqlite;
let loaded: SqliteModule | undefined;

/**
 * Node's own SQLite, loaded when first needed, so that an older Node gets a clear message instead of a failed import.
 * Node prints a warning that the module is experimental; it says nothing to our users, and is held back here only.
 */
export function loadSqlite(): SqliteModule {
  if (loaded) return loaded;
  const emitWarning = process.emitWarning.bind(process);
  const own = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes('SQLite')) Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    const found: SqliteModule | undefined = process.getBuiltinModule?.('node:sqlite');
    if (!found)
      throw new TrackingError(
        'INTERNAL_ERROR',
        `The store needs Node 22.13 or newer for its SQLite; this is Node ${process.versions.node}.`,
      );
    return (loaded = found);
  } finally {
    if (own) Object.defineProperty(process, 'emitWarning', own);
  }
}
