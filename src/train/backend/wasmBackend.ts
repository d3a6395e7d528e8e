import { join } from 'node:path';
import * as core from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { registerBlockKernels } from '../kernels/blockKernels';
import { registerGradientKernels, type WasmBackend } from '../kernels/gradientKernels';
import { registerMatrixKernels } from '../kernels/matrixKernels';
import { loadGradientModule } from '../kernels/gradientModule';
import type { TensorLibrary } from './library';

let started: Promise<TensorLibrary> | undefined;

/**
 * Makes tfjs's WebAssembly backend, with our gradient kernels, the current one of this thread. `wasmFolder` holds tfjs's
 * binaries and `gradients.wasm`. Later calls give the same backend, whatever folder they name.
 */
export function useWasmBackend(wasmFolder: string): Promise<TensorLibrary> {
  // tfjs keeps one backend for a thread, so what starts it is kept likewise.
  started ??= start(wasmFolder);
  return started;
}

async function start(wasmFolder: string): Promise<TensorLibrary> {
  const handlers = listeners();
  // Emscripten asks for its own folder by a name that ES modules don't have, even where it is told all paths.
  const scope = globalThis as { __dirname?: string };
  scope.__dirname = wasmFolder;
  setWasmPaths(join(wasmFolder, '/'));
  try {
    if (!(await core.setBackend('wasm'))) throw new Error(`TensorFlow.js found no WebAssembly binaries in ${wasmFolder}.`);
  } finally {
    delete scope.__dirname;
    forgetNewListeners(handlers);
  }
  const backend = core.backend() as unknown as WasmBackend;
  const module = await loadGradientModule(join(wasmFolder, 'gradients.wasm'), backend.wasm.asm.memory);
  registerGradientKernels(core, module);
  registerBlockKernels(core, module);
  registerMatrixKernels(core, module);
  return { core, layers };
}

// Emscripten adds handlers that throw every unhandled error again, in the whole process; that is not a library's business.
const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

function listeners(): Set<unknown> {
  return new Set(EVENTS.flatMap((event) => process.rawListeners(event)));
}

function forgetNewListeners(before: Set<unknown>): void {
  for (const event of EVENTS)
    for (const listener of process.rawListeners(event)) if (!before.has(listener)) process.removeListener(event, listener as () => void);
}
