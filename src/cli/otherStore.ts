import { existsSync, realpathSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { invalid, missing } from '../core/errors';
import type { Engine } from '../store/engine';
import { DATABASE_FILE, STORE_FOLDER } from '../store/location';
import { openStore } from '../store/sqlite/store';
import type { Output } from './output';
import { openServer } from './storeOption';

/** Opens the store that `--to` or `--from` names: a server's address, a `.tracking` folder, or the folder that holds one. */
export async function openOther(
  named: string,
  options: { readonly create: boolean; readonly than: Engine; readonly output: Output },
): Promise<Engine> {
  if (/^https?:/i.test(named)) return openServer(named, options.output);
  // Without its scheme an address would be taken for a folder, which a push then makes.
  const isHost = /^(?:[\w.-]+:\d+|localhost|\d+(?:\.\d+){3})(?:\/|$)/i.test(named);
  if (isHost && !existsSync(named)) throw invalid(`${named} lacks its scheme: write http://${named}, or ./${named} for a folder`);
  if (/^[a-z][a-z0-9+.-]+:/i.test(named) && !/^file:/i.test(named))
    throw invalid(`${named} is neither a server's address (http://… or https://…) nor a folder`);
  const folder = storeIn(/^file:/i.test(named) ? fileURLToPath(named) : resolve(named));
  if (!options.create && !existsSync(join(folder, DATABASE_FILE))) throw missing(`there is no store at ${folder}`);
  if (real(folder) === real(options.than.info.location)) throw invalid(`${folder} is the store itself: name another one`);
  return openStore(folder, { create: options.create });
}

function storeIn(folder: string): string {
  const isStore = basename(folder) === STORE_FOLDER || existsSync(join(folder, DATABASE_FILE));
  return isStore ? folder : join(folder, STORE_FOLDER);
}

function real(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}
