import { PNG } from 'pngjs';
import { MOST_PIXELS, decodeJpeg, decodePng, type Pixels } from '../../../pictures/pixels';
import { parsePictureHeader } from './pictureHeader';

export interface Picture extends Pixels {
  readonly channels: number;
}

/** Decodes a PNG or JPEG. Throws where it is damaged, something else, or too large. */
export function decodePicture(bytes: Uint8Array): Picture {
  const header = parsePictureHeader(bytes);
  if (!header) throw new Error('it is no PNG or JPEG, or is cut off');
  if (header.width * header.height > MOST_PIXELS) throw new Error(`it has more than ${MOST_PIXELS / 1e6} megapixels`);
  return { ...(header.kind === 'png' ? decodePng(bytes) : decodeJpeg(bytes)), channels: header.channels };
}

/** A picture as a PNG no wider or higher than `side`; smaller ones stay as they are, larger ones are averaged. */
export function thumbnail(picture: Picture, side: number): Uint8Array {
  const scale = Math.max(1, picture.width / side, picture.height / side);
  const width = Math.max(1, Math.floor(picture.width / scale));
  const height = Math.max(1, Math.floor(picture.height / scale));
  const png = new PNG({ width, height });
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [left, top] = [Math.floor(x * scale), Math.floor(y * scale)];
      const [right, bottom] = [Math.max(left + 1, Math.floor((x + 1) * scale)), Math.max(top + 1, Math.floor((y + 1) * scale))];
      for (let channel = 0; channel < 4; channel++) {
        let sum = 0;
        for (let v = top; v < bottom; v++) for (let u = left; u < right; u++) sum += picture.rgba[(v * picture.width + u) * 4 + channel]!;
        png.data[(y * width + x) * 4 + channel] = Math.round(sum / ((right - left) * (bottom - top)));
      }
    }
  // A copy: a buffer may share its memory with others, and all of it would go to another thread with it.
  return new Uint8Array(PNG.sync.write(png));
}

/** Bytes of one to four channels, as in an array of images, as a picture. */
export function pictureOf(bytes: Uint8Array, width: number, height: number, channels: number): Picture {
  const rgba = new Uint8Array(width * height * 4);
  for (let at = 0; at < width * height; at++) {
    const from = at * channels;
    for (let channel = 0; channel < 3; channel++) rgba[at * 4 + channel] = bytes[from + (channels >= 3 ? channel : 0)]!;
    rgba[at * 4 + 3] = channels === 2 ? bytes[from + 1]! : channels === 4 ? bytes[from + 3]! : 255;
  }
  return { width, height, rgba, channels };
}
