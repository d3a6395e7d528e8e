import { readFile } from 'node:fs/promises';
import { TrackingError, invalid, messageOf, missing } from '../../core/errors';
import { MOST_PIXELS, decodeJpeg, decodePng, type Pixels } from '../../pictures/pixels';

/** Grey values from 0 (black) to 255 (white), row by row. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

const MAX_BYTES = 100_000_000;

/** Reads a PNG, JPEG or PGM file. */
export async function readPicture(path: string): Promise<GreyPicture> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw missing(`There is no picture ${path}.`);
    throw invalid(`${path} cannot be read: ${messageOf(error)}`);
  }
  return decodePicture(bytes, path);
}

/**
 * Decodes a PNG, a JPEG or a binary PGM to grey, transparent parts as on white paper.
 * @param name what the picture is called in errors
 * @throws TrackingError with one line when it is none of these, damaged or larger than 50 megapixels
 */
export function decodePicture(bytes: Uint8Array, name: string): GreyPicture {
  if (bytes.length > MAX_BYTES) throw invalid(`${name} is too large: ${bytes.length} bytes.`);
  const decode = decoderOf(bytes);
  if (!decode) throw invalid(`${name} is not a picture that can be read here: give a PNG, a JPEG or a PGM.`);
  try {
    return decode(bytes, name);
  } catch (error) {
    if (error instanceof TrackingError) throw error;
    throw invalid(`${name} is a damaged picture: ${messageOf(error)}.`);
  }
}

type Decoder = (bytes: Uint8Array, name: string) => GreyPicture;

function decoderOf(bytes: Uint8Array): Decoder | undefined {
  const starts = (...head: number[]): boolean => head.every((byte, index) => bytes[index] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47)) return greyPng;
  if (starts(0xff, 0xd8, 0xff)) return greyJpeg;
  if (starts(0x50, 0x35)) return decodePgm;
  return undefined;
}

function greyPng(bytes: Uint8Array, name: string): GreyPicture {
  if (bytes.length < 24) throw new Error('its header is cut off');
  // The size stands in the header; asked before anything is unpacked.
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  checkSize(view.getUint32(16), view.getUint32(20), name);
  return grey(decodePng(bytes));
}

function greyJpeg(bytes: Uint8Array, name: string): GreyPicture {
  try {
    return grey(decodeJpeg(bytes));
  } catch (error) {
    if (/maxResolution|maxMemory/.test(messageOf(error))) throw tooLarge(name);
    throw error;
  }
}

function decodePgm(bytes: Uint8Array, name: string): GreyPicture {
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const found = /^P5(?:\s+(?:#[^\n]*\n\s*)*)(\d+)\s+(\d+)\s+(\d+)\s/.exec(head);
  const [width, height, most] = [Number(found?.[1]), Number(found?.[2]), Number(found?.[3])];
  if (!found || most < 1 || most > 255) throw new Error('its header cannot be understood');
  checkSize(width, height, name);
  const pixels = bytes.subarray(found[0].length, found[0].length + width * height);
  if (pixels.length < width * height) throw new Error('it is cut off');
  return { width, height, data: Float32Array.from(pixels, (value) => (value * 255) / most) };
}

/** Luma by ITU-R BT.601, as most programs turn colours to grey; alpha is laid on white. */
function grey({ width, height, rgba }: Pixels): GreyPicture {
  const data = new Float32Array(width * height);
  for (let at = 0; at < data.length; at++) {
    const alpha = rgba[at * 4 + 3]! / 255;
    const luma = 0.299 * rgba[at * 4]! + 0.587 * rgba[at * 4 + 1]! + 0.114 * rgba[at * 4 + 2]!;
    data[at] = luma * alpha + 255 * (1 - alpha);
  }
  return { width, height, data };
}

function checkSize(width: number, height: number, name: string): void {
  if (!(width > 0 && height > 0)) throw invalid(`${name} is a picture without pixels.`);
  if (width * height > MOST_PIXELS) throw tooLarge(name);
}

function tooLarge(name: string): TrackingError {
  return invalid(`${name} is too large: at most ${MOST_PIXELS / 1e6} megapixels are read.`);
}
