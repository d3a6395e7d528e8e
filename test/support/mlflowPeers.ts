// The real MLflow, of version 2.8 and of the newest 3, as `node scripts/peers.mjs mlflow` installs it: its Python, its programs, its server.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, type ServerProcess } from './serverProcess';
import { until } from './until';

/** Clients of both live in the field; the newest one's server is what ours is compared with. */
export type MlflowVersion = 'mlflow2' | 'mlflow3';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const windows = process.platform === 'win32';

/** A program of one version's Python environment, e.g. `python` or `mlflow`. */
export function mlflowProgram(version: MlflowVersion, name: string): string {
  return join(ROOT, '.vscode-test', version, windows ? 'Scripts' : 'bin', windows ? `${name}.exe` : name);
}

/** Why the real MLflow can't be used here, in one line; undefined where both versions are installed. In CI it must be there. */
export function missingMlflow(): string | undefined {
  const missing = (['mlflow2', 'mlflow3'] as const).filter((version) => !existsSync(mlflowProgram(version, 'mlflow')));
  if (missing.length === 0) return undefined;
  const said = `MLflow is not installed here (${missing.join(', ')}); run "node scripts/peers.mjs mlflow".`;
  if (process.env.CI) throw new Error(said);
  return said;
}

/** An MLflow server on SQLite with a folder of its own; its artifacts go through its proxy. */
export interface MlflowServer extends ServerProcess {
  /** Where its database (`mlflow.db`) and its `artifacts` lie. */
  readonly folder: string;
}

/**
 * Starts `mlflow server` on a free port and waits until /health answers.
 * @param folder where its database and artifacts go; made where it is missing. `end()` ends the server with all its workers, and leaves the folder.
 */
export async function startMlflow(folder: string, version: MlflowVersion = 'mlflow3', ...more: readonly string[]): Promise<MlflowServer> {
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const database = `sqlite:///${join(folder, 'mlflow.db').replaceAll('\\', '/')}`;
  const files = join(folder, 'artifacts');
  const args = ['server', '--backend-store-uri', database, '--artifacts-destination', files, '--host', '127.0.0.1', '--port', String(port)];
  const child = spawn(mlflowProgram(version, 'mlflow'), [...args, '--workers', '1', ...more], {
    cwd: folder,
    env: mlflowEnvironment(),
    detached: !windows,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const killGroup = (): void => {
    try {
      if (windows) child.kill();
      else if (child.pid) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // All of it has ended.
    }
  };
  // A suite that is broken off leaves no server behind.
  process.once('exit', killGroup);
  const server: MlflowServer = {
    url,
    folder,
    process: child,
    output: () => output,
    end: async (signal = 'SIGTERM') => {
      process.off('exit', killGroup);
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        const late = setTimeout(killGroup, 10_000);
        child.kill(signal);
        await exited;
        clearTimeout(late);
      }
      killGroup();
      return child.exitCode;
    },
  };
  try {
    await until("MLflow's server answers", () => healthy(url, server), 120_000);
  } catch (error) {
    await server.end('SIGKILL');
    throw error;
  }
  return server;
}

async function healthy(url: string, server: ServerProcess): Promise<boolean> {
  if (server.process.exitCode !== null) throw new Error(`MLflow's server has ended: ${server.output()}`);
  return fetch(`${url}/health`).then(
    (response) => response.ok,
    () => false,
  );
}

/** Runs a Python script with one version of MLflow, away from this checkout; the JSON in its last line. */
export async function runPython(
  version: MlflowVersion,
  script: string,
  args: readonly string[],
  { env = {}, timeout = 300_000 }: { env?: NodeJS.ProcessEnv; timeout?: number } = {},
): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'ml-python-'));
  try {
    const stdout = await new Promise<string>((resolve, reject) => {
      const options = { timeout, cwd: folder, env: { ...mlflowEnvironment(), ...env }, maxBuffer: 64 * 1024 * 1024 };
      execFile(mlflowProgram(version, 'python'), [script, ...args], options, (error, out, problems) =>
        error
          ? reject(new Error(`${script} failed with ${version}: ${error.message.split('\n')[0]}\n${problems.slice(-6_000)}`))
          : resolve(out),
      );
    });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** This process's environment without what would lead MLflow elsewhere, and without its telemetry. */
export function mlflowEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('MLFLOW_'));
  return {
    ...Object.fromEntries(kept),
    PYTHONIOENCODING: 'utf-8',
    PYTHONDONTWRITEBYTECODE: '1',
    MLFLOW_DISABLE_TELEMETRY: 'true',
    // Seven processes that wait for jobs which nobody here starts.
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    DO_NOT_TRACK: 'true',
  };
}
