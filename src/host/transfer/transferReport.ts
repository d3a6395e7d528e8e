import { formatBytes } from '../../core/format';

/** Where a transfer stands. */
export interface TransferProgress {
  readonly done: number;
  readonly total: number;
  /** The name of the run that is under way. */
  readonly run: string;
  /** Bytes of files copied so far. */
  readonly bytes?: number;
}

/** What a transfer has done. */
export interface TransferReport {
  readonly created: number;
  readonly resumed: number;
  readonly unchanged: number;
  readonly files: number;
  readonly bytes: number;
  readonly loggedModels: number;
  readonly modelVersions: number;
  readonly problems: readonly { readonly item: string; readonly message: string }[];
  readonly notes: readonly string[];
  readonly stopped: boolean;
}

export type TransferLine =
  { readonly type: 'progress'; readonly progress: TransferProgress } | { readonly type: 'report'; readonly report: TransferReport };

export const NOTHING_DONE: TransferReport = {
  created: 0,
  resumed: 0,
  unchanged: 0,
  files: 0,
  bytes: 0,
  loggedModels: 0,
  modelVersions: 0,
  problems: [],
  notes: [],
  stopped: false,
};

/** A line that `ml-tracking … --progress-json` prints; undefined for any other. */
export function parseTransferLine(line: string): TransferLine | undefined {
  let fields: Record<string, unknown>;
  try {
    fields = (JSON.parse(line) ?? {}) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const count = (name: string): number => (typeof fields[name] === 'number' ? fields[name] : 0);
  if (fields['type'] === 'progress')
    return {
      type: 'progress',
      progress: { done: count('done'), total: count('total'), run: textOf(fields['run']), bytes: count('bytes') },
    };
  if (fields['type'] !== 'report') return undefined;
  return {
    type: 'report',
    report: {
      created: count('created'),
      resumed: count('resumed'),
      unchanged: count('unchanged'),
      files: count('files'),
      bytes: count('bytes'),
      loggedModels: count('loggedModels'),
      modelVersions: count('modelVersions'),
      problems: listOf(fields['problems']).map((problem) => {
        const { item, message } = (problem ?? {}) as Record<string, unknown>;
        return { item: textOf(item), message: textOf(message) };
      }),
      notes: listOf(fields['notes']).filter((note) => typeof note === 'string'),
      stopped: fields['stopped'] === true,
    },
  };
}

/** Several transfers, one after the other, as one. */
export function sumOfReports(reports: readonly TransferReport[]): TransferReport {
  return reports.reduce(
    (sum, report) => ({
      created: sum.created + report.created,
      resumed: sum.resumed + report.resumed,
      unchanged: sum.unchanged + report.unchanged,
      files: sum.files + report.files,
      bytes: sum.bytes + report.bytes,
      loggedModels: sum.loggedModels + report.loggedModels,
      modelVersions: sum.modelVersions + report.modelVersions,
      problems: [...sum.problems, ...report.problems],
      notes: [...new Set([...sum.notes, ...report.notes])],
      stopped: sum.stopped || report.stopped,
    }),
    NOTHING_DONE,
  );
}

/** E.g. `2 runs`. */
export function runsIn({ created, resumed, unchanged }: TransferReport): string {
  return counted(created + resumed + unchanged, 'run');
}

/** What became of the runs, and what else came along: `2 new, 1 unchanged; 14 files (2.1 MB), 1 model version`. */
export function transferDetails(report: TransferReport): string {
  const { created, resumed, unchanged, files, bytes, loggedModels, modelVersions } = report;
  const how = [
    ...(created > 0 ? [`${created.toLocaleString('en')} new`] : []),
    ...(resumed > 0 ? [`${resumed.toLocaleString('en')} with something new`] : []),
    ...(unchanged > 0 ? [`${unchanged.toLocaleString('en')} unchanged`] : []),
  ].join(', ');
  const also = [
    ...(files > 0 ? [`${counted(files, 'file')} (${formatBytes(bytes)})`] : []),
    ...(loggedModels > 0 ? [counted(loggedModels, 'logged model')] : []),
    ...(modelVersions > 0 ? [counted(modelVersions, 'model version')] : []),
  ].join(', ');
  return [how, also].filter(Boolean).join('; ');
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
