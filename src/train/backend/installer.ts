import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { messageOf } from '../../core/errors';
import { CommandError, runCommand } from './command';
import { findNpm, type NpmCommand } from './npm';
import { tryTfjsNode } from './trial';

export const TFJS_NODE_VERSION = '4.22.0';

export interface InstallOptions {
  /** The folder that gets `node_modules/@tensorflow/tfjs-node`; replaced as a whole when the install has worked. */
  readonly into: string;
  /** The built worker, which tries what was installed. */
  readonly worker: URL;
  readonly onProgress: (line: string) => void;
  readonly signal?: AbortSignal;
  /**
   * The `tensorflow` package of a Python environment (…/site-packages/tensorflow): tfjs-node is then compiled against its
   * library instead of downloading one. Needs a C++ compiler, make and Python.
   */
  readonly tensorflow?: string;
  /** Holds `include/node/node_api.h`, for compiling; found beside Node or fetched by node-gyp otherwise. */
  readonly nodeHeaders?: string;
}

const MINUTE = 60_000;

/**
 * Installs tfjs-node and trains a few images on it. Rejects with one line that says why not, and leaves then what was
 * there before; rejects with an AbortError when aborted.
 */
export async function installTfjsNode(options: InstallOptions): Promise<{ packageFolder: string; version: string }> {
  const npm = findNpm();
  if (!npm) throw new Error('npm was not found beside Node or on the path. Install Node.js from nodejs.org, which brings it.');
  const into = resolve(options.into);
  await mkdir(dirname(into), { recursive: true });
  await removeLeftovers(into);
  const staging = await mkdtemp(`${into}.installing-`);
  try {
    await writeFile(
      join(staging, 'package.json'),
      JSON.stringify({ private: true, dependencies: { '@tensorflow/tfjs-node': TFJS_NODE_VERSION } }),
    );
    await runNpm(npm, staging, options);
    if (options.tensorflow !== undefined) await buildAgainst(options.tensorflow, npm, staging, options);
    const installed = join(staging, 'node_modules', '@tensorflow', 'tfjs-node');
    options.onProgress('Trying it …');
    const trial = await tryTfjsNode(options.worker, installed, {
      log: options.onProgress,
      ...(options.signal ? { signal: options.signal } : {}),
    });
    if (!trial.works) throw new Error(`tfjs-node was installed but does not work here: ${trial.reason}`);
    await rm(into, { recursive: true, force: true, maxRetries: 5 });
    await rename(staging, into);
    return { packageFolder: join(into, 'node_modules', '@tensorflow', 'tfjs-node'), version: TFJS_NODE_VERSION };
  } catch (error) {
    if (error instanceof CommandError) throw new Error(`tfjs-node was not installed: ${reasonOf(error)}`, { cause: error });
    throw error;
  } finally {
    await rm(staging, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function runNpm(npm: NpmCommand, staging: string, options: InstallOptions): Promise<void> {
  options.onProgress(
    options.tensorflow === undefined ? 'Downloading tfjs-node and TensorFlow (several hundred MB) …' : 'Downloading tfjs-node …',
  );
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=warn', '--foreground-scripts'];
  if (options.tensorflow !== undefined) args.push('--ignore-scripts');
  await runCommand(npm.file, [...npm.args, ...args], commandOptions(npm, staging, options));
}

/** Puts the Python package's library where tfjs-node looks for the one it would download, and compiles its binding. */
async function buildAgainst(tensorflow: string, npm: NpmCommand, staging: string, options: InstallOptions): Promise<void> {
  if (process.platform !== 'linux') throw new Error('Compiling tfjs-node against an installed TensorFlow is only known to work on Linux.');
  const source = resolve(tensorflow);
  const library = join(source, 'libtensorflow_cc.so.2');
  const framework = join(source, 'libtensorflow_framework.so.2');
  for (const needed of [library, framework, join(source, 'include')])
    if (!existsSync(needed)) throw new Error(`${source} is not an installed tensorflow package: ${basename(needed)} is missing.`);
  const folder = join(staging, 'node_modules', '@tensorflow', 'tfjs-node');
  const lib = join(folder, 'deps', 'lib');
  await mkdir(lib, { recursive: true });
  await symlink(join(source, 'include'), join(folder, 'deps', 'include'));
  for (const suffix of ['', '.2', '.2.9.1']) {
    await symlink(library, join(lib, `libtensorflow.so${suffix}`));
    await symlink(framework, join(lib, `libtensorflow_framework.so${suffix}`));
  }
  await symlink(library, join(lib, 'libtensorflow_cc.so.2'));
  options.onProgress('Compiling …');
  const builder = join(staging, 'node_modules', '@mapbox', 'node-pre-gyp', 'bin', 'node-pre-gyp');
  await runCommand(process.execPath, [builder, 'install', '--build-from-source'], commandOptions(npm, folder, options));
}

function commandOptions(npm: NpmCommand, cwd: string, options: InstallOptions) {
  const headers = options.nodeHeaders ?? ownHeaders();
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ELECTRON_RUN_AS_NODE: '1',
    PATH: [npm.folder, process.env['PATH'] ?? process.env['Path'] ?? ''].join(delimiter),
    ...(headers === undefined ? {} : { npm_config_nodedir: headers }),
    ...(npm.nodeGyp === undefined ? {} : { npm_config_node_gyp: npm.nodeGyp }),
  };
  return {
    cwd,
    env,
    timeout: 30 * MINUTE,
    onLine: options.onProgress,
    log: options.onProgress,
    ...(options.signal ? { signal: options.signal } : {}),
  };
}

function ownHeaders(): string | undefined {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? prefix : undefined;
}

/** What a killed install left behind. */
async function removeLeftovers(into: string): Promise<void> {
  const prefix = `${basename(into)}.installing-`;
  for (const name of await readdir(dirname(into)))
    if (name.startsWith(prefix)) await rm(join(dirname(into), name), { recursive: true, force: true, maxRetries: 5 });
}

/** The line of npm's or the compiler's output that tells most. */
function reasonOf(error: CommandError): string {
  const telling =
    error.lines.find((line) => /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENOSPC|EACCES|E40\d|\b40[34]\b/.test(line)) ??
    error.lines.find((line) => /\b[Ee]rror: |fatal/.test(line)) ??
    error.lines.find((line) => /ERR!|error/i.test(line));
  return telling === undefined
    ? messageOf(error)
    : telling.replace(/^(npm|node-pre-gyp|gyp)\s+(ERR!|error|warn)\s*(stack\s+)?/i, '').trim();
}
