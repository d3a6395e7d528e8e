import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './until';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** What it has written to both streams so far. */
  output(): string;
  /** Ends it with a signal; resolves to its exit code when it has gone. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** How `ml-tracking server` is started from the sources, over the store in a folder. */
export function ourServerCommand(store: string, ...more: readonly string[]): [string, string[], { cwd: string; env: NodeJS.ProcessEnv }] {
  const args = ['--import', 'tsx', join(ROOT, 'src/cli/main.ts'), 'server', '--port', '0', '--store', store, ...more];
  return [process.execPath, args, { cwd: ROOT, env: { ...process.env, NODE_NO_WARNINGS: '1' } }];
}

/** `ml-tracking server` from the sources, over the store in a folder. */
export async function startOurServer(store: string, ...more: readonly string[]): Promise<ServerProcess> {
  const [command, args, options] = ourServerCommand(store, ...more);
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const server = observed(child);
  const url = await until('our server listens', () => {
    if (child.exitCode !== null) throw new Error(`our server has ended: ${server.output()}`);
    return /Listening on (\S+)/.exec(server.output())?.[1];
  });
  return { ...server, url };
}

function observed(child: ChildProcess): Omit<ServerProcess, 'url'> {
  let output = '';
  child.stdout?.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (output += text.toString()));
  return {
    process: child,
    output: () => output,
    end: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exited = once(child, 'exit') as Promise<[number | null]>;
      child.kill(signal);
      return (await exited)[0];
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
