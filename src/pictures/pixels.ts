import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { checkPngBounds } from './pngBounds';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and alpha of each, row by row. */
  readonly rgba: Uint8Array;
}

/** A larger picture isn't decoded. */
export const MOST_PIXELS = 50_000_000;

/** Decodes a PNG, whose size the caller has looked at. Throws where it is damaged, or more than its header tells. */
export function decodePng(bytes: Uint8Array): Pixels {
  checkPngBounds(bytes);
  const { width, height, data } = PNG.sync.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  return { width, height, rgba: data };
}

/** Decodes a JPEG. Throws where it is damaged or too large, the latter with `maxResolution` or `maxMemory` in its message. */
export function decodeJpeg(bytes: Uint8Array): Pixels {
  const limits = { maxResolutionInMP: MOST_PIXELS / 1e6, maxMemoryUsageInMB: 1024 };
  const { width, height, data } = jpeg.decode(bytes, { useTArray: true, ...limits });
  return { width, height, rgba: data };
}
