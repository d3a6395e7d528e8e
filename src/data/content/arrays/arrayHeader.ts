import { invalid } from '../../../core/errors';

/** Number types of array files, by NumPy's names. */
export type ElementType =
  'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'uint64' | 'int64' | 'float16' | 'float32' | 'float64' | 'bool';

export interface ArrayHeader {
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly littleEndian: boolean;
  /** Whether the first dimension moves slowest, as in C. */
  readonly rowMajor: boolean;
  /** Where the numbers begin, in bytes. */
  readonly offset: number;
}

export const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = {
  ...{ uint8: 1, int8: 1, bool: 1, uint16: 2, int16: 2, float16: 2, uint32: 4, int32: 4, float32: 4, uint64: 8, int64: 8, float64: 8 },
};

/** A header is never longer. */
export const MOST_HEADER = 64 * 1024;

const IDX_TYPES: Readonly<Record<number, ElementType>> = {
  ...{ 0x08: 'uint8', 0x09: 'int8', 0x0b: 'int16', 0x0c: 'int32', 0x0d: 'float32', 0x0e: 'float64' },
};
const NPY_TYPES: Readonly<Record<string, ElementType>> = {
  ...{ u1: 'uint8', i1: 'int8', b1: 'bool', u2: 'uint16', i2: 'int16', u4: 'uint32', i4: 'int32', u8: 'uint64', i8: 'int64' },
  ...{ f2: 'float16', f4: 'float32', f8: 'float64' },
};

/** Two zero bytes, a known type, and 1 to 8 dimensions. */
export function isIdx(head: Uint8Array): boolean {
  return head.length >= 4 && head[0] === 0 && head[1] === 0 && IDX_TYPES[head[2]!] !== undefined && head[3]! >= 1 && head[3]! <= 8;
}

/** The header of an IDX file: zero, zero, type, number of dimensions, then each as a big-endian 32-bit integer. */
export function parseIdxHeader(head: Uint8Array, name: string): ArrayHeader {
  if (!isIdx(head)) throw invalid(`${name} is not an IDX file.`);
  const rank = head[3]!;
  const offset = 4 + 4 * rank;
  if (head.length < offset) throw invalid(`${name} is cut off within its header.`);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  return checked({ shape, type: IDX_TYPES[head[2]!]!, littleEndian: false, rowMajor: true, offset }, name);
}

/** `\x93NUMPY`. */
export function isNpy(head: Uint8Array): boolean {
  return head[0] === 0x93 && Buffer.from(head.subarray(1, 6)).toString('latin1') === 'NUMPY';
}

/** The header of NumPy's format, versions 1 to 3: a Python dictionary with `descr`, `fortran_order` and `shape`. */
export function parseNpyHeader(head: Uint8Array, name: string): ArrayHeader {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const wide = (head[6] ?? 0) >= 2;
  const start = wide ? 12 : 10;
  if (!isNpy(head) || head.length < start) throw invalid(`${name} is not a NumPy array file.`);
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (start + length > head.length) throw invalid(`${name} is cut off within its header, or has one longer than ${MOST_HEADER} bytes.`);
  const text = Buffer.from(head.subarray(start, start + length)).toString('utf8');
  const descr = /'descr':\s*'([<>|=])([a-z]\d+)'/.exec(text);
  const shape = /'shape':\s*\(([\d,\sL]*)\)/.exec(text);
  const order = /'fortran_order':\s*(True|False)/.exec(text);
  const type = descr && NPY_TYPES[descr[2]!];
  if (!type || !shape || !order) throw invalid(`${name} is a NumPy array of a type that can't be read here: ${text.trim().slice(0, 200)}`);
  const sizes = (shape[1]!.match(/\d+/g) ?? []).map(Number);
  return checked({ shape: sizes, type, littleEndian: descr[1] !== '>', rowMajor: order[1] === 'False', offset: start + length }, name);
}

/** How many bytes of numbers a header asks for. */
export function dataBytes({ shape, type }: ArrayHeader): number {
  return shape.reduce((product, size) => product * size, ELEMENT_BYTES[type]);
}

function checked(header: ArrayHeader, name: string): ArrayHeader {
  if (!Number.isSafeInteger(dataBytes(header)))
    throw invalid(`${name} claims an array of ${header.shape.join(' × ')}; no file holds as much.`);
  return header;
}
