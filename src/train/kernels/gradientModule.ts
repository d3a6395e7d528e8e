import { readFile } from 'node:fs/promises';

/** A byte address in the memory that the module shares with tfjs. */
type Address = number;

/** Batch, input height, width, channels, output height, width, channels, kernel height, width, strides, padding above and left. */
export type ConvolutionShape = readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/** Batch, input height, width, channels, output height, width, window height, width, strides, padding above and left. */
export type PoolShape = readonly [number, number, number, number, number, number, number, number, number, number, number, number];

/** Batch, input height, width, channels, output channels, kernel height and width. */
export type BlockShape = readonly [number, number, number, number, number, number, number];

/** What assembly/*.ts exports. All floats are 32 bits, all images NHWC. */
export interface GradientModule {
  filterGradient(x: Address, dy: Address, dw: Address, scratch: Address, ...shape: ConvolutionShape): void;
  inputGradient(dy: Address, w: Address, dx: Address, scratch: Address, ...shape: ConvolutionShape): void;
  maxPoolGradient(dy: Address, x: Address, dx: Address, ...shape: PoolShape): void;
  reluGradient(dy: Address, y: Address, dx: Address, count: number): void;
  columnSums(x: Address, out: Address, rows: number, columns: number): void;
  productOfTransposed(a: Address, b: Address, out: Address, rows: number, aColumns: number, bColumns: number): void;
  productWithTransposed(a: Address, b: Address, out: Address, aRows: number, bRows: number, columns: number): void;
  convolutionBlock(
    x: Address, w: Address, bias: Address, mask: Address, pooled: Address, winner: Address, scratch: Address, ...shape: BlockShape
  ): void; // prettier-ignore
  convolutionBlockGradient(
    x: Address, w: Address, dy: Address, mask: Address, pooled: Address, winner: Address,
    dw: Address, dBias: Address, dx: Address, scratch: Address, ...shape: BlockShape
  ): void; // prettier-ignore
}

/** Loads the compiled kernels over a memory that already belongs to tfjs's wasm backend. */
export async function loadGradientModule(path: string, memory: WebAssembly.Memory): Promise<GradientModule> {
  const { instance } = await WebAssembly.instantiate(await readFile(path), { env: { memory } });
  return instance.exports as unknown as GradientModule;
}
