/** Gradients by their definitions, one multiplication at a time, to test the fast ones against. NHWC, 64-bit sums. */
export interface Geometry {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly windowHeight: number;
  readonly windowWidth: number;
  readonly strides: readonly [number, number];
  readonly top: number;
  readonly left: number;
}

/** Calls back for every output position and window place that lies on the input. */
function visit(
  g: Geometry,
  at: (image: number, outRow: number, outColumn: number, row: number, column: number, kRow: number, kColumn: number) => void,
) {
  for (let image = 0; image < g.batch; image++)
    for (let outRow = 0; outRow < g.outHeight; outRow++)
      for (let outColumn = 0; outColumn < g.outWidth; outColumn++)
        for (let kRow = 0; kRow < g.windowHeight; kRow++)
          for (let kColumn = 0; kColumn < g.windowWidth; kColumn++) {
            const row = outRow * g.strides[0] + kRow - g.top;
            const column = outColumn * g.strides[1] + kColumn - g.left;
            if (row >= 0 && row < g.inHeight && column >= 0 && column < g.inWidth) at(image, outRow, outColumn, row, column, kRow, kColumn);
          }
}

const inputPlace = (g: Geometry, image: number, row: number, column: number) =>
  ((image * g.inHeight + row) * g.inWidth + column) * g.inChannels;
const outputPlace = (g: Geometry, image: number, row: number, column: number) =>
  ((image * g.outHeight + row) * g.outWidth + column) * g.outChannels;

export function naiveFilterGradient(g: Geometry, x: ArrayLike<number>, dy: ArrayLike<number>): Float64Array {
  const dw = new Float64Array(g.windowHeight * g.windowWidth * g.inChannels * g.outChannels);
  visit(g, (image, outRow, outColumn, row, column, kRow, kColumn) => {
    for (let i = 0; i < g.inChannels; i++)
      for (let o = 0; o < g.outChannels; o++)
        dw[((kRow * g.windowWidth + kColumn) * g.inChannels + i) * g.outChannels + o]! +=
          x[inputPlace(g, image, row, column) + i]! * dy[outputPlace(g, image, outRow, outColumn) + o]!;
  });
  return dw;
}

export function naiveInputGradient(g: Geometry, w: ArrayLike<number>, dy: ArrayLike<number>): Float64Array {
  const dx = new Float64Array(g.batch * g.inHeight * g.inWidth * g.inChannels);
  visit(g, (image, outRow, outColumn, row, column, kRow, kColumn) => {
    for (let i = 0; i < g.inChannels; i++)
      for (let o = 0; o < g.outChannels; o++)
        dx[inputPlace(g, image, row, column) + i]! +=
          w[((kRow * g.windowWidth + kColumn) * g.inChannels + i) * g.outChannels + o]! * dy[outputPlace(g, image, outRow, outColumn) + o]!;
  });
  return dx;
}

/** Each dy goes to the first greatest of its window. */
export function naivePoolGradient(g: Geometry, x: ArrayLike<number>, dy: ArrayLike<number>): Float64Array {
  const outputs = g.batch * g.outHeight * g.outWidth * g.outChannels;
  const best = new Float64Array(outputs).fill(-Infinity);
  const place = new Int32Array(outputs).fill(-1);
  visit(g, (image, outRow, outColumn, row, column) => {
    for (let channel = 0; channel < g.outChannels; channel++) {
      const output = outputPlace(g, image, outRow, outColumn) + channel;
      const input = inputPlace(g, image, row, column) + channel;
      if (x[input]! > best[output]!) {
        best[output] = x[input]!;
        place[output] = input;
      }
    }
  });
  const dx = new Float64Array(g.batch * g.inHeight * g.inWidth * g.inChannels);
  place.forEach((input, output) => (dx[input]! += dy[output]!));
  return dx;
}
