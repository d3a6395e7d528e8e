import { isUtf8 } from 'node:buffer';
import { invalid } from '../../../core/errors';

/** How a text table's bytes stand for characters. */
export type Encoding = 'utf-8' | 'windows-1252';

/** What is said of the first text that is damaged. */
export const NOT_UTF8 = 'has text that is not UTF-8: read as Windows-1252';

/** What Windows-1252 has from 0x80 to 0x9f, where Latin-1 has control characters. */
const HIGH = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** Tells from a text's beginning how it is written; one of mostly good UTF-8 is that, with some damage. */
export function guessEncoding(beginning: Uint8Array): Encoding {
  let end = beginning.length;
  // The last character may be cut off.
  while (end > 0 && beginning[end - 1]! >= 0x80) end--;
  const bytes = Buffer.from(beginning.buffer, beginning.byteOffset, end || beginning.length);
  if (isUtf8(bytes)) return 'utf-8';
  let [good, bad] = [0, 0];
  for (const character of bytes.toString('utf8')) {
    if (character === '\ufffd') bad++;
    else if (character > '\x7f') good++;
  }
  return bad > good ? 'windows-1252' : 'utf-8';
}

/** The length of the mark that UTF-8 may begin with, and programs on Windows write. */
export const MARK = 3;

/** A file's bytes, from its beginning, without that mark. */
export function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(MARK) : bytes;
}

/** @throws TrackingError where a file begins as UTF-16 does */
export function refuseUtf16(head: Uint8Array, name: string): void {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff))
    throw invalid(`${name} is in UTF-16; save it as UTF-8.`);
}

/**
 * Whether bytes that were read as UTF-8 aren't: then `windowsText` is what keeps different ones different. Each cell is asked for itself,
 * whatever was guessed of the whole: characters of Windows-1252 that are one of UTF-8 together hardly ever stand together.
 */
export function isDamaged(text: string, bytes: Buffer): boolean {
  return text.includes('\ufffd') && !isUtf8(bytes);
}

/** Text of bytes in Windows-1252, in which all bytes are characters. */
export function windowsText(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\x80-\x9f]/g, (c) => HIGH[c.charCodeAt(0) - 0x80]!);
}
