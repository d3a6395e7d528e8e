// VS Code without a desktop: the npm package code-server, installed when asked for, started for tests or for a person.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { node24 } from './setup.mjs';
import { ensureSystemPackages } from './systemPackages.mjs';

const version = '4.139.1';
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const place = join(root, '.vscode-test', 'code-server');
const program = join(place, 'node_modules', 'code-server');
const nativeParts = ['@vscode/spdlog/build/Release/spdlog.node', '@vscode/sqlite3/build/Release/vscode-sqlite3.node'];
const startTimeout = 60_000;

/** Settings under which the workbench shows the work and nothing else. */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'git.autofetch': false,
  'terminal.integrated.gpuAcceleration': 'off',
};

/**
 * Installs code-server into `.vscode-test/code-server` unless this version is there already. Takes one to three minutes.
 * @returns {Promise<string>} the package's folder
 */
export async function ensureCodeServer(log = console.log) {
  const stamp = join(place, 'installed');
  const wanted = `${version} ${process.platform} ${process.arch}`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return program;
  await ensureSystemPackages(['git', 'g++', 'make', 'python3', 'pkg-config', 'libkrb5-dev'], log);
  log(`Installing code-server ${version} (VS Code for the browser, about 600 MB, once) …`);
  const node = serverNode();
  const headers = headersPackage();
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  const manifest = {
    private: true,
    dependencies: { 'code-server': version, ...(headers && { [headers]: await nodeVersion(node) }) },
    allowScripts: { 'code-server': true, argon2: true },
  };
  writeFileSync(join(place, 'package.json'), JSON.stringify(manifest));
  const env = {
    ...withoutOuterNpm(process.env),
    PATH: dirname(node) + delimiter + process.env.PATH,
    JOBS: 'max',
    // node-gyp would download the headers of this very Node; the package that holds its binary holds them too.
    ...(headers && { npm_config_nodedir: join(place, 'node_modules', headers) }),
  };
  const install = promisify(execFile);
  const options = { cwd: place, env, timeout: 900_000, maxBuffer: 1 << 28, shell: process.platform === 'win32' };
  await install('npm', ['install', '--no-audit', '--no-fund', '--foreground-scripts'], options).catch((error) => {
    writeFileSync(join(place, 'install.log'), `${error.stdout ?? ''}\n${error.stderr ?? ''}`);
    throw new Error(`code-server could not be installed; see ${join(place, 'install.log')}`);
  });
  for (const part of nativeParts)
    if (!existsSync(join(program, 'lib/vscode/node_modules', part)))
      throw new Error(`code-server was installed, but its native part ${part} was not built: does npm run install scripts here?`);
  writeFileSync(stamp, wanted);
  return program;
}

/** Without what an npm that runs us says of itself and of its Node: an npm that is started then has to find out anew. */
function withoutOuterNpm(environment) {
  const own = /^npm_(?!config_)|^npm_config_(user_agent|local_prefix|global_prefix|prefix|node_gyp)$|^(NODE|INIT_CWD)$/i;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !own.test(name)));
}

/** code-server is built for this one major version, and runs with what it was built for. */
function serverNode() {
  const own = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(own) ? own : node24();
}

/** The npm package with Node's binary and headers for this machine; elsewhere node-gyp downloads the headers. */
function headersPackage() {
  return process.platform === 'linux' && (process.arch === 'x64' || process.arch === 'arm64') ? `node-linux-${process.arch}` : undefined;
}

async function nodeVersion(node) {
  const { stdout } = await promisify(execFile)(node, ['--version'], { timeout: 30_000 });
  return stdout.trim().replace(/^v/, '');
}

/**
 * The environment for a server whose files all lie in one short folder (Unix socket paths must stay under 108 bytes).
 * What an enclosing VS Code has set is left out.
 */
export function serverEnvironment(folder, extra = {}) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VSCODE_') || name.startsWith('VSCODE_TEST_'));
  const folders = { TMPDIR: 'tmp', TEMP: 'tmp', TMP: 'tmp', XDG_RUNTIME_DIR: 'run', XDG_DATA_HOME: 'data', XDG_CACHE_HOME: 'cache' };
  for (const name of Object.values(folders)) mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  const own = Object.fromEntries(Object.entries(folders).map(([variable, name]) => [variable, join(folder, name)]));
  return { ...Object.fromEntries(inherited), ...own, EXTENSIONS_GALLERY: '{}', ...extra };
}

function serverArguments(folder) {
  return [
    join(program, 'lib/vscode/out/server-main.js'),
    ...['--accept-server-license-terms', '--server-data-dir', join(folder, 'server')],
    ...['--user-data-dir', join(folder, 'user'), '--extensions-dir', join(folder, 'extensions'), '--telemetry-level', 'off'],
  ];
}

/** Installs a packaged extension into a server's folder before it starts. */
export async function installExtension({ folder, vsix, env = serverEnvironment(folder) }) {
  const args = [...serverArguments(folder), '--install-extension', vsix, '--force'];
  await promisify(execFile)(serverNode(), args, { env, timeout: 120_000 }).catch((error) => {
    throw new Error(`The extension ${vsix} could not be installed: ${error.stderr || error.message}`);
  });
}

/** Puts an extension's folder, as it was built, among those of a server that has not started yet. */
function linkExtension(folder, extensionPath) {
  const { publisher, name, version: own } = JSON.parse(readFileSync(join(extensionPath, 'package.json'), 'utf8'));
  mkdirSync(join(folder, 'extensions'), { recursive: true });
  symlinkSync(extensionPath, join(folder, 'extensions', `${publisher}.${name}-${own}`), 'junction');
}

/**
 * Starts VS Code's own server on a free port, for tests.
 * @param {{ folder: string, settings?: object, env?: NodeJS.ProcessEnv, trust?: boolean }} options
 *   `folder`: a short path that the server alone uses; `trust`: whether workspaces must be trusted before code runs
 * @returns {Promise<{ port: number, pid: number, output(): string, stop(): Promise<void>, kill(): void }>}
 */
export async function startServer({ folder, settings = {}, env = {}, trust = false }) {
  writeSettings(folder, settings);
  const args = [...serverArguments(folder), '--without-connection-token', '--host', '127.0.0.1', '--port', '0'];
  if (!trust) args.push('--disable-workspace-trust');
  const child = spawn(serverNode(), args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: serverEnvironment(folder, env) });
  let output = '';
  const stop = () => endGroup(child);
  const port = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`VS Code’s server did not start:\n${output}`)), startTimeout);
    const read = (chunk) => {
      output += chunk;
      const found = /Extension host agent listening on (\d+)/.exec(output);
      if (found) resolve(Number(found[1]));
      if (found) clearTimeout(timer);
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`VS Code’s server ended with ${code}:\n${output}`)));
  }).catch(async (error) => {
    await stop();
    throw error;
  });
  return { port, pid: child.pid, output: () => output, stop, kill: () => signalGroup(child.pid, 'SIGKILL') };
}

function writeSettings(folder, settings) {
  mkdirSync(join(folder, 'user', 'User'), { recursive: true });
  writeFileSync(join(folder, 'user', 'User', 'settings.json'), JSON.stringify({ ...quietSettings, ...settings }, undefined, 2));
}

/** Ends a detached child with everything in its process group: the server alone would leave its extension host behind. */
async function endGroup(child) {
  if (child.pid === undefined) return;
  const ended =
    child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((resolve) => child.once('exit', resolve));
  signalGroup(child.pid, 'SIGTERM');
  const impatience = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), 5_000);
  await ended;
  clearTimeout(impatience);
  signalGroup(child.pid, 'SIGKILL');
}

function signalGroup(pid, signal) {
  try {
    if (process.platform === 'win32') process.kill(pid, signal);
    else process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/**
 * Opens a folder with the extension for a person, in the browser: prints the URL and serves until the person presses Ctrl+C.
 * @param {{ folder: string, vsix?: string, extensionPath?: string, port?: number, log?: (line: string) => void }} options
 *   one of `vsix`, a packaged extension, and `extensionPath`, the folder of one that is built
 */
export async function startForPeople({ folder, vsix, extensionPath, port, log = console.log }) {
  await ensureCodeServer(log);
  const own = mkdtempSync(join(tmpdir(), 'mlt-'));
  if (vsix) await installExtension({ folder: own, vsix });
  else linkExtension(own, extensionPath ?? root);
  writeSettings(own, {});
  const chosen = port ?? (await freePort());
  const args = [
    join(program, 'out/node/entry.js'),
    ...['--config', join(own, 'config.yaml'), '--bind-addr', `127.0.0.1:${chosen}`, '--auth', 'none'],
    ...[
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-getting-started-override',
      '--disable-workspace-trust',
      '--ignore-last-opened',
    ],
    ...['--user-data-dir', join(own, 'user'), '--extensions-dir', join(own, 'extensions')],
  ];
  writeFileSync(join(own, 'config.yaml'), '');
  const child = spawn(serverNode(), args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: serverEnvironment(own) });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => (output = (output + chunk).slice(-20_000)));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = () => void endGroup(child);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, stop);
  try {
    await answering(`http://127.0.0.1:${chosen}/healthz`, child, () => output);
    log(`VS Code is open at  http://127.0.0.1:${chosen}/?folder=${encodeURI(folder)}  (Ctrl+C ends it)`);
    await ended;
  } finally {
    await endGroup(child);
    rmSync(own, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function answering(url, child, output) {
  const deadline = Date.now() + startTimeout;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) break;
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`code-server did not start:\n${output()}`);
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
