import { l10n, MarkdownString, StatusBarAlignment, window, type StatusBarItem } from 'vscode';
import type { Disposable } from '../core/disposable';
import { CommandId } from './commandIds';
import { Disposables } from './disposables';
import { progressOf } from './runTags';
import type { RunningRun, RunningRuns } from './runningRuns';
import type { TrackingServer } from './server/trackingServer';
import type { TrackingServers } from './server/trackingServers';
import { progressText, qualityText } from './training/progressText';

/** The one status-bar item: the training that lasts on this machine, by whomever it was started; else where the server listens. */
export class StatusBar implements Disposable {
  private readonly held = new Disposables();
  private readonly item: StatusBarItem;

  constructor(
    private readonly runs: RunningRuns,
    private readonly servers: TrackingServers,
  ) {
    this.item = this.held.add(window.createStatusBarItem('mlTracking.status', StatusBarAlignment.Left, 10));
    this.item.name = l10n.t('ML Tracking');
    this.held.add(runs.onDidChange(() => this.show()));
    this.held.add(servers.onDidChange(() => this.show()));
  }

  private show(): void {
    const running = this.runs.here;
    const [newest] = running;
    const servers = this.servers.all.filter(({ state }) => state.kind !== 'off');
    const [server] = servers;
    if (newest) {
      this.item.command = CommandId.showTraining;
      this.item.text = running.length === 1 ? `$(sync~spin) ${line(newest)}` : `$(sync~spin) ${l10n.t('{0} trainings', running.length)}`;
      this.item.accessibilityInformation = { label: l10n.t('Training: {0}', running.map(line).join(', ')), role: 'button' };
    } else if (server) {
      this.item.command = CommandId.showServer;
      this.item.text = servers.length === 1 ? serverText(server) : `$(broadcast) ${l10n.t('{0} servers', servers.length)}`;
      this.item.accessibilityInformation = { label: l10n.t('Tracking server: {0}', servers.map(serverLine).join(', ')), role: 'button' };
    } else return this.item.hide();
    this.item.tooltip = tooltip(running, servers);
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

function serverText({ state }: TrackingServer): string {
  if (state.kind === 'on') return `$(broadcast) ${new URL(state.url).host}`;
  return state.kind === 'failed' ? `$(warning) ${l10n.t('Server')}` : `$(loading~spin) ${l10n.t('Server')}`;
}

function serverLine({ state, store }: TrackingServer): string {
  switch (state.kind) {
    case 'on':
      return l10n.t('{0} listens on {1}', store.name, state.url);
    case 'failed':
      return `${store.name}: ${state.message}`;
    case 'stopping':
      return l10n.t('{0} is ending', store.name);
    default:
      return l10n.t('{0} is starting', store.name);
  }
}

function tooltip(running: readonly RunningRun[], servers: readonly TrackingServer[]): MarkdownString {
  const text = new MarkdownString();
  for (const { run, store } of running) {
    const progress = progressOf(run);
    text.appendText(run.runName).appendText(` (${store.name})\n`);
    text.appendText(progress ? `${progressText(progress)}\n${qualityText(progress)}\n` : `${l10n.t('is starting')}\n`);
  }
  if (running.length > 0) text.appendText(l10n.t('Click to watch or cancel'));
  if (running.length > 0 && servers.length > 0) text.appendText('\n\n');
  for (const server of servers) text.appendText(`${l10n.t('Tracking server: {0}', serverLine(server))}\n`);
  if (running.length === 0) text.appendText(l10n.t('Click to copy its address, or to stop it'));
  return text;
}
