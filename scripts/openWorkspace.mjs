// Opens a workspace with this extension: in the VS Code on the path, in a downloaded one, or in the browser.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startForPeople } from './codeServer.mjs';
import { packageExtension, root, run } from './setup.mjs';
import { onPath } from './systemPackages.mjs';

const windows = process.platform === 'win32';

/**
 * @param {{ folder: string, port?: number, log?: (line: string) => void }} options
 *   with the browser it ends when the person presses Ctrl+C
 */
export async function openWorkspace({ folder, port, log = console.log }) {
  if (hasDesktop()) {
    if (await openInstalled(folder, log)) return;
    if (await openDownloaded(folder, log)) return;
  }
  const vsix = join(root, '.vscode-test', 'ml-tracking.vsix');
  log('Packaging the extension …');
  await packageExtension(vsix);
  await startForPeople({ folder, vsix, port, log });
}

/** A window needs a screen; the terminal of a remote VS Code has its `code` open one on the other side. */
function hasDesktop() {
  if (process.env.VSCODE_IPC_HOOK_CLI) return true;
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

async function openInstalled(folder, log) {
  if (!onPath('code')) return false;
  try {
    const version = (await code(['--version'], true)).split('\n')[0].trim();
    const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.vscode.replace('^', '');
    if (!isAtLeast(version, wanted)) {
      log(`VS Code ${version} on the path is older than ${wanted}, which the extension needs.`);
      return false;
    }
    await code([`--extensionDevelopmentPath=${root}`, folder], false);
    log(`VS Code ${version} opens ${folder}.`);
    return true;
  } catch (error) {
    log(`VS Code on the path could not open it: ${error.message}`);
    return false;
  }
}

/** On Windows `code` is a batch file, which only a shell runs: quotes keep paths with spaces whole. */
function code(args, quiet) {
  return run('code', windows ? args.map((arg) => `"${arg}"`) : args, { shell: windows, quiet, timeout: 60_000, env: cleanEnvironment() });
}

async function openDownloaded(folder, log) {
  const site = 'https://update.code.visualstudio.com/api/releases/stable';
  const reachable = await fetch(site, { method: 'HEAD', signal: AbortSignal.timeout(4_000) }).then(
    (answer) => answer.ok,
    () => false,
  );
  if (!reachable) {
    log('VS Code’s download site cannot be reached from here.');
    return false;
  }
  try {
    const cachePath = join(root, '.vscode-test');
    const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
    const program = await downloadAndUnzipVSCode({ version: 'stable', cachePath, timeout: 30_000 });
    const own = join(cachePath, 'desktop');
    mkdirSync(own, { recursive: true });
    const places = [`--user-data-dir=${join(own, 'user')}`, `--extensions-dir=${join(own, 'extensions')}`];
    await launch(program, [`--extensionDevelopmentPath=${root}`, ...places, folder]);
    log(`VS Code opens ${folder}.`);
    return true;
  } catch (error) {
    log(`VS Code could not be downloaded and opened: ${error.message}`);
    return false;
  }
}

/** Starts a program that outlives us; one that dies within two seconds has failed. */
function launch(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore', env: cleanEnvironment() });
    const settled = setTimeout(() => {
      child.unref();
      resolve();
    }, 2_000);
    child.once('error', reject);
    child.once('exit', (exitCode) => {
      clearTimeout(settled);
      if (exitCode === 0) resolve();
      else reject(new Error(`it ended with exit code ${exitCode}`));
    });
  });
}

/** What an enclosing VS Code has set would make the new one a part of it. */
function cleanEnvironment() {
  const kept = Object.entries(process.env).filter(
    ([name]) => name !== 'ELECTRON_RUN_AS_NODE' && (!name.startsWith('VSCODE_') || name === 'VSCODE_IPC_HOOK_CLI'),
  );
  return Object.fromEntries(kept);
}

function isAtLeast(version, wanted) {
  const [have, need] = [version, wanted].map((text) => text.split('.').map(Number));
  for (let at = 0; at < need.length; at++) if (have[at] !== need[at]) return have[at] > need[at];
  return true;
}
