// A convolution (stride 1, no padding) with bias and ReLU, then a 2×2 max-pooling, then dropout, as one kernel over NHWC
// floats. Only what dropout keeps and pooling covers is computed, and the gradient follows just the winners of the windows.
// Two ways: where a row of the window is long, one output channel at a time along it; else along the output channels.
import { addScaled, transpose } from './rows';

const LONG_ROW = 8;

@inline
function byRows(inChannels: i32, kernelWidth: i32): bool {
  return kernelWidth * inChannels >= LONG_ROW;
}

/**
 * pooled[b, r, c, oc] = mask · max(0, greatest of the window + bias), winner = its place 0…3 in the window, the first if
 * several. `mask` is shaped as pooled, or 0 for none. `scratch` holds as many floats as w. The long way needs input
 * channels, the short way output channels in multiples of 4.
 */
export function convolutionBlock(
  x: usize, w: usize, bias: usize, mask: usize, pooled: usize, winner: usize, scratch: usize,
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, outChannels: i32, kernelHeight: i32, kernelWidth: i32,
): void {
  const rows = (inHeight - kernelHeight + 1) >> 1;
  const columns = (inWidth - kernelWidth + 1) >> 1;
  const across = (<usize>inChannels) << 2;
  const down = (<usize>(inWidth * inChannels)) << 2;
  const window = kernelHeight * kernelWidth * inChannels;
  const long = byRows(inChannels, kernelWidth);
  if (long) transpose(w, scratch, window, outChannels);
  for (let image = 0; image < batch; image++) {
    const first = x + down * (image * inHeight);
    const base = image * rows * columns * outChannels;
    if (long) {
      for (let channel = 0; channel < outChannels; channel++) {
        const weights = scratch + ((<usize>(channel * window)) << 2);
        const offset = load<f32>(bias + ((<usize>channel) << 2));
        let place = (<usize>(base + channel)) << 2;
        for (let row = 0; row < rows; row++) {
          let corner = first + down * (row << 1);
          for (let column = 0; column < columns; column++, corner += across << 1, place += (<usize>outChannels) << 2) {
            const factor: f32 = mask ? load<f32>(mask + place) : 1;
            if (factor == 0) {
              store<f32>(pooled + place, 0);
              store<i32>(winner + place, 0);
            } else windowAlongRows(corner, weights, offset, factor, pooled + place, winner + place, across, down, kernelHeight, kernelWidth * inChannels);
          }
        }
      }
    } else {
      let place = (<usize>base) << 2;
      for (let row = 0; row < rows; row++) {
        let corner = first + down * (row << 1);
        for (let column = 0; column < columns; column++, corner += across << 1) {
          const empty = isZero(corner, down, kernelHeight + 1, (kernelWidth + 1) * inChannels);
          for (let channel = 0; channel < outChannels; channel += 4, place += 16)
            windowAlongChannels(corner, w + ((<usize>channel) << 2), bias + ((<usize>channel) << 2), mask ? mask + place : 0, pooled + place, winner + place, across, down, empty ? 0 : kernelHeight, kernelWidth * inChannels, outChannels);
        }
      }
    }
  }
}

/** The four sums of a window for one output channel, whose weights lie in rows as x does. `length` is a multiple of 4. */
@inline
function windowAlongRows(
  corner: usize, weights: usize, offset: f32, factor: f32, pooled: usize, winner: usize,
  across: usize, down: usize, kernelHeight: i32, length: i32,
): void {
  let a = f32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  for (let line = 0; line < kernelHeight; line++, corner += down) {
    let upper = corner;
    let lower = corner + down;
    let left = length;
    for (; left >= 8; left -= 8, upper += 32, lower += 32, weights += 32) {
      const one = v128.load(weights);
      const two = v128.load(weights, 16);
      a = f32x4.add(a, f32x4.mul(one, v128.load(upper)));
      b = f32x4.add(b, f32x4.mul(one, v128.load(upper + across)));
      c = f32x4.add(c, f32x4.mul(one, v128.load(lower)));
      d = f32x4.add(d, f32x4.mul(one, v128.load(lower + across)));
      e = f32x4.add(e, f32x4.mul(two, v128.load(upper, 16)));
      f = f32x4.add(f, f32x4.mul(two, v128.load(upper + across, 16)));
      g = f32x4.add(g, f32x4.mul(two, v128.load(lower, 16)));
      h = f32x4.add(h, f32x4.mul(two, v128.load(lower + across, 16)));
    }
    if (left > 0) {
      const one = v128.load(weights);
      a = f32x4.add(a, f32x4.mul(one, v128.load(upper)));
      b = f32x4.add(b, f32x4.mul(one, v128.load(upper + across)));
      c = f32x4.add(c, f32x4.mul(one, v128.load(lower)));
      d = f32x4.add(d, f32x4.mul(one, v128.load(lower + across)));
      weights += 16;
    }
  }
  finish(lanes(f32x4.add(a, e)), lanes(f32x4.add(b, f)), lanes(f32x4.add(c, g)), lanes(f32x4.add(d, h)), offset, factor, pooled, winner);
}

/** Writes the greatest of a window's four sums and its place. */
@inline
function finish(first: f32, second: f32, third: f32, fourth: f32, offset: f32, factor: f32, pooled: usize, winner: usize): void {
  let greatest = first;
  let place = 0;
  if (second > greatest) { greatest = second; place = 1; }
  if (third > greatest) { greatest = third; place = 2; }
  if (fourth > greatest) { greatest = fourth; place = 3; }
  store<f32>(pooled, max<f32>(greatest + offset, 0) * factor);
  store<i32>(winner, place);
}

@inline
function lanes(sum: v128): f32 {
  return f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
}

/** A window for four output channels at once. */
@inline
function windowAlongChannels(
  corner: usize, weights: usize, bias: usize, mask: usize, pooled: usize, winner: usize,
  across: usize, down: usize, kernelHeight: i32, length: i32, outChannels: i32,
): void {
  let a = v128.load(bias), b = a, c = a, d = a;
  for (let line = 0; line < kernelHeight; line++, corner += down) {
    let upper = corner;
    let lower = corner + down;
    for (let place = 0; place < length; place++, upper += 4, lower += 4, weights += (<usize>outChannels) << 2) {
      const weight = v128.load(weights);
      a = f32x4.add(a, f32x4.mul(weight, v128.load32_splat(upper)));
      b = f32x4.add(b, f32x4.mul(weight, v128.load32_splat(upper + across)));
      c = f32x4.add(c, f32x4.mul(weight, v128.load32_splat(lower)));
      d = f32x4.add(d, f32x4.mul(weight, v128.load32_splat(lower + across)));
    }
  }
  let better = f32x4.gt(b, a);
  let greatest = v128.bitselect(b, a, better);
  let place = v128.and(better, i32x4.splat(1));
  better = f32x4.gt(c, greatest);
  greatest = v128.bitselect(c, greatest, better);
  place = v128.bitselect(i32x4.splat(2), place, better);
  better = f32x4.gt(d, greatest);
  greatest = v128.bitselect(d, greatest, better);
  place = v128.bitselect(i32x4.splat(3), place, better);
  greatest = f32x4.max(greatest, f32x4.splat(0));
  v128.store(pooled, mask ? f32x4.mul(greatest, v128.load(mask)) : greatest);
  v128.store(winner, place);
}

/**
 * The block's gradients, from its own outputs. `dx` may be 0 where x is data. `scratch` holds twice as many floats as w.
 */
export function convolutionBlockGradient(
  x: usize, w: usize, dy: usize, mask: usize, pooled: usize, winner: usize, dw: usize, dBias: usize, dx: usize, scratch: usize,
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, outChannels: i32, kernelHeight: i32, kernelWidth: i32,
): void {
  const rows = (inHeight - kernelHeight + 1) >> 1;
  const columns = (inWidth - kernelWidth + 1) >> 1;
  const across = (<usize>inChannels) << 2;
  const down = (<usize>(inWidth * inChannels)) << 2;
  const length = kernelWidth * inChannels;
  const window = kernelHeight * length;
  const bytes = (<usize>(window * outChannels)) << 2;
  const sums = scratch + bytes;
  const long = byRows(inChannels, kernelWidth);
  transpose(w, scratch, window, outChannels);
  memory.fill(sums, 0, bytes);
  memory.fill(dBias, 0, (<usize>outChannels) << 2);
  if (dx) memory.fill(dx, 0, down * (batch * inHeight));
  for (let image = 0; image < batch; image++) {
    const first = down * (image * inHeight);
    const base = image * rows * columns * outChannels;
    // The long way stays with one channel's weights while it goes over the image; the short way has few, and skips empty windows.
    const outer = long ? outChannels : 1;
    const inner = long ? 1 : outChannels;
    for (let channels = 0; channels < outer; channels++) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const corner = first + down * (row << 1) + across * (column << 1);
          const empty = !long && isZero(x + corner, down, kernelHeight + 1, length + inChannels);
          let place = (<usize>(base + (row * columns + column) * outChannels + channels)) << 2;
          for (let channel = channels; channel < channels + inner; channel++, place += 4) {
            if (!(load<f32>(pooled + place) > 0)) continue;
            const gradient: f32 = mask ? load<f32>(dy + place) * load<f32>(mask + place) : load<f32>(dy + place);
            if (gradient == 0) continue;
            const toBias = dBias + ((<usize>channel) << 2);
            store<f32>(toBias, load<f32>(toBias) + gradient);
            const won = load<i32>(winner + place);
            let at = corner + (won & 1 ? across : 0) + (won & 2 ? down : 0);
            let weights = (<usize>(channel * window)) << 2;
            for (let line = 0; line < kernelHeight; line++, at += down, weights += (<usize>length) << 2) {
              if (!empty) addScaled(sums + weights, x + at, length, gradient);
              if (dx) addScaled(dx + at, scratch + weights, length, gradient);
            }
          }
        }
      }
    }
  }
  transpose(sums, dw, outChannels, window);
}

/** Whether `rows` rows of `length` floats, `down` bytes apart, are all zero. */
function isZero(corner: usize, down: usize, rows: i32, length: i32): bool {
  for (let row = 0; row < rows; row++, corner += down) {
    let place = 0;
    for (; place + 4 <= length; place += 4) if (v128.any_true(v128.load(corner + ((<usize>place) << 2)))) return false;
    for (; place < length; place++) if (load<f32>(corner + ((<usize>place) << 2)) != 0) return false;
  }
  return true;
}
