import { l10n, MarkdownString, StatusBarAlignment, window, type StatusBarItem } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { CommandId } from '../commandIds';
import { Disposables } from '../disposables';
import type { RunningRun, RunningRuns } from '../runningRuns';
import { progressOf } from '../runTags';
import { progressText, qualityText } from './progressText';

/** The one status-bar item: the training that lasts on this machine, by whomever it was started. */
export class TrainingStatusBar implements Disposable {
  private readonly held = new Disposables();
  private readonly item: StatusBarItem;

  constructor(private readonly runs: RunningRuns) {
    this.item = this.held.add(window.createStatusBarItem('mlTracking.training', StatusBarAlignment.Left, 10));
    this.item.name = l10n.t('ML Tracking: Training');
    this.item.command = CommandId.showTraining;
    this.held.add(runs.onDidChange(() => this.show()));
  }

  private show(): void {
    const running = this.runs.here;
    const [newest] = running;
    if (!newest) {
      this.item.hide();
      return;
    }
    this.item.text = running.length === 1 ? `$(sync~spin) ${line(newest)}` : `$(sync~spin) ${l10n.t('{0} trainings', running.length)}`;
    this.item.tooltip = tooltip(running);
    this.item.accessibilityInformation = { label: l10n.t('Training: {0}', running.map(line).join(', ')), role: 'button' };
    this.item.show();
  }

  dispose(): void {
    this.held.dispose();
  }
}

function line({ run }: RunningRun): string {
  const progress = progressOf(run);
  return progress ? `${run.runName} ${progressText(progress)}` : `${run.runName} ${l10n.t('is starting')}`;
}

function tooltip(running: readonly RunningRun[]): MarkdownString {
  const text = new MarkdownString();
  for (const { run, store } of running) {
    const progress = progressOf(run);
    text.appendText(run.runName).appendText(` (${store.name})\n`);
    text.appendText(progress ? `${progressText(progress)}\n${qualityText(progress)}\n` : `${l10n.t('is starting')}\n`);
  }
  return text.appendText(l10n.t('Click to watch or cancel'));
}
