import type { CopyProgress, CopyReport } from '../transfer/copyReport';
import { jsonText, printable, type Output } from './output';

export interface CopyFlags {
  readonly json?: boolean;
  /** Progress and the report as lines of JSON, for programs that show them. */
  readonly progressJson?: boolean;
}

/** Something could not be read or copied; the rest was. */
const WITH_PROBLEMS = 3;
/** Problems, and notes, that are told one by one where a person reads. */
const MOST_TOLD = 50;

/** Shows a copy's progress on the terminal, or as lines of JSON. */
export function progressTo(output: Output, flags: CopyFlags): (progress: CopyProgress) => void {
  if (flags.progressJson) return (progress) => output.out(`${JSON.stringify({ type: 'progress', ...progress })}\n`);
  if (!output.interactive) return () => undefined;
  return ({ done, total, run, bytes = 0 }) => {
    const line = [`${done}/${total}`, printable(run).replaceAll('\n', ' '), ...(bytes > 0 ? [`${megabytes(bytes)} of files`] : [])].join(
      '  ',
    );
    output.draw(`\r\x1b[2K${[...line].slice(0, Math.max(20, output.columns - 1)).join('')}`);
  };
}

/**
 * Runs a copy that Ctrl+C and SIGTERM stop at the next safe point, and tells what it has done. The exit code is 0 when
 * everything was copied, 3 when something could not be, 130 or 143 when it was stopped.
 */
export async function tellCopy(
  output: Output,
  flags: CopyFlags,
  what: { readonly done: string; readonly from: string; readonly to: string },
  work: (signal: AbortSignal) => Promise<CopyReport>,
): Promise<void> {
  const stop = new AbortController();
  let exitCode = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    exitCode = signal === 'SIGINT' ? 130 : 143;
    stop.abort(new Error('stopped'));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, onSignal);
  let report: CopyReport;
  try {
    report = await work(stop.signal);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal);
    if (output.interactive && !flags.progressJson) output.draw('\r\x1b[2K');
  }
  tell(report, output, flags, what);
  if (report.stopped) process.exitCode = exitCode || 130;
  else if (report.problems.length > 0) process.exitCode = WITH_PROBLEMS;
}

function tell(report: CopyReport, output: Output, flags: CopyFlags, what: { done: string; from: string; to: string }): void {
  const plain = { ...report, ...what, runs: Object.fromEntries(report.runs) };
  if (flags.progressJson) output.out(`${JSON.stringify({ type: 'report', ...plain })}\n`);
  else if (output.json) output.out(jsonText(plain));
  else output.out(`${summary(report, what)}\n`);
  if (report.stopped) output.say('ml-tracking: stopped before the end; the same command again goes on from here\n');
  if (output.json || flags.progressJson) return;
  tellLines(report.notes, output);
  tellLines(
    report.problems.map(({ item, message }) => `${item}: ${message}`),
    output,
  );
}

/** Names and messages may come from anywhere: none of them begins a line of its own. */
function tellLines(lines: readonly string[], output: Output): void {
  for (const line of lines.slice(0, MOST_TOLD)) output.say(`ml-tracking: ${line.replace(/\s*[\r\n]\s*/g, ' ')}\n`);
  if (lines.length > MOST_TOLD) output.say(`ml-tracking: … and ${lines.length - MOST_TOLD} more; --json lists all\n`);
}

function summary(report: CopyReport, { done, from, to }: { done: string; from: string; to: string }): string {
  const parts = [
    `${report.created} new`,
    ...(report.resumed > 0 ? [`${report.resumed} with something new`] : []),
    ...(report.unchanged > 0 ? [`${report.unchanged} unchanged`] : []),
  ];
  const also = [
    ...(report.files > 0 ? [`${counted(report.files, 'file')} (${megabytes(report.bytes)})`] : []),
    ...(report.loggedModels > 0 ? [counted(report.loggedModels, 'logged model')] : []),
    ...(report.modelVersions > 0 ? [counted(report.modelVersions, 'model version')] : []),
  ];
  const runs = counted(report.created + report.resumed + report.unchanged, 'run');
  const problems = report.problems.length > 0 ? `; ${counted(report.problems.length, 'item')} could not be ${done.toLowerCase()}` : '';
  return `${done} ${runs} from ${from} to ${to}: ${parts.join(', ')}${also.length > 0 ? `; ${also.join(', ')}` : ''}${problems}`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
