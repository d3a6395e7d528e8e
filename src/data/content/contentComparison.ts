import { compareProfiles, type ContentComparison, type RowDifference } from './comparison';
import { comparableEntries } from './contentDigest';
import { profileContent } from './contentProfile';
import { compareFiles, type FileChanges } from './fileChanges';
import type { ContentSource } from './place';
import type { Profile, ProfileOptions, ReadControl } from './profile';
import type { RowHashes } from './stats/rowHashes';

/**
 * What differs between two versions of a file or folder: reads both.
 * @throws TrackingError where one can't be read
 */
export async function compareContent(
  before: ContentSource,
  after: ContentSource,
  options: ProfileOptions = {},
  control: ReadControl = {},
): Promise<ContentComparison> {
  const files = before.isFolder && after.isFolder ? compareFiles(...(await comparableEntries(before, after, control.signal))) : undefined;
  const [old, young] = [await readVersion(before, options, control), await readVersion(after, options, control)];
  return compareProfiles(old.profile, young.profile, { files, ...partsOf(old, young, files) });
}

interface Version {
  readonly profile: Profile;
  /** By path. */
  readonly rows: ReadonlyMap<string, RowHashes>;
}

async function readVersion(source: ContentSource, options: ProfileOptions, control: ReadControl): Promise<Version> {
  const rows = new Map<string, RowHashes>();
  const profile = await profileContent(source, options, { ...control, onRows: (hashes, path) => rows.set(path, hashes) });
  return { profile, rows };
}

function partsOf(old: Version, young: Version, files: FileChanges | undefined): Partial<Pick<ContentComparison, 'rowContent' | 'parts'>> {
  if (!old.profile.parts || !young.profile.parts) {
    const [before] = old.rows.values();
    const [after] = young.rows.values();
    return { rowContent: rowDifference(old.profile, young.profile, before, after) };
  }
  const changed = new Set(files?.changed);
  const parts = young.profile.parts.flatMap((after) => {
    const path = after.name;
    const before = old.profile.parts?.find(({ name }) => name === path);
    if (!before || !changed.has(path)) return [];
    const rowContent = rowDifference(before, after, old.rows.get(path), young.rows.get(path));
    return [{ path, comparison: compareProfiles(before, after, { rowContent }) }];
  });
  return { parts };
}

/** Rows are the same by the text, or the numbers, of their cells, which means something between tables of the same columns only. */
function rowDifference(
  old: Profile,
  young: Profile,
  before: RowHashes | undefined,
  after: RowHashes | undefined,
): RowDifference | undefined {
  if (!before || !after || old.format !== young.format || !sameColumns(old, young)) return undefined;
  const both = before.common(after);
  return both === undefined ? undefined : { both, onlyBefore: before.distinct - both, onlyAfter: after.distinct - both };
}

function sameColumns(old: Profile, young: Profile): boolean {
  if (old.columnCount !== young.columnCount || old.array?.type !== young.array?.type) return false;
  if (String(old.array?.shape.slice(1)) !== String(young.array?.shape.slice(1))) return false;
  return (old.columns ?? []).every((column, index) => column.name === young.columns?.[index]?.name);
}
