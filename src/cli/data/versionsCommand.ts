import { formatAge, formatBytes, formatNumber } from '../../core/format';
import { missing } from '../../core/errors';
import type { RecordedNow, RecordedVersion, RecordedVersions } from '../../data/versions';
import type { DataUse, VersionUses } from '../../lineage/dataRuns';
import { withHistory, type HistoryFlags } from './history';
import { jsonText, table, type Output } from '../output';

export interface DataVersionsFlags extends HistoryFlags {
  readonly limit: number;
}

/** Lists the versions of tracked data that git has, each with the runs that used it. */
export async function showVersions(path: string, flags: DataVersionsFlags, output: Output): Promise<void> {
  await withHistory(path, flags, output, async (data) => {
    const history = await data.reader.versions(data.root, data.target, { most: flags.limit }, data.signal);
    if (history.versions.length === 0 && !history.now) throw missing(`${data.path} is not tracked, and was not in any commit`);
    const graph = await data.ancestors(data.root, data.runs.commitsFor(data));
    const uses = data.runs.ofVersions({ ...data, history }, graph);
    output.out(output.json ? jsonText(record(data.path, history, uses)) : text(history, uses));
    if (!output.json && history.more) output.say(`There are older versions: ask for more with --limit.\n`);
    if (history.unread > 0) output.say(`${history.unread} ${history.unread === 1 ? 'commit' : 'commits'} could not be read.\n`);
  });
}

function record(path: string, { versions, now, more, unread }: RecordedVersions, uses: VersionUses): unknown {
  const facts = ({ digest, hashName, size, files, path: recordedPath, inCache }: RecordedNow): Record<string, unknown> => ({
    digest: digest ?? null,
    hash: hashName,
    size: size ?? null,
    files: files ?? null,
    path: recordedPath,
    inCache: inCache ?? null,
  });
  return {
    path,
    now: now ? { ...facts(now), runs: uses.now.map(useRecord) } : null,
    versions: versions.map((version) => ({
      commit: version.commit,
      subject: version.subject,
      author: version.author,
      time: version.time,
      tags: version.tags,
      ...facts(version),
      runs: (uses.byCommit.get(version.commit) ?? []).map(useRecord),
    })),
    more,
    unread,
    neverRecorded: uses.unrecorded.map(useRecord),
  };
}

function useRecord({ run, location, context, headline, by, digest }: DataUse): Record<string, unknown> {
  const metric = headline ? { [headline.key]: headline.value } : {};
  return {
    runId: run.runId,
    name: run.runName,
    store: location,
    status: run.status,
    startTime: run.startTime,
    context: context ?? null,
    metric,
    by,
    digest: digest ?? null,
  };
}

const HEADER = ['VERSION', 'COMMIT', 'AGE', 'SIZE', 'FILES', 'CACHE', 'SUBJECT'];

/** A line for each version, and beneath it one for each of its runs. */
function text({ versions, now, more }: RecordedVersions, uses: VersionUses): string {
  const clock = Date.now();
  const older = (index: number): RecordedVersion | undefined => versions.slice(index).find(({ digest }) => digest !== undefined);
  const cells = (version: RecordedNow, before: RecordedNow | undefined): string[] => [
    change(version.size, before?.size, formatBytes),
    change(version.files, before?.files, String),
    version.digest === undefined || version.inCache === undefined ? '–' : version.inCache ? 'yes' : 'no',
  ];
  const rows = [
    ...(now ? [{ line: [short(now), '–', '–', ...cells(now, older(0)), 'committed to DVC, not to git'], used: uses.now }] : []),
    ...versions.map((version, index) => ({
      line: [
        short(version),
        version.commit.slice(0, 8),
        formatAge(version.time, clock),
        ...cells(version, older(index + 1)),
        [...(version.tags.length > 0 ? [`(${version.tags.join(', ')})`] : []), version.subject].join(' '),
      ],
      used: uses.byCommit.get(version.commit) ?? [],
    })),
    ...(uses.unrecorded.length > 0 && !more
      ? [{ line: ['?', '–', '–', '–', '–', '–', 'never recorded, but used'], used: uses.unrecorded }]
      : []),
  ];
  const [header = '', ...lines] = table(
    HEADER,
    rows.map(({ line }) => line),
  )
    .trimEnd()
    .split('\n');
  const withRuns = lines.flatMap((line, index) => [line, ...(rows[index]?.used ?? []).map((use) => `  ${runLine(use, clock)}`)]);
  return `${[header, ...withRuns].join('\n')}\n`;
}

function short({ digest }: RecordedNow): string {
  return digest?.slice(0, 8) ?? 'removed';
}

/** `4.2 MB (+1.2 MB)` */
function change(value: number | undefined, before: number | undefined, format: (value: number) => string): string {
  if (value === undefined) return '–';
  const difference = before === undefined ? 0 : value - before;
  return format(value) + (difference === 0 ? '' : ` (${difference > 0 ? '+' : '-'}${format(Math.abs(difference))})`);
}

function runLine({ run, headline, context, by }: DataUse, clock: number): string {
  const facts = [
    ...(headline ? [`${headline.key} ${formatNumber(headline.value)}`] : []),
    ...(context === undefined ? [] : [context]),
    formatAge(run.startTime, clock),
    ...(run.status === 'FINISHED' ? [] : [run.status.toLowerCase()]),
    ...(by === 'commit' ? ['by its commit'] : []),
  ];
  return `${run.runName} ${run.runId.slice(0, 8)}: ${facts.join(', ')}`.replace(/\s+/g, ' ');
}
