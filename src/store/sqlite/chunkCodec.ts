/**
 * How the points of a chunk are written, in the order of their arrival. Each is: the change of its step, the change of its
 * timestamp, the change of its sequence number, and its value as a little-endian float64. A change is a LEB128 number
 * holding `1 + zigzag(change)`; where that would pass 2^50, a 0 and the number itself as a float64 stand instead. The first
 * point's changes are from 0. Chunks can be appended to without being read.
 */

/** Points as columns; `length` of them are valid. */
export interface Points {
  readonly length: number;
  readonly steps: Float64Array;
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly sequences: Float64Array;
}

/** The end of a chunk, from which the next point's changes count. */
export interface ChunkTail {
  readonly step: number;
  readonly time: number;
  readonly sequence: number;
}

export const EMPTY_TAIL: ChunkTail = { step: 0, time: 0, sequence: 0 };

const LARGEST_CHANGE = 2 ** 50;
/** Three escaped numbers of 9 bytes and a value. */
const LARGEST_POINT = 35;

/** Writes points behind those that are there. */
export class ChunkWriter {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private position: number;
  private step: number;
  private time: number;
  private sequence: number;

  constructor(existing: Uint8Array | undefined, tail: ChunkTail, room: number) {
    this.position = existing?.length ?? 0;
    this.bytes = new Uint8Array(this.position + room * LARGEST_POINT);
    if (existing) this.bytes.set(existing);
    this.view = new DataView(this.bytes.buffer);
    this.step = tail.step;
    this.time = tail.time;
    this.sequence = tail.sequence;
  }

  add(step: number, time: number, sequence: number, value: number): void {
    this.change(step - this.step, step);
    this.change(time - this.time, time);
    this.change(sequence - this.sequence, sequence);
    this.view.setFloat64(this.position, value, true);
    this.position += 8;
    this.step = step;
    this.time = time;
    this.sequence = sequence;
  }

  get tail(): ChunkTail {
    return { step: this.step, time: this.time, sequence: this.sequence };
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.position);
  }

  private change(change: number, absolute: number): void {
    if (change > LARGEST_CHANGE || change < -LARGEST_CHANGE) {
      this.bytes[this.position] = 0;
      this.view.setFloat64(this.position + 1, absolute, true);
      this.position += 9;
      return;
    }
    let rest = (change < 0 ? -2 * change - 1 : 2 * change) + 1;
    while (rest >= 128) {
      this.bytes[this.position++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.position++] = rest;
  }
}

/** Room for a chunk's points, to be used again for the next chunk. */
export function roomFor(count: number): Points {
  const column = (): Float64Array => new Float64Array(count);
  return { length: count, steps: column(), times: column(), values: column(), sequences: column() };
}

/** Reads a chunk of `count` points into the columns given. */
export function decodeChunk(bytes: Uint8Array, count: number, room: Points = roomFor(count)): Points {
  const { steps, times, values, sequences } = room;
  const reader = new ChunkReader(bytes);
  let step = 0;
  let time = 0;
  let sequence = 0;
  for (let index = 0; index < count; index++) {
    steps[index] = step = reader.next(step);
    times[index] = time = reader.next(time);
    sequences[index] = sequence = reader.next(sequence);
    values[index] = reader.value();
  }
  return { ...room, length: count };
}

class ChunkReader {
  private readonly view: DataView;
  private position = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  value(): number {
    this.position += 8;
    return this.view.getFloat64(this.position - 8, true);
  }

  /** The number whose change from the one before is written here. */
  next(before: number): number {
    let byte = this.bytes[this.position++]!;
    if (byte === 0) return this.value();
    if (byte < 128) return before + (((byte - 1) >>> 1) ^ -((byte - 1) & 1));
    let coded = byte & 127;
    for (let scale = 128; byte > 127; scale *= 128) {
      byte = this.bytes[this.position++]!;
      coded += (byte & 127) * scale;
    }
    const zigzag = coded - 1;
    return before + (zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2);
  }
}
