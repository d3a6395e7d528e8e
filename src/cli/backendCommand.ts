import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SessionLog } from '../autolog/sessionLog';
import { Termination } from '../autolog/termination';
import { invalid } from '../core/errors';
import { homeFolder } from '../core/homeFolder';
import { installTfjsNode } from '../train/backend/installer';
import { selectBackend, type SelectedBackend, type WantedBackend } from '../train/backend/selection';
import { findTrainerFiles } from '../train/backend/trainerFiles';
import { jsonText, type Output } from './output';

/** Where tfjs-node is installed for the user when nothing else is said, by the platform's rules. */
function usualPlace(): string {
  const { env, platform } = process;
  const named = env['ML_TRACKING_TFJS_NODE'];
  if (named) return named;
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homeFolder(homedir), 'AppData', 'Local'), 'ml-tracking', 'tfjs-node');
  if (platform === 'darwin') return join(homeFolder(homedir), 'Library', 'Application Support', 'ml-tracking', 'tfjs-node');
  return join(env['XDG_DATA_HOME'] ?? join(homeFolder(homedir), '.local', 'share'), 'ml-tracking', 'tfjs-node');
}

/** The backend for a training: tfjs-node is looked for in the workspace, beside us and where it is installed on demand. */
export function chooseBackend(wanted: WantedBackend, log: SessionLog, signal: AbortSignal): Promise<SelectedBackend> {
  const { worker, wasmFolder } = findTrainerFiles();
  const own = dirname(dirname(fileURLToPath(worker)));
  const searchFolders = [process.cwd(), own, usualPlace()];
  return selectBackend({ wanted, searchFolders, wasmFolder, worker, log: (line) => log.info(line), signal });
}

/** `ml-tracking backend install tfjs-node`. */
export async function installBackend(name: string, options: { into?: string; tensorflow?: string }, output: Output): Promise<void> {
  if (name !== 'tfjs-node') throw invalid(`there is no backend '${name}' to install: only tfjs-node can be (wasm is built in)`);
  const abort = new AbortController();
  const listening = new Termination().add(() => Promise.resolve(abort.abort()));
  try {
    const installed = await installTfjsNode({
      into: resolve(options.into ?? usualPlace()),
      worker: findTrainerFiles().worker,
      onProgress: (line) => output.say(`${line}\n`),
      signal: abort.signal,
      tensorflow: options.tensorflow,
    });
    if (output.json) output.out(jsonText(installed));
    else output.out(`tfjs-node ${installed.version} is installed in ${installed.packageFolder}\n`);
  } finally {
    listening.dispose();
  }
}
