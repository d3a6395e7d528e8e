import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The built files that a training needs beside the code that asks for it. */
export interface TrainerFiles {
  /** The worker's script, which also tries a backend when it is run as a program. */
  readonly worker: URL;
  /** Holds tfjs's wasm binaries and our `gradients.wasm`. */
  readonly wasmFolder: string;
}

/** Finds them near a module: beside it, above it (a bundle's chunks), or in the `dist` above it (the sources). */
export function findTrainerFiles(moduleUrl: string = import.meta.url): TrainerFiles {
  let folder = dirname(fileURLToPath(moduleUrl));
  for (;;) {
    for (const place of [folder, join(folder, 'dist')]) if (existsSync(join(place, 'trainWorker.js'))) return trainerFilesIn(place);
    const above = dirname(folder);
    if (above === folder) throw new Error('The trainer is not built: trainWorker.js is missing. Run npm run build.');
    folder = above;
  }
}

export function trainerFilesIn(folder: string): TrainerFiles {
  return { worker: pathToFileURL(join(folder, 'trainWorker.js')), wasmFolder: join(folder, 'wasm') };
}
