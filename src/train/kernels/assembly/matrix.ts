// Products with one factor transposed, which the gradients of a dense layer are. Row-major floats.
import { addScaled } from './rows';

/** out[k, m] = Σ a[n, k] · b[n, m]. A zero in a is skipped: dropout and ReLU leave many. */
export function productOfTransposed(a: usize, b: usize, out: usize, rows: i32, aColumns: i32, bColumns: i32): void {
  const width = (<usize>bColumns) << 2;
  memory.fill(out, 0, width * aColumns);
  for (let row = 0; row < rows; row++, b += width) {
    let to = out;
    for (let column = 0; column < aColumns; column++, a += 4, to += width) {
      const factor = load<f32>(a);
      if (factor != 0) addScaled(to, b, bColumns, factor);
    }
  }
}

/** out[n, k] = Σ a[n, m] · b[k, m]. */
export function productWithTransposed(a: usize, b: usize, out: usize, aRows: i32, bRows: i32, columns: i32): void {
  const width = (<usize>columns) << 2;
  for (let row = 0; row < aRows; row++, a += width) {
    let right = b;
    for (let other = 0; other < bRows; other++, out += 4) {
      let left = a;
      let sums = f32x4.splat(0);
      let place = columns;
      for (; place >= 4; place -= 4, left += 16, right += 16) sums = f32x4.add(sums, f32x4.mul(v128.load(left), v128.load(right)));
      let sum = f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1) + (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
      for (; place > 0; place--, left += 4, right += 4) sum += load<f32>(left) * load<f32>(right);
      store<f32>(out, sum);
    }
  }
}
