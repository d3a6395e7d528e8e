import type { ReadableStream, ReadableStreamDefaultReader } from 'node:stream/web';

/** Whether two streams bring the same bytes, however they are cut into pieces. Both are read no further than they agree. */
export async function sameContent(a: ReadableStream<Uint8Array>, b: ReadableStream<Uint8Array>, signal?: AbortSignal): Promise<boolean> {
  const [one, other] = [pieceOf(a), pieceOf(b)];
  const pieces = [one, other];
  try {
    for (;;) {
      signal?.throwIfAborted();
      for (const piece of pieces)
        while (piece.rest.length === 0 && !piece.ended) {
          const { value, done } = await piece.reader.read();
          piece.ended = done;
          if (value) piece.rest = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
        }
      const length = Math.min(one.rest.length, other.rest.length);
      if (length === 0) return one.rest.length === other.rest.length;
      if (!one.rest.subarray(0, length).equals(other.rest.subarray(0, length))) return false;
      for (const piece of pieces) piece.rest = piece.rest.subarray(length);
    }
  } finally {
    for (const { reader } of pieces) await reader.cancel().catch(() => undefined);
  }
}

interface Piece {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  rest: Buffer;
  ended: boolean;
}

function pieceOf(stream: ReadableStream<Uint8Array>): Piece {
  return { reader: stream.getReader(), rest: Buffer.alloc(0), ended: false };
}
