import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const PROGRAM = resolve('dist/ml-tracking.js');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly said: string;
}

/** The built terminal program, run in one folder; nothing of the environment names a store or a server unless it is given. */
export class BuiltProgram {
  private readonly children = new Set<ChildProcess>();

  constructor(
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv = {},
  ) {}

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: this.folder,
      env: { ...process.env, ML_TRACKING_STORE: '', MLFLOW_TRACKING_URI: '', ...this.env, ...env },
    });
    this.children.add(child);
    child.once('close', () => this.children.delete(child));
    return child;
  }

  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
    return ended(this.start(args, env));
  }

  /** Runs it to an end that has to be a good one. */
  async ok(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
    const done = await this.run(args, env);
    assert.equal(done.code, 0, done.said);
    return done;
  }

  /** Kills whatever still runs. */
  dispose(): void {
    for (const child of this.children) child.kill('SIGKILL');
  }
}

/** Waits for a process's end, and keeps what it says until then. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let out = '';
  let said = '';
  child.stdout?.on('data', (chunk) => (out += String(chunk)));
  child.stderr?.on('data', (chunk) => (said += String(chunk)));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, out, said };
}
