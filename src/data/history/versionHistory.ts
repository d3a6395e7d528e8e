import { dirname, join } from 'node:path';
import { isWithin } from '../records/recordPath';
import type { Stage, StageOut } from '../records/stage';
import type { FileRevision, Revisions } from '../revisions';
import type { Reading } from '../status/reading';
import { pathWithin } from '../status/recordedIndex';
import type { RecordedNow, RecordedVersion, RecordedVersions, VersionsOptions } from '../versions';
import { MemberHistory } from './memberHistory';
import type { OutChange, OutHistory } from './outHistory';
import { dvcFileRecord, formerRecords, lockRecord, type FoundOut, type OutRecord } from './recordHistory';
import { inCache } from './versionCache';

const DEFAULT_MOST = 50;
/** More commits of one record than this are not looked at. */
const MOST_COMMITS = 40_000;
/** So many contents are asked of git at once: locks may be large. */
const BATCH = 500;

/** The versions that git has of a tracked path, or of a file in a tracked folder. */
export async function versionHistory(
  reading: Reading,
  target: string,
  { most = DEFAULT_MOST }: VersionsOptions = {},
): Promise<RecordedVersions> {
  const { root, revisions, signal } = reading;
  const place = placeOf(reading.stages, target);
  const recorded = place && recordedNow(root, place);
  const head = await revisions?.commit(root, 'HEAD', signal);
  const nothing: OutHistory = { changes: [], isWhole: true, unread: 0 };
  const ofOut = revisions && head !== undefined ? await outHistory(reading, revisions, place, target, most) : nothing;
  const member = place && place.out.target !== target ? new MemberHistory(reading, place.out, target) : undefined;
  const { changes, isWhole, unread } = member ? await member.of(ofOut) : ofOut;
  const current = member ? await member.now(recorded) : recorded;
  const now = current?.digest === changes[0]?.now?.digest ? undefined : current;
  const shown = changes.slice(0, most);
  const cached = await inCache(reading, place?.out, [...shown.flatMap((change) => change.now ?? []), ...(now ? [now] : [])]);
  const factsOf = (out: FoundOut): RecordedNow => ({ ...out, inCache: cached.get(out.digest) });
  return {
    versions: shown.map((change) => versionOf(change, change.now && factsOf(change.now))),
    more: changes.length > shown.length || !isWhole,
    now: now && factsOf(now),
    unread,
  };
}

function versionOf({ revision, before }: OutChange, now: RecordedNow | undefined): RecordedVersion {
  const { commit, subject, author, time, tags } = revision;
  const facts = now ?? {
    digest: undefined,
    hashName: before?.hashName ?? 'md5',
    size: undefined,
    files: undefined,
    path: before?.path ?? '',
    inCache: undefined,
  };
  return { commit, subject, author, time, tags, ...facts };
}

interface OutPlace {
  readonly stage: Stage;
  readonly out: StageOut;
}

/** The out that is the path, else the nearest one that holds it. */
function placeOf(stages: readonly Stage[], target: string): OutPlace | undefined {
  let nearest: OutPlace | undefined;
  for (const stage of stages)
    for (const out of stage.outs) {
      if (out.target === undefined || !isWithin(out.target, target)) continue;
      if (!nearest || out.target.length > (nearest.out.target?.length ?? 0)) nearest = { stage, out };
    }
  return nearest;
}

function recordedNow(root: string, { out }: OutPlace): FoundOut | undefined {
  if (!out.recorded || out.target === undefined) return undefined;
  const { digest, hashName, size, files } = out.recorded;
  return { digest, hashName, size, files, path: pathWithin(root, out.target) ?? out.path };
}

/** The files in which the history stands; what a pipeline makes now may have been added by hand before. */
function recordsOf({ root, stages }: Reading, place: OutPlace | undefined, target: string): OutRecord[] {
  if (!place || place.out.target === undefined) return formerRecords(root, target);
  const { stage, out } = place;
  const outTarget = place.out.target;
  if (stage.name === undefined) {
    const path = pathWithin(root, stage.file);
    return path === undefined ? [] : [dvcFileRecord(root, path, outTarget)];
  }
  const lock = pathWithin(root, join(dirname(stage.file), 'dvc.lock'));
  const before = pathWithin(root, `${outTarget}.dvc`);
  const names = new Set(stages.flatMap((each) => (each.file === stage.file ? (each.name ?? []) : [])));
  return [
    ...(lock === undefined ? [] : [lockRecord(lock, { root, target: outTarget, path: out.path, stage: stage.name, stages: names })]),
    ...(before === undefined ? [] : [dvcFileRecord(root, before, outTarget)]),
  ];
}

async function outHistory(
  reading: Reading,
  revisions: Revisions,
  place: OutPlace | undefined,
  target: string,
  most: number,
): Promise<OutHistory> {
  const records = recordsOf(reading, place, target);
  const reader = new ContentReader(reading, revisions);
  const histories: OutHistory[] = [];
  for (const record of records) histories.push(await recordHistory(reading, revisions, reader, record, most));
  return {
    changes: joined(histories),
    isWhole: histories.every(({ isWhole }) => isWhole),
    unread: histories.reduce((sum, { unread }) => sum + unread, 0),
  };
}

/** Goes back as far as it takes to find one change more than asked for: a lock also changes for other reasons. */
async function recordHistory(
  { root, signal }: Reading,
  revisions: Revisions,
  reader: ContentReader,
  record: OutRecord,
  most: number,
): Promise<OutHistory> {
  for (let asked = most * 2 + 20; ; asked *= 4) {
    const found = await revisions.history(root, record.path, asked, signal);
    // git counts merges that it doesn't show.
    const isWhole = (found.length < asked && found.at(-1)?.before === undefined) || asked > MOST_COMMITS;
    const { changes, unread } = await reader.changes(record, found);
    if (isWhole || changes.length > most) return { changes, isWhole, unread };
  }
}

/** Reads records as commits had them, each content once. */
class ContentReader {
  private readonly known = new Map<string, FoundOut | 'unreadable' | undefined>();

  constructor(
    private readonly reading: Reading,
    private readonly revisions: Revisions,
  ) {}

  async changes(record: OutRecord, found: readonly FileRevision[]): Promise<Omit<OutHistory, 'isWhole'>> {
    const key = (id: string, path: string): string => `${record.path}\0${path}\0${id}`;
    const wanted = found.flatMap(({ id, before, path }) =>
      [id, before].flatMap((each) => (each === undefined ? [] : [{ id: each, path }])),
    );
    const unknown = wanted.filter(({ id, path }) => !this.known.has(key(id, path)));
    const ids = [...new Set(unknown.map(({ id }) => id))];
    for (let at = 0; at < ids.length; at += BATCH) {
      const batch = new Set(ids.slice(at, at + BATCH));
      const contents = await this.revisions.contents(this.reading.root, [...batch], this.reading.signal);
      for (const { id, path } of unknown) if (batch.has(id)) this.known.set(key(id, path), read(record, contents.get(id), path));
    }
    let unread = 0;
    let last: FoundOut | undefined;
    const changes: OutChange[] = [];
    for (const revision of [...found].reverse()) {
      const at = (id: string | undefined): FoundOut | 'unreadable' | undefined =>
        id === undefined ? undefined : this.known.get(key(id, revision.path));
      const [now, before] = [at(revision.id), at(revision.before)];
      if (now === 'unreadable') unread++;
      else {
        // After a broken record: what the one before it said.
        changes.push({ revision, now, before: before === 'unreadable' ? last : before });
        last = now;
      }
    }
    changes.reverse();
    return { changes: changes.filter(isChange), unread };
  }
}

function read(record: OutRecord, content: Buffer | undefined, path: string): FoundOut | 'unreadable' | undefined {
  if (!content) return 'unreadable';
  try {
    return record.find(content, path);
  } catch {
    return 'unreadable';
  }
}

/** Puts together what one commit did to several records: data moves from one to another. */
function joined(histories: readonly OutHistory[]): readonly OutChange[] {
  const filled = histories.filter(({ changes }) => changes.length > 0);
  if (filled.length <= 1) return filled[0]?.changes ?? [];
  const byCommit = new Map<string, OutChange>();
  for (const change of filled.flatMap(({ changes }) => changes)) {
    const other = byCommit.get(change.revision.commit);
    byCommit.set(change.revision.commit, {
      revision: other?.now ? other.revision : change.revision,
      now: other?.now ?? change.now,
      before: other?.before ?? change.before,
    });
  }
  return [...byCommit.values()].filter(isChange).sort((a, b) => b.revision.time - a.revision.time);
}

function isChange({ now, before }: OutChange): boolean {
  return now?.digest !== before?.digest;
}
