import { resolve } from 'node:path';
import { invalid, missing } from '../../core/errors';
import { formatAge, formatBytes } from '../../core/format';
import { countOf, KeptData, namesOf, type Kept } from '../../data/actions/keptData';
import { restoreKept } from '../../data/actions/keptRestore';
import { CacheTransfers } from '../../data/cache/cacheTransfers';
import { transferParts } from '../../data/cache/transferSurroundings';
import { findDvcRoot } from '../../data/records/repository';
import { jsonText, table, type Output } from '../output';

export interface DataKeptFlags {
  readonly repo?: string;
  /** The id, or its beginning, of what is brought back, or deleted for good. */
  readonly restore?: string;
  readonly remove?: string;
  readonly prune?: boolean;
  readonly days?: number;
  readonly json?: boolean;
}

/** With `--prune` alone, what was kept for longer goes. */
const DAYS = 30;

/** What actions on data moved out of the way instead of losing it; or brings it back, or deletes it for good. */
export async function showKeptData(flags: DataKeptFlags, output: Output): Promise<void> {
  const { restore, remove, prune, days } = flags;
  if ([restore !== undefined, remove !== undefined, prune === true].filter(Boolean).length > 1)
    throw invalid('--restore, --remove and --prune are three things: give one of them');
  if (!prune && days !== undefined) throw invalid('--days belongs to --prune');
  const folder = resolve(flags.repo ?? '.');
  const root = await findDvcRoot(folder);
  if (root === undefined) throw missing(`${folder} is in no DVC repository: name a folder of one with --repo`);
  const data = new KeptData();
  const kept = await data.list(root);
  if (restore !== undefined) {
    const one = named(kept, restore);
    const transfers = new CacheTransfers(transferParts(() => undefined, undefined, data));
    const { before, problems } = await restoreKept(root, one.id, data, transfers);
    if (problems.length > 0) process.exitCode = 1;
    if (output.json) output.out(jsonText({ restored: one, before, problems }));
    else {
      const since = before.map(({ id }) => id).join(', ');
      output.say(problems.map((problem) => `${problem}\n`).join(''));
      output.say(`${countText(one)} back${since === '' ? '' : `; what stood there is kept under ${since}`}.\n`);
    }
  } else if (remove !== undefined || prune) {
    const went = remove === undefined ? await data.prune(root, days ?? DAYS) : [named(kept, remove)];
    if (remove !== undefined) for (const { id } of went) await data.forget(root, id);
    if (output.json) output.out(jsonText(went));
    else if (went.length === 0) output.say('Nothing is old enough to be deleted.\n');
    else output.say(`${formatBytes(went.reduce((sum, { bytes }) => sum + bytes, 0))} deleted for good.\n`);
  } else if (output.json) output.out(jsonText(kept));
  else if (kept.length === 0) output.say('Nothing is kept here: no action on data had to move anything out of the way.\n');
  else output.out(table(['ID', 'AGE', 'SIZE', 'FOR', 'FILES'], kept.map(cells)));
}

function named(kept: readonly Kept[], id: string): Kept {
  const found = kept.filter((each) => each.id === id || (id.length >= 4 && each.id.startsWith(id)));
  const [one] = found;
  if (!one || found.length > 1)
    throw invalid(`${one ? 'several are' : 'nothing is'} kept under ${id}: \`ml-tracking data kept\` lists what is there`);
  return one;
}

function cells(kept: Kept): string[] {
  const { id, reason, time, bytes } = kept;
  const [[first = ''], count] = [namesOf(kept), countOf(kept)];
  return [id, formatAge(time, Date.now()), formatBytes(bytes), reason, count > 1 ? `${first} and ${count - 1} more` : first];
}

function countText({ count, layouts }: Kept): string {
  if (layouts.length > 0)
    return `${count > 0 ? `${count === 1 ? '1 file' : `${count} files`}, and how ` : 'How '}${layouts.map(({ path }) => path).join(', ')} lay, is`;
  return count === 1 ? '1 file is' : `${count} files are`;
}
