import { invalid } from '../../../core/errors';
import { bytesOf, type OnBytes } from '../byteStream';
import type { ContentHandle } from '../place';
import { mixFirst, mixSecond } from '../stats/rowHashes';
import { isDamaged, NOT_UTF8, refuseUtf16, windowsText, withoutMark } from './encoding';
import type { TableSink } from './tableSink';

const MOST_LINE = 16 * 2 ** 20;
/** Rows that are read for the names of columns: what comes up later for the first time has no column. */
const PROBED = 1_000;
const LF = 10;
/** Digits of a whole number that a number may not hold exactly; most lines have none, and are read at full speed. */
const LONG = /\d{16}/;
const WHOLE = /^-?\d{16,300}$/;

/**
 * Reads JSON lines into a sink: an object a row, whose keys are columns; those of the first rows count.
 * @throws TrackingError for UTF-16, and for a line that is too long
 */
export async function readJsonLines(
  handle: ContentHandle,
  name: string,
  sink: TableSink,
  signal?: AbortSignal,
  onBytes?: OnBytes,
): Promise<void> {
  let columns: Map<string, number> | undefined;
  let probed: Row[] = [];
  let row = 0;
  let strangers = 0;
  const send = (each: Row): void => {
    for (const [key, column] of columns!) sink.value(column, each.cells[key]);
    for (const key of Object.keys(each.cells))
      if (!columns!.has(key) && strangers++ === 0)
        sink.problem(`has a key ${JSON.stringify(key)} that the first rows lack`, row + 1, each.line);
    sink.endRow(++row, each.line, columns!.size, each.first, each.second);
  };
  const begin = (): void => {
    columns = new Map([...new Set(probed.flatMap(({ cells }) => Object.keys(cells)))].map((key, index) => [key, index]));
    sink.begin([...columns.keys()]);
    for (const each of probed) send(each);
    probed = [];
  };
  let line = 0;
  let isTold = false;
  const problem = (message: string): void => {
    if (message !== NOT_UTF8 || !isTold) sink.problem(message, undefined, line);
    isTold ||= message === NOT_UTF8;
  };
  for await (const bytes of linesOf(bytesOf(handle, name, signal, onBytes), name)) {
    if (++line === 1) refuseUtf16(bytes, name);
    const each = parseRow(line === 1 ? withoutMark(bytes) : bytes, line, problem);
    if (!each) continue;
    if (columns) send(each);
    else if (probed.push(each) >= PROBED) begin();
    if (sink.isDone) return;
  }
  if (!columns) begin();
}

interface Row {
  readonly cells: Readonly<Record<string, unknown>>;
  readonly line: number;
  readonly first: number;
  readonly second: number;
}

function parseRow(bytes: Uint8Array, line: number, problem: (message: string) => void): Row | undefined {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const read = whole.toString('utf8');
  const damaged = isDamaged(read, whole);
  const text = (damaged ? windowsText(whole) : read).trim();
  if (text === '') return undefined;
  if (damaged) problem(NOT_UTF8);
  try {
    const cells: unknown = LONG.test(text) ? JSON.parse(text, keepWhole) : JSON.parse(text);
    if (typeof cells !== 'object' || cells === null || Array.isArray(cells)) throw new SyntaxError();
    let [first, second] = [0, 0];
    for (let at = 0; at < text.length; at++) {
      first = mixFirst(first, text.charCodeAt(at));
      second = mixSecond(second, text.charCodeAt(at));
    }
    return { cells: cells as Record<string, unknown>, line, first, second };
  } catch {
    problem('is no JSON object');
    return undefined;
  }
}

/** `source` is what stands in the text; Node before 21 doesn't tell. */
function keepWhole(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  const isLong = typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && WHOLE.test(source);
  return isLong ? BigInt(source) : value;
}

async function* linesOf(pieces: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const piece of pieces) {
    const joined = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let from = 0;
    for (let at = joined.indexOf(LF); at >= 0; at = joined.indexOf(LF, from)) {
      yield joined.subarray(from, at);
      from = at + 1;
    }
    rest = Buffer.from(joined.subarray(from));
    if (rest.length > MOST_LINE) throw invalid(`${name} has a line of more than ${MOST_LINE} bytes; this is no JSON lines file.`);
  }
  if (rest.length > 0) yield rest;
}
