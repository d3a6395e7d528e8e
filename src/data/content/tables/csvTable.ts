import { invalid } from '../../../core/errors';
import { beginningOf, bytesOf, type OnBytes } from '../byteStream';
import type { ContentHandle } from '../place';
import type { Dialect, ProfileOptions } from '../profile';
import { CsvScanner } from './csvScanner';
import { guessDialect } from './dialect';
import { guessEncoding, refuseUtf16, windowsText, withoutMark } from './encoding';
import type { TableSink } from './tableSink';

/** So much of a table is looked at to tell how it is written, and so much for what its bytes stand for. */
const PROBE = 64 * 1024;
const ENCODING_PROBE = 2 ** 20;

/**
 * Reads a text table into a sink.
 * @throws TrackingError where it is UTF-16, or no table
 */
export async function readCsv(
  handle: ContentHandle,
  name: string,
  options: ProfileOptions,
  sink: TableSink,
  signal?: AbortSignal,
  onBytes?: OnBytes,
): Promise<Dialect> {
  const dialect = await csvDialect(handle, name, options);
  const scanner = new CsvScanner(dialect, sink, name);
  for await (const piece of bytesOf(handle, name, signal, onBytes)) {
    signal?.throwIfAborted();
    scanner.take(piece);
    if (sink.isDone) return dialect;
  }
  scanner.end();
  return dialect;
}

/**
 * How a text table is written.
 * @throws TrackingError where it is UTF-16, or no text
 */
export async function csvDialect(handle: ContentHandle, name: string, options: ProfileOptions): Promise<Dialect> {
  const beginning = await beginningOf(handle, name, ENCODING_PROBE);
  checkText(beginning.subarray(0, PROBE), name);
  const encoding = guessEncoding(beginning);
  const head = Buffer.from(withoutMark(beginning).subarray(0, PROBE));
  const text = encoding === 'utf-8' ? head.toString('utf8') : windowsText(head);
  const dialect = guessDialect(text, name, options);
  if (dialect.delimiter.length !== 1 || dialect.delimiter.charCodeAt(0) > 126)
    throw invalid(`The delimiter must be one character of ASCII, not ${JSON.stringify(dialect.delimiter)}.`);
  return encoding === 'utf-8' ? dialect : { ...dialect, encoding };
}

function checkText(head: Uint8Array, name: string): void {
  refuseUtf16(head, name);
  const zero = head.indexOf(0);
  if (zero >= 0) throw invalid(`${name} is not a text table: it has a NUL at byte ${zero}.`);
}
