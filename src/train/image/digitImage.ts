import { invalid } from '../../core/errors';
import { MIDDLE, SIDE } from '../data/mnist';
import type { GreyPicture } from './picture';

/** MNIST's digits fit a box of 20 × 20 within 28 × 28. */
const BOX = 20;
/** Least contrast between ink and paper, of 255. */
const CONTRAST = 24;
/** What part of the way from paper to the darkest ink still counts as paper: noise, shadows, JPEG's rings. */
const FAINT = 0.15;

interface Ink {
  readonly width: number;
  readonly height: number;
  /** 0 is paper, 1 the strongest ink. */
  readonly data: Float32Array;
}

/**
 * Makes of a picture of one digit what the network was trained on: inverted where the paper is light, trimmed to the ink, resized with its
 * aspect kept to fit 20 × 20, put on 28 × 28 (which leaves a border of 4) with its centre of mass where MNIST’s digits have it.
 * @returns 784 numbers from 0 (paper) to 1 (ink), row by row
 * @throws TrackingError when there is no digit to be seen
 */
export function digitImage(picture: GreyPicture, name = 'The picture'): Float32Array {
  const ink = trim(inkOf(picture, name));
  return centre(resize(ink));
}

/** Paper is what most of the picture shows, since no digit covers half of its own box; ink is what differs from it. */
function inkOf({ width, height, data }: GreyPicture, name: string): Ink {
  const paper = median(data);
  let [least, most] = [Infinity, -Infinity];
  for (const value of data) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const light = paper - least >= most - paper;
  const span = light ? paper - least : most - paper;
  if (span < CONTRAST) throw invalid(`${name} is empty: nothing in it stands out from its background.`);
  const floor = span * FAINT;
  const ink = data.map((value) => {
    const strength = light ? paper - value : value - paper;
    return strength <= floor ? 0 : Math.min(1, strength / span);
  });
  return { width, height, data: ink };
}

/** To the nearest whole grey value; counting takes a fraction of the time of sorting, which a photo's millions of pixels need. */
function median(data: Float32Array): number {
  const counts = new Uint32Array(256);
  for (const value of data) counts[Math.round(value)]!++;
  let left = data.length / 2;
  return counts.findIndex((count) => (left -= count) < 0);
}

/** Cuts away rows and columns without ink. */
function trim({ width, height, data }: Ink): Ink {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x]! === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  const trimmed = { width: right - left + 1, height: bottom - top + 1 };
  const cut = new Float32Array(trimmed.width * trimmed.height);
  for (let y = 0; y < trimmed.height; y++) {
    const start = (top + y) * width + left;
    cut.set(data.subarray(start, start + trimmed.width), y * trimmed.width);
  }
  return { ...trimmed, data: cut };
}

/** To the largest size that fits the box; each new pixel is the mean of the area that it covers, so thin strokes stay. */
function resize(ink: Ink): Ink {
  const scale = BOX / Math.max(ink.width, ink.height);
  const width = Math.max(1, Math.round(ink.width * scale));
  const height = Math.max(1, Math.round(ink.height * scale));
  const narrow = averageRows(ink, width);
  const turned = averageRows(transpose(narrow), height);
  const resized = transpose(turned);
  // Averaging pales thin strokes; MNIST's are full ink at their core.
  const strongest = resized.data.reduce((most, value) => Math.max(most, value), 0);
  return { ...resized, data: resized.data.map((value) => value / strongest) };
}

function averageRows({ width, height, data }: Ink, target: number): Ink {
  const result = new Float32Array(target * height);
  const span = width / target;
  for (let x = 0; x < target; x++) {
    const [from, to] = [x * span, (x + 1) * span];
    for (let source = Math.floor(from); source < Math.min(width, Math.ceil(to)); source++) {
      const cover = Math.min(to, source + 1) - Math.max(from, source);
      for (let y = 0; y < height; y++) result[y * target + x]! += (data[y * width + source]! * cover) / span;
    }
  }
  return { width: target, height, data: result };
}

function transpose({ width, height, data }: Ink): Ink {
  const result = new Float32Array(data.length);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) result[x * height + y] = data[y * width + x]!;
  return { width: height, height: width, data: result };
}

/** Puts the centre of mass where MNIST has it, in whole pixels, as far as the ink stays inside. */
function centre({ width, height, data }: Ink): Float32Array {
  let [mass, massX, massY] = [0, 0, 0];
  data.forEach((value, at) => {
    mass += value;
    massX += value * ((at % width) + 0.5);
    massY += value * (Math.floor(at / width) + 0.5);
  });
  const place = (middle: number, size: number): number => Math.max(0, Math.min(SIDE - size, Math.round(MIDDLE - middle)));
  const [left, top] = [place(massX / mass, width), place(massY / mass, height)];
  const result = new Float32Array(SIDE * SIDE);
  for (let y = 0; y < height; y++) result.set(data.subarray(y * width, (y + 1) * width), (top + y) * SIDE + left);
  return result;
}
