import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { dirname } from 'node:path';

/**
 * The program's entry, which any Node can read: the store needs `node:sqlite`, so an older Node hands over to the newer
 * one that came with the package.
 */
const NEEDED = [22, 13] as const;

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

function packagedNode(): string | undefined {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const binary = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

function handOver(node: string): void {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`ml-tracking: ${node} could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGHUP' ? 1 : signal === 'SIGKILL' ? 9 : 15);
  });
}

if (isNewEnough(process.versions.node)) {
  // Node's own modules are asked for by name, so that bundling leaves the program a file of its own.
  void import(new URL('./cli.js', import.meta.url).href);
} else {
  const node = packagedNode();
  if (node) handOver(node);
  else {
    process.stderr.write(
      `ml-tracking: needs Node ${NEEDED.join('.')} or newer, this is ${process.versions.node}: update Node and run it again\n`,
    );
    process.exitCode = 1;
  }
}
