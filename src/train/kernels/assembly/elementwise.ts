/** dx[i] = y[i] > 0 ? dy[i] : 0, where y is ReLU's output. */
export function reluGradient(dy: usize, y: usize, dx: usize, count: i32): void {
  const zero = f32x4.splat(0);
  let left = count;
  for (; left >= 4; left -= 4, dy += 16, y += 16, dx += 16) v128.store(dx, v128.and(v128.load(dy), f32x4.gt(v128.load(y), zero)));
  for (; left > 0; left--, dy += 4, y += 4, dx += 4) store<f32>(dx, load<f32>(y) > 0 ? load<f32>(dy) : 0);
}

/** out[c] = Σ x[row, c]: the gradient of a bias. */
export function columnSums(x: usize, out: usize, rows: i32, columns: i32): void {
  memory.fill(out, 0, (<usize>columns) << 2);
  for (let row = 0; row < rows; row++) {
    let column = 0;
    let to = out;
    for (; column + 4 <= columns; column += 4, x += 16, to += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(x)));
    for (; column < columns; column++, x += 4, to += 4) store<f32>(to, load<f32>(to) + load<f32>(x));
  }
}
