import { CodeReader } from '../../../src/code/reader';
import { DataReader } from '../../../src/data/reader';
import type { DataSource } from '../../../src/data/source';
import { GitRevisions } from '../../../src/lineage/gitRevisions';

/** Ours, as the editor's thread and the terminal's program make it, with the real git. */
export function dataSource(): DataSource {
  const silent = (): void => undefined;
  return new DataReader(silent, { revisions: new GitRevisions(new CodeReader(silent)) });
}
