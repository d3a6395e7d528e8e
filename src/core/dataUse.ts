import type { DataMetadata } from './dataMetadata';
import type { DataUseState } from './dataVersion';
import type { Dataset } from './dataset';
import { pastableLine } from './shellLine';

/** A tracked file or folder of a data set, as a run found it. Paths are relative to the run's folder where they lie in it, with `/`. */
export interface DataUse {
  readonly path: string;
  /** Of what was used. */
  readonly digest: string;
  readonly recordedIn: string;
  /** What is recorded, where that is something else. */
  readonly recorded?: string;
  readonly state?: DataUseState;
  readonly commitTarget?: string;
}

/** A data set with what is told of its files, and not kept with the data set itself, which runs share. */
export interface DescribedDataset extends Dataset {
  readonly uses: readonly DataUse[];
  /** What people say of it. */
  readonly metadata?: DataMetadata;
}

export function isDescribed(dataset: Dataset): dataset is DescribedDataset {
  return 'uses' in dataset;
}

const ORDER: readonly DataUseState[] = ['committed', 'uncommitted', 'modified'];

/** The state of all together, which is the worst; undefined where none is known. */
export function worstState(states: readonly (DataUseState | undefined)[]): DataUseState | undefined {
  return ORDER.findLast((state) => states.includes(state));
}

/** One line for each state that keeps the data from being had again by the commit, with what to do. */
export function useWarnings(uses: readonly DataUse[], platform: NodeJS.Platform = process.platform): string[] {
  const [modified, uncommitted] = (['modified', 'uncommitted'] as const).map((state) => uses.filter((use) => use.state === state));
  const targets = distinct(modified?.map(({ commitTarget, recordedIn }) => commitTarget ?? recordedIn));
  const records = distinct(uncommitted?.map(({ recordedIn }) => recordedIn));
  const paths = distinct(modified?.map(({ path }) => path));
  const verb = (list: readonly string[]): string => (list.length === 1 ? 'is' : 'are');
  return [
    ...(paths.length > 0
      ? [
          `${listed(paths)} ${verb(paths)} not what DVC records, and the run keeps the hash of what is there. To keep this version: ${command(['dvc', 'commit'], targets, platform)}`,
        ]
      : []),
    ...(records.length > 0
      ? [
          `${listed(records)} ${verb(records)} not committed. To find this version of the data again: ${command(['git', 'add'], records, platform)} && git commit`,
        ]
      : []),
  ];
}

/** For pasting; names that a shell could obey are left to the person. */
function command(words: readonly string[], names: readonly string[], platform: NodeJS.Platform): string {
  const paths = names.map((name) => (name.startsWith('-') ? `./${name}` : name));
  return pastableLine([...words, ...paths], platform) ?? words.join(' ');
}

function distinct(list: readonly string[] = []): string[] {
  return [...new Set(list)];
}

function listed(list: readonly string[]): string {
  const most = 3;
  return list.length <= most + 1 ? list.join(', ') : `${list.slice(0, most).join(', ')} and ${list.length - most} more`;
}
