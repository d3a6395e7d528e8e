import { scanRepository, type ScanOptions } from '../records/scan';
import type { RecordFiles } from '../records/recordFiles';
import type { BrokenRecord } from '../records/recordReading';
import type { Stage } from '../records/stage';
import type { Revisions } from '../revisions';
import { CommitSource } from './commitSource';

/** What a commit records. */
export interface CommittedRecords {
  readonly stages: readonly Stage[];
  readonly broken: readonly BrokenRecord[];
  /** Whether the commit has nothing below the root: the repository came later. */
  readonly isEmpty: boolean;
}

/** Reads a commit's records. */
export async function readCommitted(
  root: string,
  revisions: Revisions,
  commit: string,
  records: RecordFiles,
  options: Pick<ScanOptions, 'parsing' | 'signal'> = {},
): Promise<CommittedRecords> {
  const source = await CommitSource.open(root, revisions, commit, options.signal);
  // git ignores nothing that it has.
  const { stages, broken } = await scanRepository(root, records, { ...options, source, gitRules: false });
  return { stages, broken, isEmpty: source.isEmpty };
}
