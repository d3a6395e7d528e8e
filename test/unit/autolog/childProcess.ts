import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';

/** A script of `children/` in a process of its own; what it says about itself comes as its first message. */
export class Child {
  private output = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly exit: Promise<[number | null, NodeJS.Signals | null]>,
  ) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  static start(script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, outputFile?: string): Child {
    const output = outputFile === undefined ? 'pipe' : openSync(outputFile, 'w');
    const child = fork(join(import.meta.dirname, 'children', script), args, {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, ...env },
      stdio: ['ignore', output, output, 'ipc'],
    });
    return new Child(child, once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>);
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** The run's id, as soon as the child has logged its first metrics. */
  async runId(): Promise<string> {
    const ended = this.exit.then(([code]) => Promise.reject(new Error(`The child ended with ${code}:\n${this.output}`)));
    ended.catch(() => undefined);
    const [message] = (await Promise.race([once(this.child, 'message'), ended])) as [{ runId: string }];
    return message.runId;
  }

  /** Stops reading what the child prints, as a closed terminal does. */
  stopReading(): void {
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** How the process ended, and what it printed. */
  async ended(): Promise<{ code: number | null; signal: NodeJS.Signals | null; output: string }> {
    const [code, signal] = await this.exit;
    return { code, signal, output: this.output };
  }
}
