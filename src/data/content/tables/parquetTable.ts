import { parquetMetadataAsync, parquetScan, type AsyncBuffer, type FileMetaData } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { invalid, messageOf, TrackingError } from '../../../core/errors';
import type { OnBytes } from '../byteStream';
import type { ContentHandle } from '../place';
import { mixFirst, mixSecond } from '../stats/rowHashes';
import type { TableSink } from './tableSink';

/** What a footer may be long, and what a column of a row group may hold unpacked. */
const MOST_FOOTER = 64 * 2 ** 20;
const MOST_CHUNK = 2 ** 30;
/** A row group has a million rows mostly; a few bytes may claim billions. */
const MOST_ROWS = 16_000_000;

/** `PAR1` at both ends. */
export function isParquet(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x41 && head[2] === 0x52 && head[3] === 0x31;
}

/**
 * Reads a Parquet file into a sink, a column of some rows at a time: cells come column by column, each row's end after its last cell.
 * Columns are those at the top; what is nested is a cell.
 * @throws TrackingError where it is damaged, encrypted, or asks for more memory than is given
 */
export async function readParquet(
  handle: ContentHandle,
  name: string,
  sink: TableSink,
  signal?: AbortSignal,
  onBytes?: OnBytes,
): Promise<void> {
  const file: AsyncBuffer = { byteLength: handle.size, slice: (from, to) => slice(handle, from, to) };
  try {
    await read(file, await footer(handle, file), sink, signal, onBytes);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof TrackingError) throw error;
    throw invalid(`${name} can't be read as Parquet: ${messageOf(error)}`);
  }
}

async function read(file: AsyncBuffer, metadata: FileMetaData, sink: TableSink, signal?: AbortSignal, onBytes?: OnBytes): Promise<void> {
  const tops = topColumns(metadata);
  const columns = tops.map(({ name }) => name);
  const rows = Number(metadata.num_rows);
  sink.begin(columns);
  const scan = await parquetScan({ file, metadata, compressors });
  for (const { rowStart, rowEnd } of groupsOf(metadata)) {
    if (sink.isDone) return;
    const first = new Int32Array(rowEnd - rowStart);
    const second = new Int32Array(rowEnd - rowStart);
    for (const [index, column] of columns.entries()) {
      signal?.throwIfAborted();
      const cells = await scan.readColumn({ column, rowStart, rowEnd });
      if (cells.length < first.length) throw new Error(`column ${column} has ${cells.length} cells for ${first.length} rows`);
      for (let at = 0; at < first.length; at++) {
        const cell: unknown = cells[at];
        sink.value(index, cell, tops[index]!.floating);
        const bits = bitsOf(cell);
        first[at] = mixFirst(first[at]!, bits);
        second[at] = mixSecond(second[at]!, bits ^ (bits >>> 11));
      }
    }
    for (let at = 0; at < first.length; at++) sink.endRow(rowStart + at + 1, undefined, columns.length, first[at]!, second[at]!);
    onBytes?.(Math.round((file.byteLength * rowEnd) / Math.max(1, rows)));
  }
}

/** The rows of each group: a column of one is decoded as a whole, however little of it is asked for. */
function groupsOf({ row_groups: groups }: FileMetaData): { readonly rowStart: number; readonly rowEnd: number }[] {
  let rowEnd = 0;
  return groups.map(({ num_rows: rows }) => ({ rowStart: rowEnd, rowEnd: (rowEnd += Number(rows)) }));
}

/** The columns at the top of the schema, in order. */
function topColumns(metadata: FileMetaData): { readonly name: string; readonly floating: boolean }[] {
  const columns: { name: string; floating: boolean }[] = [];
  let at = 1;
  // A schema may claim more children than it has elements.
  const skip = (): void => {
    const children = metadata.schema[at++]?.num_children ?? 0;
    for (let child = 0; child < children && at < metadata.schema.length; child++) skip();
  };
  const count = metadata.schema[0]?.num_children ?? 0;
  for (let index = 0; index < count && at < metadata.schema.length; index++) {
    const type = metadata.schema[at]?.type;
    columns.push({ name: metadata.schema[at]?.name ?? `column ${index + 1}`, floating: type === 'DOUBLE' || type === 'FLOAT' });
    skip();
  }
  return columns;
}

async function footer(handle: ContentHandle, file: AsyncBuffer): Promise<FileMetaData> {
  const tail = await handle.read(Math.max(0, handle.size - 8), 8);
  const magic = Buffer.from(tail.subarray(4)).toString('latin1');
  if (magic === 'PARE') throw new Error('it is encrypted');
  if (tail.length < 8 || magic !== 'PAR1') throw new Error('it is cut off: its end is missing');
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  if (length > MOST_FOOTER || length > handle.size - 8) throw new Error(`its footer claims ${length} bytes`);
  const metadata = await parquetMetadataAsync(file);
  for (const group of metadata.row_groups) {
    if (Number(group.num_rows) > MOST_ROWS) throw new Error(`a row group claims ${group.num_rows} rows; write smaller row groups`);
    for (const { meta_data: column } of group.columns)
      if (column && Number(column.total_uncompressed_size) > MOST_CHUNK)
        throw new Error(
          `column ${column.path_in_schema.join('.')} unpacks to ${column.total_uncompressed_size} bytes at once; write smaller row groups`,
        );
  }
  return metadata;
}

async function slice(handle: ContentHandle, from: number, to = handle.size): Promise<ArrayBuffer> {
  const start = from < 0 ? handle.size + from : from;
  const bytes = await handle.read(start, to - start);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

const scratch = new DataView(new ArrayBuffer(8));

/** 32 bits of a cell, for hashing. */
function bitsOf(cell: unknown): number {
  if (typeof cell === 'number') {
    if (Number.isInteger(cell) && Math.abs(cell) < 2 ** 31) return cell | 0;
    scratch.setFloat64(0, cell);
    return mixFirst(scratch.getInt32(0), scratch.getInt32(4));
  }
  if (cell === null || cell === undefined) return 0x7fff1234;
  const text = typeof cell === 'string' ? cell : cell instanceof Date ? cell.toJSON() : plain(cell);
  let bits = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) bits = mixFirst(bits, text.charCodeAt(at));
  return bits;
}

function plain(cell: unknown): string {
  return JSON.stringify(cell, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? '';
}
