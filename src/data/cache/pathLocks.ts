import { join, sep } from 'node:path';
import { pidExists } from '../../core/pidExists';
import { readBounded } from '../records/boundedFile';

interface Holder {
  readonly pid: number;
  readonly cmd: string;
}

/**
 * Who else works on paths of the repository while DVC's own lock is free: a stage's command that runs. DVC notes them in `.dvc/tmp/rwlock`
 * as `{"write": {path: {pid, cmd}}, "read": {path: [{pid, cmd}]}}`; those of processes that are no more don't count.
 * One line for each path that can't be written.
 */
export async function busyPaths(root: string, writing: readonly string[], isAlive = pidExists): Promise<string[]> {
  const text = await readBounded(join(root, '.dvc', 'tmp', 'rwlock')).then(String, () => '{}');
  const found: string[] = [];
  for (const [path, holders] of holdersIn(text)) {
    if (!writing.some((each) => overlaps(each, path))) continue;
    const holder = holders.find(({ pid }) => isAlive(pid));
    if (holder) found.push(`${path} is in use by “${holder.cmd}” (process ${holder.pid})`);
  }
  return found;
}

/** A file that is no JSON is of an older DVC, or cut off; DVC itself says so when it is asked. */
function holdersIn(text: string): [string, Holder[]][] {
  try {
    const { write = {}, read = {} } = JSON.parse(text) as { write?: Record<string, Holder>; read?: Record<string, Holder[]> };
    return [...Object.entries(write).map(([path, holder]): [string, Holder[]] => [path, [holder]]), ...Object.entries(read)];
  } catch {
    return [];
  }
}

function overlaps(a: string, b: string): boolean {
  return a === b || a.startsWith(b + sep) || b.startsWith(a + sep);
}
