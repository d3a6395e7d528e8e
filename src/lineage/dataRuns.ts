import type { Run } from '../core/run';
import type { RecordedVersion, RecordedVersions } from '../data/versions';
import { headlineOf, nearestEarlier, type Graph, type Headline } from './commitRuns';
import { namedPaths } from './namedPaths';
import { runCode } from './runCode';
import { isEmptyContent, usedData, type UsedData } from './usedData';

/** A run and the place of its store. */
export type KnownRun = readonly [location: string, run: Run];

/** A run that has used a version of data. */
export interface DataUse {
  readonly location: string;
  readonly run: Run;
  /** `train`, `test`, …; undefined where the run doesn't tell. */
  readonly context: string | undefined;
  readonly headline: Headline | undefined;
  /** What ties them: the content, or the commit of a run that only names the path. */
  readonly by: 'digest' | 'commit';
  /** The digest of what the run has used, where it tells. */
  readonly digest: string | undefined;
}

/** Which runs have used which versions; each run once for each version, newest first. */
export interface VersionUses {
  /** By the version's commit. */
  readonly byCommit: ReadonlyMap<string, readonly DataUse[]>;
  /** Those of the record as it is now, which no commit has. */
  readonly now: readonly DataUse[];
  /** Those of contents that neither a commit nor the record has, though they name the path. */
  readonly unrecorded: readonly DataUse[];
}

/** The data whose runs are asked for. */
export interface DataPlace {
  /** The DVC repository's root, absolute. */
  readonly root: string;
  /** From the root, with `/`. */
  readonly path: string;
  readonly history: RecordedVersions;
}

/** What runs have used, by digest and by path. */
export class DataRuns {
  private readonly byDigest = new Map<string, DataUse[]>();
  private readonly named: { readonly used: UsedData; readonly use: DataUse }[] = [];

  /** @param key the metric that stands for a run, where the settings name one */
  constructor(runs: readonly KnownRun[], key?: string) {
    const newest = [...runs].sort(([, a], [, b]) => b.startTime - a.startTime);
    for (const [location, run] of newest) {
      const headline = headlineOf(run, key);
      for (const used of usedData(run)) {
        const { digest, context } = used;
        const use: DataUse = { location, run, context, headline, by: digest === undefined ? 'commit' : 'digest', digest };
        if (digest !== undefined) {
          const list = this.byDigest.get(digest);
          if (list) list.push(use);
          else this.byDigest.set(digest, [use]);
        }
        if (used.path !== undefined) this.named.push({ used, use });
      }
    }
  }

  /** The places of the stores in which runs have used data. */
  get locations(): string[] {
    const all = [...this.byDigest.values()].flat().concat(this.named.map(({ use }) => use));
    return [...new Set(all.map(({ location }) => location))];
  }

  /**
   * The runs that have used a content. All empty files have the same: of those only runs that name the path count.
   * @param place where the content is
   */
  using(digest: string, place?: Pick<DataPlace, 'root' | 'path'>): readonly DataUse[] {
    const uses = this.byDigest.get(digest.toLowerCase()) ?? [];
    if (!isEmptyContent(digest)) return withoutTwins(uses);
    const named = place ? this.naming(place.root, place.path).flatMap(({ use, isInside }) => (isInside ? [] : [use])) : [];
    return withoutTwins(named.filter((use) => use.digest === digest));
  }

  /** The commits of runs that name the path and no digest: for those, `ofVersions` needs their ancestors. */
  commitsFor({ root, path }: Pick<DataPlace, 'root' | 'path'>): string[] {
    const commits = this.naming(root, path).flatMap(({ use, isInside }) =>
      use.digest === undefined || isInside ? (commitOf(use.run) ?? []) : [],
    );
    return [...new Set(commits)];
  }

  /** @param graph the ancestors of `commitsFor`; runs whose commits are not in it have no version */
  ofVersions({ root, path, history }: DataPlace, graph: Graph = new Map()): VersionUses {
    const { versions, now, more } = history;
    const byCommit = new Map<string, DataUse[]>();
    const unrecorded: DataUse[] = [];
    const put = (version: RecordedVersion, use: DataUse): void => {
      byCommit.set(version.commit, [...(byCommit.get(version.commit) ?? []), use]);
    };
    const holders = new Map<string, RecordedVersion[]>();
    for (const version of versions)
      if (version.digest !== undefined) holders.set(version.digest, [...(holders.get(version.digest) ?? []), version]);
    for (const [digest, list] of holders)
      for (const use of this.using(digest, { root, path })) {
        // The same content may have come back: the version of that time, else the first one.
        const version = list.find(({ time }) => time <= use.run.startTime) ?? list.at(-1);
        if (version) put(version, use);
      }
    const known = new Set([...holders.keys(), ...(now?.digest === undefined ? [] : [now.digest])]);
    const commits = new Map(versions.map((version) => [version.commit, version]));
    for (const { use, isInside } of this.naming(root, path)) {
      if (use.digest !== undefined && !isInside) {
        // Where there are older versions, it may be one of them.
        if (!known.has(use.digest) && !more) unrecorded.push(use);
        continue;
      }
      const commit = commitOf(use.run);
      const at =
        commit === undefined ? undefined : commits.has(commit) ? commit : nearestEarlier(commit, graph, (each) => commits.has(each));
      const version = at === undefined ? undefined : commits.get(at);
      if (version?.digest !== undefined) put(version, { ...use, by: 'commit' });
    }
    const nowUses = now?.digest === undefined ? [] : this.using(now.digest, { root, path });
    for (const [commit, uses] of byCommit)
      byCommit.set(
        commit,
        withoutTwins(uses).sort((a, b) => b.run.startTime - a.run.startTime),
      );
    return { byCommit, now: nowUses, unrecorded: withoutTwins(unrecorded) };
  }

  /** `isInside`: a file in the folder of this path, whose digest says nothing about the folder's. */
  private naming(root: string, path: string): readonly { readonly use: DataUse; readonly isInside: boolean }[] {
    return this.named.flatMap(({ used, use }) => {
      const paths = namedPaths(root, used.path ?? '', use.run);
      const isInside = !paths.includes(path);
      return isInside && !paths.some((each) => each.startsWith(`${path}/`)) ? [] : [{ use, isInside }];
    });
  }
}

function commitOf(run: Run): string | undefined {
  const commit = runCode(run).commit?.toLowerCase();
  return commit !== undefined && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit) ? commit : undefined;
}

/** One for each run; it may have used the same content under several names. */
function withoutTwins(uses: readonly DataUse[]): DataUse[] {
  const found = new Map<string, DataUse>();
  for (const use of uses) {
    const key = JSON.stringify([use.location, use.run.runId]);
    const before = found.get(key);
    const contexts = new Set([before?.context, use.context].flatMap((each) => each?.split(', ') ?? []));
    found.set(key, before ? { ...before, context: contexts.size > 0 ? [...contexts].join(', ') : undefined } : use);
  }
  return [...found.values()];
}
