// Gradients of a 2D convolution over NHWC floats. Addresses are bytes in the memory shared with tfjs.
// In both, a dy of zero is skipped: max-pooling, ReLU and dropout leave most of them zero.
import { addScaled, transpose } from './rows';

// A row of the window lies contiguously in x, and in the filter once its output channels come first. Shorter rows than
// this are not worth a loop over them.
const SHORT_ROW = 8;

/**
 * dw[kh, kw, ic, oc] = Σ x[b, oh·sH + kh − top, ow·sW + kw − left, ic] · dy[b, oh, ow, oc].
 * `scratch` holds as many floats as dw; dw is written whole.
 */
export function filterGradient(
  x: usize,
  dy: usize,
  dw: usize,
  scratch: usize,
  batch: i32,
  inHeight: i32,
  inWidth: i32,
  inChannels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  top: i32,
  left: i32,
): void {
  const window = kernelHeight * kernelWidth * inChannels;
  const byRow = kernelWidth * inChannels >= SHORT_ROW;
  const sums = byRow ? scratch : dw;
  memory.fill(sums, 0, (<usize>window * outChannels) << 2);
  for (let image = 0; image < batch; image++) {
    for (let row = 0; row < outHeight; row++) {
      const inRow = row * strideHeight - top;
      const kernelTop = max(0, -inRow);
      const kernelBottom = min(kernelHeight, inHeight - inRow);
      for (let column = 0; column < outWidth; column++) {
        const inColumn = column * strideWidth - left;
        const kernelLeft = max(0, -inColumn);
        const kernelRight = min(kernelWidth, inWidth - inColumn);
        const length = (kernelRight - kernelLeft) * inChannels;
        const corner = x + ((<usize>(((image * inHeight + inRow + kernelTop) * inWidth + inColumn + kernelLeft) * inChannels)) << 2);
        const step = (<usize>(inWidth * inChannels)) << 2;
        if (byRow) {
          for (let channel = 0; channel < outChannels; channel++, dy += 4) {
            const factor = load<f32>(dy);
            if (factor == 0) continue;
            let from = corner;
            let to = sums + ((<usize>(channel * window + (kernelTop * kernelWidth + kernelLeft) * inChannels)) << 2);
            for (let line = kernelTop; line < kernelBottom; line++) {
              addScaled(to, from, length, factor);
              from += step;
              to += (<usize>(kernelWidth * inChannels)) << 2;
            }
          }
        } else {
          let from = corner;
          for (let line = kernelTop; line < kernelBottom; line++) {
            let to = sums + ((<usize>((line * kernelWidth + kernelLeft) * inChannels * outChannels)) << 2);
            for (let place = 0; place < length; place++) {
              const factor = load<f32>(from + ((<usize>place) << 2));
              if (factor != 0) addScaled(to, dy, outChannels, factor);
              to += (<usize>outChannels) << 2;
            }
            from += step;
          }
          dy += (<usize>outChannels) << 2;
        }
      }
    }
  }
  if (byRow) transpose(sums, dw, outChannels, window);
}

/**
 * dx[b, oh·sH + kh − top, ow·sW + kw − left, ic] += w[kh, kw, ic, oc] · dy[b, oh, ow, oc], from zero.
 * `scratch` holds as many floats as w; dx is written whole.
 */
export function inputGradient(
  dy: usize,
  w: usize,
  dx: usize,
  scratch: usize,
  batch: i32,
  inHeight: i32,
  inWidth: i32,
  inChannels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  top: i32,
  left: i32,
): void {
  const window = kernelHeight * kernelWidth * inChannels;
  transpose(w, scratch, window, outChannels);
  memory.fill(dx, 0, (<usize>(batch * inHeight * inWidth * inChannels)) << 2);
  const step = (<usize>(inWidth * inChannels)) << 2;
  for (let image = 0; image < batch; image++) {
    for (let row = 0; row < outHeight; row++) {
      const inRow = row * strideHeight - top;
      const kernelTop = max(0, -inRow);
      const kernelBottom = min(kernelHeight, inHeight - inRow);
      for (let column = 0; column < outWidth; column++) {
        const inColumn = column * strideWidth - left;
        const kernelLeft = max(0, -inColumn);
        const kernelRight = min(kernelWidth, inWidth - inColumn);
        const length = (kernelRight - kernelLeft) * inChannels;
        const corner = dx + ((<usize>(((image * inHeight + inRow + kernelTop) * inWidth + inColumn + kernelLeft) * inChannels)) << 2);
        for (let channel = 0; channel < outChannels; channel++, dy += 4) {
          const factor = load<f32>(dy);
          if (factor == 0) continue;
          let to = corner;
          let from = scratch + ((<usize>(channel * window + (kernelTop * kernelWidth + kernelLeft) * inChannels)) << 2);
          for (let line = kernelTop; line < kernelBottom; line++) {
            addScaled(to, from, length, factor);
            to += step;
            from += (<usize>(kernelWidth * inChannels)) << 2;
          }
        }
      }
    }
  }
}
