import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackendPlace } from './place';
import { tryTfjsNode } from './trial';

export type WantedBackend = 'auto' | 'tfjs-node' | 'wasm';

/** The backend that a training will use. */
export interface SelectedBackend {
  readonly name: 'wasm' | 'tfjs-node';
  /** Of the package that computes. */
  readonly version: string;
  readonly place: BackendPlace;
  /** Why it is not the one that was asked for or could be had, in one line. */
  readonly message: string | undefined;
}

export interface SelectionOptions {
  readonly wanted: WantedBackend;
  /** Folders whose `node_modules`, or whose parents', may hold tfjs-node: the workspace, our own, where it was installed. */
  readonly searchFolders: readonly string[];
  readonly wasmFolder: string;
  readonly worker: URL;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Of the tfjs that we bundle; named here so that choosing loads none of it. */
export const WASM_VERSION = '4.22.0';

/** Chooses tfjs-node where it is wanted, found and passes a trial, else wasm with a message; throws only when aborted. */
export async function selectBackend(options: SelectionOptions): Promise<SelectedBackend> {
  const { wanted, searchFolders, log } = options;
  const wasm = (message?: string): SelectedBackend => {
    if (message !== undefined) log(message);
    return { name: 'wasm', version: WASM_VERSION, place: { name: 'wasm', wasmFolder: options.wasmFolder }, message };
  };
  if (wanted === 'wasm') return wasm();
  const found = await findTfjsNode(searchFolders);
  if (!found)
    return wasm(
      wanted === 'auto'
        ? undefined
        : 'tfjs-node is not installed, so wasm is used; install it with "ml-tracking backend install tfjs-node".',
    );
  const result = await tryTfjsNode(options.worker, found.packageFolder, { log, ...(options.signal ? { signal: options.signal } : {}) });
  if (!result.works) return wasm(`tfjs-node in ${found.packageFolder} does not work here, so wasm is used: ${result.reason}`);
  return {
    name: 'tfjs-node',
    version: found.version,
    place: { name: 'tfjs-node', packageFolder: found.packageFolder },
    message: undefined,
  };
}

/** The first tfjs-node package in the folders. */
export async function findTfjsNode(searchFolders: readonly string[]): Promise<{ packageFolder: string; version: string } | undefined> {
  for (const folder of searchFolders) {
    const packageFolder = join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
    const version = await readVersion(packageFolder);
    if (version !== undefined) return { packageFolder, version };
  }
  return undefined;
}

async function readVersion(packageFolder: string): Promise<string | undefined> {
  try {
    return (JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}
