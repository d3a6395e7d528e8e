import type { EndSignal } from './groupSignal';

/** A program to be run to its end. */
export interface ProcessRequest {
  readonly file: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** What the log calls it: a line without secrets. */
  readonly title: string;
  /** Written to its standard input, which is closed at once without it. */
  readonly input?: Buffer | string | undefined;
  /** Ends it, and everything that it has started. A text as the signal's reason is what the log gives for one. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that it may take in all. */
  readonly timeout?: number | undefined;
  /** Milliseconds without a word after which it is taken for stuck. */
  readonly silence?: number | undefined;
  /** How it is ended; `TERMINATION` unless told. */
  readonly ending?: Ending;
  /** Take what it prints. */
  readonly onOutput?: (chunk: Buffer) => void;
  readonly onErrors?: (chunk: Buffer) => void;
  /** It has started. */
  readonly onStart?: (pid: number) => void;
}

/** What a program is told one after another where it has to end. */
export interface Ending {
  /** Milliseconds from the first step on. */
  readonly steps: readonly (readonly [after: number, signal: EndSignal])[];
  /** Whether it is killed when we go before it has; one that isn't was asked and ends by itself. */
  readonly killAtExit: boolean;
}

/** It may take two seconds to tidy up its locks. */
export const TERMINATION: Ending = {
  steps: [
    [0, 'SIGTERM'],
    [2_000, 'SIGKILL'],
  ],
  killAtExit: true,
};

/** For a program that comes to a safe point when it is asked, which may take ten seconds. */
export const SAFE_POINT: Ending = {
  steps: [
    [0, 'SIGTERM'],
    [10_000, 'SIGKILL'],
  ],
  killAtExit: false,
};

export interface ProcessEnd {
  readonly pid: number;
  /** Undefined where a signal ended it, or where it could not even be killed. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** Why it was ended, where it did not end by itself. */
  readonly stopped: 'cancelled' | 'timed out' | 'silent' | undefined;
}
