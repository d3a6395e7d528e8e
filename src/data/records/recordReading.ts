import type { PlainValue } from './plainValue';
import type { Stage } from './stage';
import type { ParsingOptions } from './templateExpression';

/** A file of DVC's, or a stage in it, that can't be read. */
export interface BrokenRecord {
  /** Absolute. */
  readonly file: string;
  readonly message: string;
  /** From 1. */
  readonly line: number;
}

/** What a `dvc.yaml` says beside its stages, after templating; paths are relative to its folder. */
export interface PipelineTop {
  /** The `dvc.yaml`, absolute. */
  readonly file: string;
  readonly params: readonly string[];
  readonly metrics: readonly string[];
  readonly plots: readonly PlainValue[];
  readonly artifacts: Readonly<Record<string, PlainValue>>;
  readonly datasets: readonly PlainValue[];
  /** What the lock has of `datasets`, by name. */
  readonly lockedDatasets: ReadonlyMap<string, PlainValue>;
}

/** What one `.dvc` file or `dvc.yaml` gave. */
export interface RecordReading {
  readonly stages: readonly Stage[];
  readonly broken: readonly BrokenRecord[];
  /** Undefined for a `.dvc` file, and for a pipeline that can't be read. */
  readonly top: PipelineTop | undefined;
  /** The files it was made of, there or not: while none of them changes, neither does this. Absolute. */
  readonly madeOf: readonly string[];
}

export interface RecordOptions extends ParsingOptions {
  /** For a lock that `.dvcignore` names: DVC does as if it weren't there. */
  readonly withoutLock?: boolean;
}
