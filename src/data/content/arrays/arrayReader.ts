import { invalid } from '../../../core/errors';
import { dataBytes, ELEMENT_BYTES, type ArrayHeader, type ElementType } from './arrayHeader';

type ReadElement = (view: DataView, at: number) => number;

/** How an element of a type is read. Whole numbers of 64 bits become the nearest number. */
export function elementReader(type: ElementType, littleEndian: boolean): ReadElement {
  const readers: Readonly<Record<ElementType, ReadElement>> = {
    uint8: (view, at) => view.getUint8(at),
    bool: (view, at) => view.getUint8(at),
    int8: (view, at) => view.getInt8(at),
    uint16: (view, at) => view.getUint16(at, littleEndian),
    int16: (view, at) => view.getInt16(at, littleEndian),
    uint32: (view, at) => view.getUint32(at, littleEndian),
    int32: (view, at) => view.getInt32(at, littleEndian),
    uint64: (view, at) => Number(view.getBigUint64(at, littleEndian)),
    int64: (view, at) => Number(view.getBigInt64(at, littleEndian)),
    float16: (view, at) => halfFloat(view.getUint16(at, littleEndian)),
    float32: (view, at) => view.getFloat32(at, littleEndian),
    float64: (view, at) => view.getFloat64(at, littleEndian),
  };
  return readers[type];
}

/** IEEE 754's 16 bits: sign, 5 of exponent, 10 of fraction. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * Goes through an array's bytes in whole elements.
 * @param bytes of the file from its beginning
 * @throws TrackingError when there are fewer or more than the header says
 */
export async function* elementsOf(header: ArrayHeader, bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<DataView> {
  const width = ELEMENT_BYTES[header.type];
  const expected = dataBytes(header);
  let skip = header.offset;
  let found = 0;
  let rest: Uint8Array = new Uint8Array(0);
  for await (const piece of bytes) {
    const data = piece.subarray(Math.min(skip, piece.length));
    skip -= piece.length - data.length;
    found += data.length;
    if (found > expected) throw invalid(`${name} is too long: ${header.shape.join(' × ')} ${header.type} needs ${expected} bytes of data.`);
    const joined = rest.length === 0 ? data : Buffer.concat([rest, data]);
    const whole = joined.length - (joined.length % width);
    rest = Buffer.from(joined.subarray(whole));
    if (whole > 0) yield new DataView(joined.buffer, joined.byteOffset, whole);
  }
  if (found < expected)
    throw invalid(`${name} is cut off: ${header.shape.join(' × ')} ${header.type} needs ${expected} bytes of data, ${found} are there.`);
}
