import type { TensorLibrary } from './library';

/** Where to compute: tfjs's wasm binaries and our kernels in a folder, or a tfjs-node package. */
export type BackendPlace =
  { readonly name: 'wasm'; readonly wasmFolder: string } | { readonly name: 'tfjs-node'; readonly packageFolder: string };

/** Makes a backend the current one of this thread. Each is loaded only when it is wanted. */
export async function useBackendAt(place: BackendPlace): Promise<TensorLibrary> {
  if (place.name === 'wasm') return (await import('./wasmBackend')).useWasmBackend(place.wasmFolder);
  return (await import('./tfjsNode')).useTfjsNode(place.packageFolder);
}
