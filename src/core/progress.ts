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

/** The writer that a run's tag names; undefined when the tag isn't one of ours. A number that is no process (0 and -1 mean many) never gets through. */
export function parseRunProcess(tag: string | undefined): RunProcess | undefined {
  const { host, pid, startedAt } = fieldsOf(tag);
  if (typeof host !== 'string' || typeof startedAt !== 'string') return undefined;
  return Number.isSafeInteger(pid) && (pid as number) > 0 ? { host, pid: pid as number, startedAt } : undefined;
}

/** Where a run's tag says that it stands; undefined when it says nothing of use. JSON has no NaN, the loss of a training gone wrong: null stands for it. */
export function parseRunProgress(tag: string | undefined): RunProgress | undefined {
  const fields = fieldsOf(tag);
  const number = (name: string): number => (typeof fields[name] === 'number' ? fields[name] : NaN);
  if (Number.isNaN(number('epoch'))) return undefined;
  const { accuracy } = fields;
  return {
    epoch: number('epoch'),
    epochs: number('epochs'),
    batch: number('batch'),
    batches: number('batches'),
    loss: number('loss'),
    accuracy: accuracy === undefined ? undefined : number('accuracy'),
    imagesPerSecond: number('imagesPerSecond'),
    secondsLeft: number('secondsLeft'),
  };
}

function fieldsOf(tag: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(tag ?? '');
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
