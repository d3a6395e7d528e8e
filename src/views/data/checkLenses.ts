import { CodeLens, EventEmitter, l10n, Range, type CodeLensProvider, type Event, type TextDocument } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { CommandId } from '../../host/commandIds';
import type { CheckReports } from './checkReports';
import { outcomeText } from './checkRows';

/** Above a checks file: runs it, and tells how the last run went. */
export class CheckLenses implements CodeLensProvider, Disposable {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChangeCodeLenses: Event<void> = this.changed.event;

  constructor(private readonly reports: CheckReports) {}

  refresh(): void {
    this.changed.fire();
  }

  provideCodeLenses({ uri }: TextDocument): CodeLens[] {
    const top = new Range(0, 0, 0, 0);
    const last = this.reports.of(uri.fsPath);
    const run = { title: `$(play) ${l10n.t('Run Data Checks')}`, command: CommandId.runDataChecks, arguments: [uri] };
    if (!last) return [new CodeLens(top, run)];
    const said = outcomeText(last.report, l10n);
    const title = `$(${last.report.outcome === 'passed' ? 'pass' : 'error'}) ${last.isOld ? l10n.t('{0}, of data that has changed since', said) : said}`;
    return [new CodeLens(top, run), new CodeLens(top, { title, command: 'workbench.actions.view.problems' })];
  }

  dispose(): void {
    this.changed.dispose();
  }
}
