import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import type { LogOutputChannel } from 'vscode';
import { TrackingError } from '../../core/errors';
import type { LogFile } from './logFile';
import { serverArguments, serverEnvironment, type ServerLaunch } from './serverLaunch';
import { findReport, lastWord, type ServerReport } from './serverReport';

/** How long a server may take to listen, and how often is looked, in milliseconds. */
const TIME_OUT = 30_000;
const LOOK = 40;

/** Somebody else listens on the port. */
export class PortTaken extends TrackingError {
  constructor(
    readonly port: number,
    readonly owner: string | undefined,
    /** A free one; 0 where none was found nearby. */
    readonly suggestion: number,
  ) {
    super('INVALID_STATE', `Port ${port} is taken by ${owner ?? 'another program'}.`);
  }
}

/** Starts servers as processes that outlive the window: what they say goes to a file. */
export class ServerStart {
  constructor(
    /** The terminal program, `dist/ml-tracking.js`. */
    private readonly program: string,
    private readonly log: Pick<LogOutputChannel, 'info'>,
  ) {}

  /** Resolves when the server listens, or when another serves the store already. Rejects with PortTaken, or with why it has ended. */
  async start(store: string, launch: ServerLaunch, logFile: LogFile, signal: AbortSignal): Promise<void> {
    await mkdir(dirname(logFile.path), { recursive: true });
    const { file, size } = await logFile.forWriting();
    const began = performance.now();
    try {
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', this.program, ...serverArguments(store, launch)], {
        // Neither the project's folder nor the extension's own, which Windows would then not let go.
        cwd: homedir(),
        detached: true,
        env: serverEnvironment(process.env, launch),
        stdio: ['ignore', file.fd, file.fd],
        windowsHide: true,
      });
      const ended = new Promise<string>((resolve) => {
        child.once('error', (error) => resolve(error.message));
        child.once('exit', (code, by) => {
          this.log.info(`[${child.pid}] server ended with ${code ?? by}`);
          resolve(by === null ? `it ended with exit code ${code}` : `it was ended by ${by}`);
        });
      });
      child.unref();
      this.log.info(`[${child.pid}] ml-tracking ${serverArguments(store, launch).join(' ')}`);
      const report = await this.firstReport(logFile, size, ended, () => signal.aborted || performance.now() - began > TIME_OUT);
      if (report === undefined) {
        child.kill();
        throw new TrackingError('INVALID_STATE', signal.aborted ? 'It was stopped.' : `It did not listen within ${TIME_OUT / 1000} s.`);
      }
      if (report.kind === 'port-taken') throw new PortTaken(report.port, report.owner, report.suggestion);
      this.log.info(`[${child.pid}] server: ${report.kind}, after ${Math.round(performance.now() - began)} ms`);
    } finally {
      await file.close();
    }
  }

  /** Undefined when it takes too long. */
  private async firstReport(
    logFile: LogFile,
    place: number,
    ended: Promise<string>,
    late: () => boolean,
  ): Promise<ServerReport | undefined> {
    let end: string | undefined;
    const leaving = ended.then((how) => (end = how));
    while (!late()) {
      const how = end;
      const output = await logFile.since(place);
      const report = findReport(output);
      if (report) return report;
      if (how !== undefined) throw new TrackingError('INVALID_STATE', lastWord(output) ?? how);
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([leaving, new Promise((resolve) => (timer = setTimeout(resolve, LOOK)))]);
      clearTimeout(timer);
    }
    return undefined;
  }
}
