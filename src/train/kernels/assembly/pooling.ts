/**
 * Gradient of a 2D max-pooling over NHWC floats: each dy goes to the first greatest x of its window, in the order of rows,
 * then columns. dx is written whole. Addresses are bytes in the memory shared with tfjs.
 */
export function maxPoolGradient(
  dy: usize,
  x: usize,
  dx: usize,
  batch: i32,
  inHeight: i32,
  inWidth: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  top: i32,
  left: i32,
): void {
  memory.fill(dx, 0, (<usize>(batch * inHeight * inWidth * channels)) << 2);
  const across = (<usize>channels) << 2;
  const down = (<usize>(inWidth * channels)) << 2;
  for (let image = 0; image < batch; image++) {
    for (let row = 0; row < outHeight; row++) {
      const firstRow = max(0, row * strideHeight - top);
      const lastRow = min(inHeight, row * strideHeight - top + windowHeight);
      for (let column = 0; column < outWidth; column++) {
        const firstColumn = max(0, column * strideWidth - left);
        const lastColumn = min(inWidth, column * strideWidth - left + windowWidth);
        const corner = (<usize>(((image * inHeight + firstRow) * inWidth + firstColumn) * channels)) << 2;
        const rows = lastRow - firstRow;
        const columns = lastColumn - firstColumn;
        let channel = 0;
        for (; channel + 4 <= channels; channel += 4, dy += 16) {
          const gradient = v128.load(dy);
          if (!v128.any_true(gradient)) continue;
          const start = corner + ((<usize>channel) << 2);
          let greatest = f32x4.splat(-Infinity);
          for (let i = 0; i < rows; i++) {
            let place = x + start + down * i;
            for (let j = 0; j < columns; j++, place += across) greatest = f32x4.pmax(greatest, v128.load(place));
          }
          let open = i32x4.splat(-1);
          for (let i = 0; i < rows; i++) {
            let place = start + down * i;
            for (let j = 0; j < columns; j++, place += across) {
              const here = v128.and(open, f32x4.eq(v128.load(x + place), greatest));
              open = v128.andnot(open, here);
              v128.store(dx + place, f32x4.add(v128.load(dx + place), v128.and(here, gradient)));
            }
          }
        }
        for (; channel < channels; channel++, dy += 4) {
          const gradient = load<f32>(dy);
          if (gradient == 0) continue;
          const start = corner + ((<usize>channel) << 2);
          let greatest: f32 = -Infinity;
          let found = start;
          for (let i = 0; i < rows; i++) {
            let place = start + down * i;
            for (let j = 0; j < columns; j++, place += across) {
              const value = load<f32>(x + place);
              if (value > greatest) {
                greatest = value;
                found = place;
              }
            }
          }
          if (rows > 0 && columns > 0) store<f32>(dx + found, load<f32>(dx + found) + gradient);
        }
      }
    }
  }
}
