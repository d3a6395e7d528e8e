// Builds everything that ships into dist/: the extension, the terminal program, the public API, the workers, the pages.
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const path = (...parts) => join(root, ...parts);
const production = process.argv.includes('--production');
const common = { bundle: true, logLevel: 'warning', minify: production, sourcemap: production ? false : 'linked', absWorkingDir: root };
const node = { ...common, platform: 'node', target: 'node22' };

rmSync(path('dist'), { recursive: true, force: true });
mkdirSync(path('dist/webview'), { recursive: true });
mkdirSync(path('dist/wasm'), { recursive: true });

execFileSync(
  process.execPath,
  [require.resolve('assemblyscript/bin/asc.js'), '--config', path('src/train/kernels/asconfig.json'), '--target', 'release'],
  {
    stdio: 'inherit',
    cwd: path('src/train/kernels'),
  },
);
for (const file of readdirSync(path('node_modules/@tensorflow/tfjs-backend-wasm/wasm-out')).filter((name) => name.endsWith('.wasm')))
  copyFileSync(path('node_modules/@tensorflow/tfjs-backend-wasm/wasm-out', file), path('dist/wasm', file));
for (const file of ['codicon.css', 'codicon.ttf'])
  copyFileSync(path('node_modules/@vscode/codicons/dist', file), path('dist/webview', file));

await Promise.all([
  build({ ...node, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.cjs', format: 'cjs', external: ['vscode'] }),
  build({
    ...node,
    entryPoints: {
      cli: 'src/cli/main.ts',
      api: 'src/api.ts',
      digits: 'src/digits.ts',
      storeWorker: 'src/store/worker/worker.ts',
      dataWorker: 'src/dataWorker.ts',
      contentWorker: 'src/data/content/thread/contentWorker.ts',
      hashWorker: 'src/data/hashing/worker.ts',
      transferWorker: 'src/data/cache/worker.ts',
      trainWorker: 'src/train/worker.ts',
    },
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    // Some dependencies are CommonJS and ask for Node's own modules with require.
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  }),
  build({
    ...node,
    target: 'node18',
    entryPoints: { 'ml-tracking': 'src/cli/launcher.ts' },
    outdir: 'dist',
    format: 'esm',
    banner: { js: '#!/usr/bin/env node' },
  }),
  ...['compare', 'data', 'graph'].map((page) =>
    build({
      ...common,
      platform: 'browser',
      target: 'chrome120',
      format: 'esm',
      entryPoints: { [page]: `webview-ui/${page}/main.ts` },
      outdir: 'dist/webview',
    }),
  ),
]);
if (existsSync(path('dist/ml-tracking.js'))) chmodSync(path('dist/ml-tracking.js'), 0o755);
