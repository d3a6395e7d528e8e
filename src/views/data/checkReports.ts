import { stat } from 'node:fs/promises';
import type { CheckReport } from '../../data/checks/checks';
import { checksFileOf } from '../../data/checks/checksFiles';
import type { DataStatus, OutStatus } from '../../data/status/status';

/** What a run of a checks file gave, and of which data. */
export interface CheckedData {
  readonly report: CheckReport;
  /** When it ended, in milliseconds since 1970. */
  readonly time: number;
  /** Milliseconds. */
  readonly took: number;
  /** What tells the data that was checked from other data: changed data has not been checked. */
  readonly version: string;
}

/** So many files are looked for at once. */
const AT_ONCE = 64;

/** Which data has checks, and what their last runs in this window gave. */
export class CheckReports {
  private readonly reports = new Map<string, CheckedData>();
  private files: ReadonlySet<string> = new Set();
  private versions: ReadonlyMap<string, string> = new Map();

  /** Looks which of the data has checks beside it, and whether it is what was checked. */
  async look(statuses: readonly DataStatus[]): Promise<void> {
    const outs = statuses.flatMap((status) => status.outs);
    const files = new Set<string>();
    const versions = new Map<string, string>();
    for (let from = 0; from < outs.length; from += AT_ONCE)
      await Promise.all(
        outs.slice(from, from + AT_ONCE).map(async (out) => {
          const file = checksFileOf(out.target);
          if (!(await stat(file).catch(() => undefined))?.isFile()) return;
          files.add(file);
          versions.set(file, await versionOf(out));
        }),
      );
    this.files = files;
    this.versions = versions;
  }

  /** The checks file beside an out; undefined where there was none when this last looked. */
  fileOf({ target }: Pick<OutStatus, 'target'>): string | undefined {
    const file = checksFileOf(target);
    return this.files.has(file) ? file : undefined;
  }

  /** The last run of a checks file, and whether the data has changed since. */
  of(file: string): (CheckedData & { readonly isOld: boolean }) | undefined {
    const last = this.reports.get(file);
    if (!last) return undefined;
    const now = this.versions.get(file);
    return { ...last, isOld: now !== undefined && now !== last.version };
  }

  /** @param version what `version` gave before the run, so that data that has changed meanwhile counts as not checked */
  add(report: CheckReport, took: number, version: string): void {
    this.reports.set(report.file, { report, time: Date.now(), took, version });
  }

  /** What tells this data from what it may become, by what was read last; empty for data that nobody tracks. */
  version(file: string): string {
    return this.versions.get(file) ?? '';
  }

  forget(file: string): void {
    this.reports.delete(file);
  }
}

/** A file by its size and time; a folder by what differs in it. */
async function versionOf({ target, digest, workspace, isFolder, changes }: OutStatus): Promise<string> {
  const info = await stat(target).catch(() => undefined);
  if (!info) return 'nothing';
  return isFolder
    ? JSON.stringify([digest, workspace, changes?.added, changes?.modified, changes?.deleted])
    : `${info.size} ${info.mtimeMs}`;
}
