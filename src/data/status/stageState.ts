import type { Stage, StageDep, StageOut, StageParams } from '../records/stage';
import type { PathState } from './workspaceFiles';

/** How a dep or an out stands, in the words of `dvc status`; `unknown` is what only a network could tell. */
export type FileState = 'unchanged' | 'modified' | 'deleted' | 'not in cache' | 'update available' | 'unknown';

/** How a parameter stands. */
export type ParamState = 'modified' | 'deleted' | 'new';

interface Checked {
  /** As DVC prints it from the repository's root. */
  readonly label: string;
  readonly state: FileState;
  /** Why DVC would give up here, in one line. */
  readonly problem: string | undefined;
}

export interface DepState extends Checked {
  readonly dep: StageDep;
}

export interface OutState extends Checked {
  readonly out: StageOut;
  /** What is there; undefined where nobody looked. */
  readonly found: PathState | undefined;
  /** Whether all of it is in the cache; undefined where the cache doesn't hold it by intent. */
  readonly inCache: boolean | undefined;
}

export interface ParamsState {
  readonly params: StageParams;
  readonly label: string;
  /** Where the file is gone, or the lock has nothing of it. */
  readonly whole: 'deleted' | 'new' | undefined;
  /** By dotted name; what is as recorded is not there. */
  readonly keys: ReadonlyMap<string, ParamState>;
  readonly problem: string | undefined;
}

/** A stage, and all that DVC compares of it. */
export interface StageState {
  readonly stage: Stage;
  /** Empty where DVC doesn't look: of a frozen stage. */
  readonly deps: readonly DepState[];
  readonly params: readonly ParamsState[];
  readonly outs: readonly OutState[];
}

/** A stage with a command and nothing that it depends on or makes runs each time. */
export function isAlwaysChanged({ alwaysChanged, command, deps, params, outs }: Stage): boolean {
  return alwaysChanged || (command !== undefined && command.length > 0 && deps.length + params.length + outs.length === 0);
}

export function isCommandChanged({ name, isLocked, command, recordedCommand }: Stage): boolean {
  return name !== undefined && isLocked && JSON.stringify(command) !== JSON.stringify(recordedCommand);
}

export function isChecksumChanged({ name, checksum }: Stage): boolean {
  return name === undefined && checksum !== undefined && checksum.recorded !== checksum.actual;
}
