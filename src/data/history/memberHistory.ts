import { relative } from 'node:path';
import { toPosix } from '../records/recordPath';
import type { StageOut } from '../records/stage';
import type { Reading } from '../status/reading';
import type { OutChange, OutHistory } from './outHistory';
import type { FoundOut } from './recordHistory';

/** The history of a file in a tracked folder, as far as the manifests are here. */
export class MemberHistory {
  /** The file's path in the folder, with `/`. */
  private readonly path: string;

  constructor(
    private readonly reading: Reading,
    private readonly out: StageOut,
    target: string,
  ) {
    this.path = toPosix(relative(out.target ?? '', target));
  }

  /** The file in a version of its folder; undefined where it isn't in it, or the manifest isn't here. */
  async now(folder: FoundOut | undefined): Promise<FoundOut | undefined> {
    const found = await this.find(folder);
    return found === 'unknown' ? undefined : found;
  }

  /** Of the folder's changes those in which the file changed. */
  async of({ changes, isWhole, unread }: OutHistory): Promise<OutHistory> {
    const found: OutChange[] = [];
    let unknown = 0;
    const oldest = changes.at(-1)?.before;
    const first = await this.find(oldest);
    let last = first === 'unknown' ? undefined : first;
    for (const { revision, now: folder } of [...changes].reverse()) {
      const now = await this.find(folder);
      if (now === 'unknown') unknown++;
      else if (now?.digest !== last?.digest) {
        found.push({ revision, before: last, now });
        last = now;
      }
    }
    return { changes: found.reverse(), isWhole, unread: unread + unknown };
  }

  private async find(folder: FoundOut | undefined): Promise<FoundOut | 'unknown' | undefined> {
    if (folder === undefined) return undefined;
    const { digest, hashName, path } = folder;
    const members = digest.endsWith('.dir') ? await this.reading.manifest({ name: hashName, digest }, this.out) : undefined;
    if (!members) return 'unknown';
    const member = members.find((each) => each.path === this.path);
    return member && { digest: member.digest, hashName, size: undefined, files: undefined, path: `${path}/${this.path}` };
  }
}
