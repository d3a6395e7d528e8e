import { l10n, ProgressLocation, window, type LogOutputChannel } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { formatBytes } from '../../core/format';
import { withoutLinks } from '../notices';
import type { TransferJob, TransferProgram } from './transferProgram';
import { runsIn, sumOfReports, transferDetails, type TransferReport } from './transferReport';

export interface TransferTitles {
  /** While it lasts, e.g. `Pushing to team`. */
  readonly doing: string;
  /** Of so many runs, e.g. `Pushed 3 runs to team`. */
  readonly done: (runs: string) => string;
  /** The command that goes on with what was stopped, e.g. `Push Runs`. */
  readonly command: string;
}

/** Shows transfers as they go, lets a person stop them, and tells what they have done. Those that last end with the window. */
export class Transfers implements Disposable {
  private readonly under = new Set<AbortController>();

  constructor(
    readonly program: TransferProgram,
    private readonly log: LogOutputChannel,
  ) {}

  /** One job after the other. Resolves when everything is done, and does not wait for the person to read it. */
  async run(jobs: readonly TransferJob[], titles: TransferTitles): Promise<TransferReport> {
    const report = await window.withProgress(
      { location: ProgressLocation.Notification, title: withoutLinks(titles.doing), cancellable: true },
      async (progress, token) => {
        const abort = new AbortController();
        this.under.add(abort);
        token.onCancellationRequested(() => {
          progress.report({ message: l10n.t('stopping at a safe point…') });
          abort.abort();
        });
        const reports: TransferReport[] = [];
        let shown = 0;
        try {
          for (const [index, job] of jobs.entries()) {
            if (abort.signal.aborted) break;
            reports.push(
              await this.program.run(job, abort.signal, ({ done, total, run, bytes = 0 }) => {
                if (abort.signal.aborted) return;
                const share = (100 * (index + (total > 0 ? done / total : 0))) / jobs.length;
                const files = bytes > 0 ? ` · ${formatBytes(bytes)}` : '';
                progress.report({ message: withoutLinks(`${done}/${total} ${run}${files}`), increment: Math.max(0, share - shown) });
                shown = Math.max(shown, share);
              }),
            );
          }
        } finally {
          this.under.delete(abort);
        }
        return { ...sumOfReports(reports), ...(abort.signal.aborted && { stopped: true }) };
      },
    );
    this.tell(report, titles);
    return report;
  }

  private tell(report: TransferReport, { done, command }: TransferTitles): void {
    for (const note of report.notes) this.log.info(note);
    for (const { item, message } of report.problems) this.log.warn(`${item}: ${message}`);
    const summary = `${[done(runsIn(report)), transferDetails(report)].filter(Boolean).join(': ')}.`;
    this.log.info(summary);
    const text = report.stopped
      ? l10n.t('Stopped. {0} {1} again to go on from there.', summary, command)
      : report.problems.length > 0
        ? l10n.t('{0} {1}', summary, problemsText(report.problems.length))
        : summary;
    const details = l10n.t('Show Details');
    const show = report.problems.length > 0 ? window.showWarningMessage : window.showInformationMessage;
    const actions = report.problems.length + report.notes.length > 0 ? [details] : [];
    void show(withoutLinks(text), ...actions).then((choice) => {
      if (choice === details) this.log.show(true);
    });
  }

  dispose(): void {
    for (const abort of this.under) abort.abort();
  }
}

function problemsText(count: number): string {
  return count === 1 ? l10n.t('1 item could not be copied.') : l10n.t('{0} items could not be copied.', count);
}
