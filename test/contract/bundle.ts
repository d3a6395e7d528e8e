import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles one of the project's sources for plain Node, into a folder of its own. */
export async function bundle(source: string): Promise<{ readonly file: string; dispose(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  const file = join(folder, 'bundle.mjs');
  await build({
    entryPoints: [join(ROOT, source)],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    // As scripts/build.mjs does, for dependencies that ask for Node's modules with require.
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return { file, dispose: () => rm(folder, { recursive: true }) };
}
