import type { Problem } from './problems';

/** Told when a run begins and while its files are on their way. */
export interface CopyProgress {
  /** Runs that are done, of how many. */
  readonly done: number;
  readonly total: number;
  /** The name of the run that is being copied. */
  readonly run: string;
  /** Bytes of files copied so far. */
  readonly bytes?: number;
}

/** What a copy has done. `resumed` runs were there and have got what was new. */
export interface CopyReport {
  readonly created: number;
  readonly resumed: number;
  readonly unchanged: number;
  readonly experiments: number;
  readonly loggedModels: number;
  readonly modelVersions: number;
  readonly files: number;
  readonly bytes: number;
  /** The ids that runs had → the ids that they have here. */
  readonly runs: ReadonlyMap<string, string>;
  /** What could not be read or copied; the rest was. */
  readonly problems: readonly Problem[];
  /** What a person should know, though nothing is missing. */
  readonly notes: readonly string[];
  /** Whether it was stopped before its end; the same copy again goes on. */
  readonly stopped: boolean;
}

/** The counters of a copy that is under way. */
export class CopyTally {
  created = 0;
  resumed = 0;
  unchanged = 0;
  experiments = 0;
  loggedModels = 0;
  modelVersions = 0;
  files = 0;
  bytes = 0;
  readonly notes = new Set<string>();

  report(runs: ReadonlyMap<string, string>, problems: readonly Problem[], stopped: boolean): CopyReport {
    const { notes, ...counts } = this;
    return { ...counts, runs, problems, notes: [...notes], stopped };
  }
}
