export interface PictureHeader {
  readonly kind: 'png' | 'jpeg';
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey with alpha, 3 RGB, 4 RGB with alpha. */
  readonly channels: number;
}

/** A JPEG's size stands behind its metadata, which thumbnails and colour profiles may make long. */
export const HEAD_BYTES = 512 * 1024;

export function isPictureName(path: string): boolean {
  return /\.(png|jpe?g)$/i.test(path);
}

/** Reads a picture's size without decoding it; undefined where it is no PNG or JPEG, or is cut off before its size. */
export function parsePictureHeader(bytes: Uint8Array): PictureHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 26 && view.getUint32(0) === 0x89504e47 && view.getUint32(12) === 0x49484452) {
    const channels = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 }[bytes[25]!];
    const [width, height] = [view.getUint32(16), view.getUint32(20)];
    return channels && width > 0 && height > 0 ? { kind: 'png', width, height, channels } : undefined;
  }
  return bytes[0] === 0xff && bytes[1] === 0xd8 ? jpegHeader(view) : undefined;
}

/** Segments until the start of a frame (SOF0 to SOF15, without DHT, JPG and DAC), which holds precision, height, width, components. */
function jpegHeader(view: DataView): PictureHeader | undefined {
  for (let at = 2; at + 9 < view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      const [height, width, channels] = [view.getUint16(at + 5), view.getUint16(at + 7), view.getUint8(at + 9)];
      return width > 0 && height > 0 ? { kind: 'jpeg', width, height, channels } : undefined;
    }
    at += marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7) ? 2 : 2 + view.getUint16(at + 2);
  }
  return undefined;
}
