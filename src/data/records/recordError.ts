import type { BrokenRecord } from './recordReading';

/** Why a file of DVC's can't be read; `line` counts from 1. */
export class RecordError extends Error {
  override readonly name = 'RecordError';

  constructor(
    message: string,
    readonly line: number,
    /** The file that is meant, absolute, where it isn't the one that is being read: its lock, or a file of parameters. */
    readonly file?: string,
  ) {
    super(message);
  }
}

/** An error as one of a file, whatever file is being read. */
export function errorIn(file: string, error: unknown): RecordError {
  const { message, line } = brokenBy(error, file);
  return new RecordError(message, line, file);
}

/**
 * The row of a file that can't be read. An error that tells no line of its own is told of the given one, with `where` before it: a stage's name.
 */
export function brokenBy(error: unknown, file: string, line = 1, where?: string): BrokenRecord {
  const message =
    error instanceof RangeError ? 'it is nested too deeply, or within itself' : error instanceof Error ? error.message : String(error);
  if (error instanceof RecordError) return { file: error.file ?? file, message, line: error.line };
  return { file, message: where === undefined ? message : `${where}: ${message}`, line };
}
