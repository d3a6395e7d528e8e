// Builds only what a training runs beside its caller (the worker and the wasm files), for tests, peers and benchmarks from the sources.
import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { node24, root } from './setup.mjs';

const require = createRequire(import.meta.url);

/** Writes trainWorker.js and wasm/ into a folder. */
export async function buildTrainer(folder) {
  const wasm = join(folder, 'wasm');
  await mkdir(wasm, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n');
  const kernels = join(root, 'src/train/kernels');
  const compiler = require.resolve('assemblyscript/bin/asc.js');
  const compiled = promisify(execFile)(
    node24(),
    [compiler, '--config', join(kernels, 'asconfig.json'), '--target', 'release', '--outFile', join(wasm, 'gradients.wasm')],
    { cwd: kernels },
  );
  const source = join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/wasm-out');
  const binaries = (await readdir(source)).filter((name) => name.endsWith('.wasm'));
  await Promise.all([
    compiled,
    ...binaries.map((name) => copyFile(join(source, name), join(wasm, name))),
    build({
      absWorkingDir: root,
      entryPoints: { trainWorker: 'src/train/worker.ts' },
      outdir: folder,
      bundle: true,
      platform: 'node',
      target: 'node22',
      format: 'esm',
      splitting: true,
      logLevel: 'warning',
      chunkNames: 'chunks/[name]-[hash]',
      banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    }),
  ]);
}
