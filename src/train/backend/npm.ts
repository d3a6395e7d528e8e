import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** How to run npm without a shell: a Node, and npm's own script where that is needed. */
export interface NpmCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** Goes before the path, so that npm's scripts find the Node that it belongs to. */
  readonly folder: string;
  /** The node-gyp that npm brings, which compiles native packages. */
  readonly nodeGyp: string | undefined;
}

/**
 * Finds npm beside the running Node, else on the path. On Windows npm is a batch file, which can't be started without
 * a shell, so its script is run by the Node beside it. Undefined where there is none.
 */
export function findNpm(
  execPath: string = process.execPath,
  path: string = process.env['PATH'] ?? process.env['Path'] ?? '',
): NpmCommand | undefined {
  const windows = process.platform === 'win32';
  const node = windows ? 'node.exe' : 'node';
  for (const folder of [dirname(execPath), ...path.split(delimiter)].filter((name) => name !== '')) {
    const command = join(folder, windows ? 'npm.cmd' : 'npm');
    if (!existsSync(command)) continue;
    if (!windows) {
      const script = realpathSync(command);
      const own = join(folder, node);
      const nodeGyp = nodeGypOf(script);
      return script.endsWith('.js') && existsSync(own)
        ? { file: own, args: [script], folder, nodeGyp }
        : { file: command, args: [], folder, nodeGyp };
    }
    const script = join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js');
    if (existsSync(script) && existsSync(join(folder, node)))
      return { file: join(folder, node), args: [script], folder, nodeGyp: nodeGypOf(script) };
  }
  return undefined;
}

function nodeGypOf(npmScript: string): string | undefined {
  const path = join(dirname(npmScript), '..', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  return existsSync(path) ? path : undefined;
}
