import { gunzipSync, gzipSync } from 'node:zlib';
import { invalid } from '../../core/errors';

/** An array of unsigned bytes with its shape, as an IDX file holds it; row-major. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;
/** Far above any digit data set; a foreign file's header would otherwise ask for terabytes. */
const MAX_BYTES = 4 * 1024 ** 3;

/**
 * Reads the bytes of an IDX file, gzip or not. Only unsigned bytes are known, the type of MNIST and its kin.
 * The format: two zero bytes, the type, the number of dimensions, then each dimension as a big-endian 32-bit integer, then the data.
 * @param name what the file is called in errors
 * @throws TrackingError with one line for a foreign, truncated or overlong file
 */
export function parseIdx(file: Uint8Array, name: string): IdxArray {
  const bytes = isGzip(file) ? unzip(file, name) : file;
  const rank = bytes[3] ?? 0;
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || rank < 1 || rank > 4)
    throw invalid(`${name} is not an IDX file: it starts with ${hex(bytes)}.`);
  if (bytes[2] !== UNSIGNED_BYTE)
    throw invalid(`${name} is an IDX file of type 0x${(bytes[2] ?? 0).toString(16)}; only bytes (0x8) can be read.`);
  const header = 4 + 4 * rank;
  if (bytes.length < header) throw invalid(`${name} is cut off within its header, after ${bytes.length} bytes.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const expected = shape.reduce((product, size) => product * size, 1);
  if (expected > MAX_BYTES) throw invalid(`${name} claims ${shape.join(' × ')} bytes; this is no file of digits.`);
  const found = bytes.length - header;
  if (found < expected) throw invalid(`${name} is cut off: ${shape.join(' × ')} needs ${expected} bytes of data, ${found} are there.`);
  if (found > expected) throw invalid(`${name} is too long: ${shape.join(' × ')} needs ${expected} bytes of data, ${found} are there.`);
  return { shape, data: new Uint8Array(bytes.buffer, bytes.byteOffset + header, expected) };
}

/** The bytes of an IDX file. `gzip` gives the same bytes for the same array on every platform. */
export function writeIdx(array: IdxArray, options: { readonly gzip?: boolean } = {}): Uint8Array {
  const { shape, data } = array;
  const expected = shape.reduce((product, size) => product * size, 1);
  if (expected !== data.length) throw invalid(`An IDX array of ${shape.join(' × ')} needs ${expected} bytes, not ${data.length}.`);
  const header = 4 + 4 * shape.length;
  const bytes = new Uint8Array(header + data.length);
  const view = new DataView(bytes.buffer);
  bytes[2] = UNSIGNED_BYTE;
  bytes[3] = shape.length;
  shape.forEach((size, axis) => view.setUint32(4 + 4 * axis, size));
  bytes.set(data, header);
  if (!options.gzip) return bytes;
  const zipped = gzipSync(bytes, { level: 6 });
  // Byte 9 names the operating system that packed it, which would change the checksum between platforms.
  zipped[9] = 255;
  return zipped;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unzip(bytes: Uint8Array, name: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason = code === 'Z_BUF_ERROR' ? 'is cut off' : 'is damaged';
    throw invalid(`${name} ${reason}: its gzip stream cannot be read.`);
  }
}

function hex(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'nothing (it is empty)';
  return [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
