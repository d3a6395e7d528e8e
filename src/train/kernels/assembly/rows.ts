/** to[i] += from[i] * factor, for `count` floats. */
@inline
export function addScaled(to: usize, from: usize, count: i32, factor: f32): void {
  const wide = f32x4.splat(factor);
  let left = count;
  while (left >= 16) {
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v128.load(from), wide)));
    v128.store(to, f32x4.add(v128.load(to, 16), f32x4.mul(v128.load(from, 16), wide)), 16);
    v128.store(to, f32x4.add(v128.load(to, 32), f32x4.mul(v128.load(from, 32), wide)), 32);
    v128.store(to, f32x4.add(v128.load(to, 48), f32x4.mul(v128.load(from, 48), wide)), 48);
    to += 64;
    from += 64;
    left -= 16;
  }
  while (left >= 4) {
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v128.load(from), wide)));
    to += 16;
    from += 16;
    left -= 4;
  }
  while (left > 0) {
    store<f32>(to, load<f32>(to) + load<f32>(from) * factor);
    to += 4;
    from += 4;
    left--;
  }
}

/** Rows × columns floats at `from` become columns × rows at `to`. */
export function transpose(from: usize, to: usize, rows: i32, columns: i32): void {
  for (let column = 0; column < columns; column++) {
    let source = from + ((<usize>column) << 2);
    for (let row = 0; row < rows; row++) {
      store<f32>(to, load<f32>(source));
      to += 4;
      source += (<usize>columns) << 2;
    }
  }
}
