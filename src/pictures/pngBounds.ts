import { inflateSync } from 'node:zlib';

const HEADER = 8;
/** Samples of a pixel, by colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * Whether a PNG takes no more memory to decode than its header tells, which the decoder trusts: a few bytes may unpack to gigabytes in an
 * interlaced picture, and a second header may claim another size. Throws an Error of one line where it does.
 */
export function checkPngBounds(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data: Uint8Array[] = [];
  for (let at = HEADER; at + 8 <= bytes.length; at += 12 + view.getUint32(at)) {
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (name === 'IHDR' && at > HEADER) throw new Error('it has more than one header');
    if (name === 'IDAT') data.push(bytes.subarray(at + 8, at + 8 + view.getUint32(at)));
    if (name === 'IEND') break;
  }
  if (bytes.length < 29 || bytes[28] === 0) return;
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const bits = (bytes[24] ?? 8) * (SAMPLES[bytes[25] ?? 0] ?? 4);
  // Each of the seven passes has rows of its own, each with a byte before it, and one that isn't full at its end.
  const most = Math.ceil((width * height * bits) / 8) + 4 * height + 64;
  try {
    inflateSync(Buffer.concat(data), { maxOutputLength: most });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw new Error('it unpacks to more than its header tells', { cause: error });
    throw error;
  }
}
