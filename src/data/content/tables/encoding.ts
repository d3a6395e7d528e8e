import { isUtf8 } from 'node:buffer';

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

/** Whether bytes that were read as UTF-8 aren't: then `windowsText` is what keeps different ones different. */
export function isDamaged(text: string, bytes: Buffer): boolean {
  return text.includes('\ufffd') && !isUtf8(bytes);
}

/** Text of bytes in Windows-1252, in which all bytes are characters. */
export function windowsText(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\x80-\x9f]/g, (c) => HIGH[c.charCodeAt(0) - 0x80]!);
}
