/** Where a running training stands. */
export interface RunProgress {
  /** From 1 to `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /** From 1 to `batches`, within the epoch. */
  readonly batch: number;
  readonly batches: number;
  readonly loss: number;
  readonly accuracy: number | undefined;
  readonly imagesPerSecond: number;
  /** Seconds until the last epoch is done, as far as it can be told. */
  readonly secondsLeft: number;
}

/** The process that writes a run. */
export interface RunProcess {
  readonly host: string;
  readonly pid: number;
  /** When the process started, by the system's own clock of processes, so that a reused pid is told apart. */
  readonly startedAt: string;
}
