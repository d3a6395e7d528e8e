import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface BuiltServer {
  readonly url: string;
  readonly port: number;
  end(): Promise<void>;
}

/** `ml-tracking server` as it is built, in a process of its own; also for tests that are bundled into an extension host. */
export async function startBuiltServer(
  program: string,
  store: string,
  options: { port?: number; token?: string } = {},
): Promise<BuiltServer> {
  const { port = 0, token } = options;
  const child = spawn(process.execPath, [program, 'server', '--json', '--port', String(port), '--store', store], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_NO_WARNINGS: '1', ...(token !== undefined && { ML_TRACKING_TOKEN: token }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The server ended with ${String(code)} before it listened.`);
    }),
  ])) as [string];
  const { url, port: given } = JSON.parse(line) as { url: string; port: number };
  return { url, port: given, end: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
