import { invalid } from '../../../core/errors';
import { beginningOf, bytesOf, type OnBytes } from '../byteStream';
import type { ContentHandle } from '../place';
import type { Dialect, ProfileOptions } from '../profile';
import { CsvScanner } from './csvScanner';
import { guessDialect } from './dialect';
import { guessEncoding, windowsText } from './encoding';
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
  let begun = false;
  for await (const piece of bytesOf(handle, name, signal, onBytes)) {
    signal?.throwIfAborted();
    scanner.take(!begun && isMarked(piece) ? piece.subarray(3) : piece);
    begun = true;
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
  const head = Buffer.from(beginning.subarray(0, PROBE));
  checkText(head, name);
  const encoding = guessEncoding(beginning);
  const text = encoding === 'utf-8' ? head.toString('utf8').replace(/^\ufeff/, '') : windowsText(head);
  const dialect = guessDialect(text, name, options);
  if (dialect.delimiter.length !== 1 || dialect.delimiter.charCodeAt(0) > 126)
    throw invalid(`The delimiter must be one character of ASCII, not ${JSON.stringify(dialect.delimiter)}.`);
  return encoding === 'utf-8' ? dialect : { ...dialect, encoding };
}

function isMarked(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function checkText(head: Uint8Array, name: string): void {
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  if (utf16) throw invalid(`${name} is in UTF-16; save it as UTF-8.`);
  const zero = head.indexOf(0);
  if (zero >= 0) throw invalid(`${name} is not a text table: it has a NUL at byte ${zero}.`);
}
