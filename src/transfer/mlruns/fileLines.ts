import { createReadStream, readFileSync, statSync } from 'node:fs';

/** No line is told longer than this and one character; of a longer one the rest is dropped. */
export const LONGEST_LINE = 10_000;
/** Files of more bytes than this are streamed. */
const MOST_AT_ONCE = 1024 * 1024;

/** The lines of a text file of any size, and of any length of line, in little memory. Fails where the file can't be read. */
export async function* linesOf(path: string): AsyncIterable<string> {
  if (statSync(path).size <= MOST_AT_ONCE) {
    yield* readFileSync(path, 'utf8').split(/\r?\n/);
    return;
  }
  let rest = '';
  for await (const piece of createReadStream(path, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
    const lines = (rest + String(piece)).split('\n');
    rest = (lines.pop() ?? '').slice(0, LONGEST_LINE + 1);
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  yield rest;
}
