import type { HashName } from './hashName';
import type { PlainValue } from './plainValue';

/** What was recorded of a path: a hash, under the name of its kind. */
export interface Recorded {
  readonly hashName: HashName;
  /** Ends in `.dir` for a folder. */
  readonly digest: string;
  readonly size: number | undefined;
  readonly files: number | undefined;
  readonly executable: boolean;
}

/** Where an import comes from. */
export interface ImportSource {
  /** A repository (`repo:`), a URL, or a database. */
  readonly kind: 'repository' | 'url' | 'database';
  readonly url: string;
  readonly revision: string | undefined;
  /** The commit that was imported. */
  readonly locked: string | undefined;
}

export interface StageDep {
  /** As written after templating; relative to the stage's working folder, absolute, or a URL. */
  readonly path: string;
  /** Absolute; undefined for what isn't in the file system. */
  readonly target: string | undefined;
  readonly recorded: Recorded | undefined;
  readonly source: ImportSource | undefined;
  readonly line: number;
}

/** Parameters of one file that a stage depends on. */
export interface StageParams {
  /** As written, e.g. `params.yaml`. */
  readonly path: string;
  readonly target: string;
  /** Dotted names; empty where the whole file counts. */
  readonly keys: readonly string[];
  /** What the lock has, by dotted name; undefined where it has nothing of this file. */
  readonly recorded: ReadonlyMap<string, PlainValue> | undefined;
}

export interface StageOut {
  readonly path: string;
  readonly target: string | undefined;
  readonly kind: 'out' | 'metric' | 'plot';
  readonly recorded: Recorded | undefined;
  /** False for outs that git keeps. */
  readonly cached: boolean;
  readonly persistent: boolean;
  /** Whether `dvc push` takes it. */
  readonly pushed: boolean;
  /** Kept as versions in its remote only, without a manifest. */
  readonly versioned: boolean;
  readonly remote: string | undefined;
  readonly description: string | undefined;
  readonly type: string | undefined;
  readonly labels: readonly string[];
  readonly meta: PlainValue | undefined;
  readonly line: number;
}

/** A stage as DVC resolves it: of a `.dvc` file, or of a `dvc.yaml` with its lock; foreach and matrix give one for each item. */
export interface Stage {
  /** DVC's name for it from the repository's root: `train`, `sub/dvc.yaml:train`, `data/x.csv.dvc`. */
  readonly address: string;
  /** The `.dvc` file or the `dvc.yaml`, absolute, and the line where it begins, from 1. */
  readonly file: string;
  readonly line: number;
  /** Undefined for a `.dvc` file. */
  readonly name: string | undefined;
  /** Absolute. */
  readonly workingFolder: string;
  readonly command: string | readonly string[] | undefined;
  /** The command in the lock; undefined where the stage has no entry there. */
  readonly recordedCommand: string | readonly string[] | undefined;
  /** Whether the lock, or the `.dvc` file, holds an entry of this stage. */
  readonly isLocked: boolean;
  readonly frozen: boolean;
  readonly alwaysChanged: boolean;
  readonly description: string | undefined;
  readonly meta: PlainValue | undefined;
  /** The `md5` that a `.dvc` file has of itself, and the one that DVC would give it; DVC says “changed checksum” where they differ. */
  readonly checksum: { readonly recorded: string | undefined; readonly actual: string | undefined } | undefined;
  readonly deps: readonly StageDep[];
  readonly params: readonly StageParams[];
  readonly outs: readonly StageOut[];
}
