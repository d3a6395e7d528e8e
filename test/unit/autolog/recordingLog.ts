import type { SessionLog } from '../../../src/autolog/sessionLog';

/** Keeps what a person would have been told. */
export class RecordingLog implements SessionLog {
  readonly warnings: string[] = [];

  info(): void {}

  warn(message: string): void {
    this.warnings.push(message);
  }
}
