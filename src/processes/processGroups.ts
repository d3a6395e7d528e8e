import type { Disposable } from '../core/disposable';
import { ProgramPaths } from './executables';
import { Farewell } from './farewell';
import type { ProcessEnd, ProcessRequest } from './processRequest';
import { RunningProgram } from './runningProgram';

/**
 * Runs each program as the head of a process group of its own, so that what it starts ends with it where it is stopped, or where
 * we go; and none of them finds a terminal to ask at. What a program leaves running after it has ended by itself is let be, as in
 * a terminal. A bare name is looked for on the PATH only. Each has one line in the log.
 */
export class ProcessGroups implements Disposable {
  private readonly farewell = new Farewell();
  private readonly running = new Set<RunningProgram>();
  private readonly paths: ProgramPaths;
  private isGone = false;

  constructor(
    private readonly log: (line: string) => void,
    platform: NodeJS.Platform = process.platform,
  ) {
    this.paths = new ProgramPaths(platform);
  }

  /** Rejects with Node's error where it can't be started. */
  async run(request: ProcessRequest): Promise<ProcessEnd> {
    const file = this.paths.seeks(request.file) ? await this.find(request) : request.file;
    const program = new RunningProgram({ ...request, file }, this.farewell, this.log);
    this.running.add(program);
    // Finding it took a while.
    if (this.isGone) program.cancel();
    try {
      return await program.end;
    } finally {
      this.running.delete(program);
    }
  }

  /** Ends what still runs. */
  dispose(): void {
    this.isGone = true;
    for (const program of this.running) program.cancel();
  }

  private async find({ file, folder, environment, title }: ProcessRequest): Promise<string> {
    try {
      return await this.paths.of(file, environment);
    } catch (error) {
      this.log(`${title} [${folder}] not started: ${file} is not on the PATH`);
      throw error;
    }
  }
}
