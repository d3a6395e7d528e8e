import * as vscode from 'vscode';
import { messageOf } from '../core/errors';
import { withoutLinks } from '../host/notices';
import type { CompareEvent, CompareRequest } from '../protocol/compare';
import { parseCompareRequest } from '../protocol/compareParser';
import type { Engine } from '../store/engine';
import { LiveComparison } from './liveComparison';
import { fileNameOf, metricCsv } from './metricCsv';
import { saveAs } from './saving';
import { showPage } from './webPage';

export interface CompareEngines {
  /** Undefined where there is no store. */
  engineAt(location: string): Promise<Engine | undefined>;
}

export interface CompareActions {
  revealRun(location: string, runId: string): void;
  showLog?(): void;
}

export interface CompareLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** One comparison in its editor tab: answers the page, and lives as long as the tab does. */
export class ComparePanel implements vscode.Disposable {
  private readonly runs: Set<string>;
  private readonly subscriptions: vscode.Disposable[] = [];
  private live: LiveComparison | undefined;
  private engine: Engine | undefined;
  private isDisposed = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
    readonly location: string,
    runIds: readonly string[],
    private readonly engines: CompareEngines,
    private readonly actions: CompareActions,
    private readonly log: CompareLog,
  ) {
    this.runs = new Set(runIds);
    const { webview } = panel;
    this.subscriptions.push(
      webview.onDidReceiveMessage((message: unknown) => this.receive(message)),
      panel.onDidChangeViewState(() => (panel.visible ? void this.wake() : this.live?.sleep())),
    );
    this.retitle();
    showPage(panel, extensionUri, { name: 'compare', title: 'Compare Runs' });
  }

  get runIds(): string[] {
    return [...this.runs];
  }

  shows(location: string, runIds: readonly string[]): boolean {
    return location === this.location && runIds.length === this.runs.size && runIds.every((runId) => this.runs.has(runId));
  }

  reveal(): void {
    this.panel.reveal();
  }

  add(runId: string): void {
    this.runs.add(runId);
    this.retitle();
    if (this.live) void this.live.add(runId).catch((error: unknown) => this.report(error));
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    this.live?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.panel.dispose();
  }

  private retitle(): void {
    this.panel.title = this.runs.size === 1 ? 'Compare 1 Run' : `Compare ${this.runs.size} Runs`;
  }

  private post(event: CompareEvent): void {
    if (!this.isDisposed) void this.panel.webview.postMessage(event);
  }

  private receive(message: unknown): void {
    const request = parseCompareRequest(message);
    if (!request) return this.log.warn('Compare: the page sent a message that is not in the protocol; it was left unanswered.');
    void this.answer(request).catch((error: unknown) => (request.type === 'ready' ? this.fail(error) : this.report(error)));
  }

  /** The page has nothing to show. */
  private fail(error: unknown): void {
    this.log.error(`Compare: ${messageOf(error)}`);
    this.post({ type: 'failed', message: messageOf(error) });
  }

  /** Something that was asked for did not work; what is shown stays. */
  private report(error: unknown): void {
    this.log.error(`Compare: ${messageOf(error)}`);
    void vscode.window.showErrorMessage(withoutLinks(messageOf(error)));
  }

  /** The store may have been closed and opened anew while nobody looked. */
  private async wake(): Promise<void> {
    try {
      if (this.live && (await this.engines.engineAt(this.location)) !== this.engine) await this.start();
      else this.live?.wake();
    } catch (error) {
      this.fail(error);
    }
  }

  private async answer(request: CompareRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
        return this.start();
      case 'series':
        return this.live?.series(request);
      case 'removeRun':
        this.runs.delete(request.runId);
        this.live?.remove(request.runId);
        return this.retitle();
      case 'revealRun':
        return this.actions.revealRun(this.location, request.runId);
      case 'showLog':
        return this.actions.showLog?.();
      case 'savePng':
        return saveAs(fileNameOf(request.key, 'png'), 'PNG image', (uri) => vscode.workspace.fs.writeFile(uri, request.png), this.log);
      case 'saveCsv':
        return this.saveCsv(request.key, request.runIds);
    }
  }

  private async start(): Promise<void> {
    const engine = this.location === '' ? undefined : await this.engines.engineAt(this.location);
    if (this.isDisposed) return;
    this.live?.dispose();
    this.live = undefined;
    this.engine = engine;
    if (!engine) return this.post({ type: 'failed', message: missingStore(this.location) });
    this.live = new LiveComparison(engine, this.location, this.runs, (event) => this.post(event), this.log);
    if (!this.panel.visible) this.live.sleep();
    await this.live.start();
  }

  private async saveCsv(key: string, runIds: readonly string[]): Promise<void> {
    const { engine } = this;
    if (!engine) return;
    const runs = await Promise.all(runIds.filter((runId) => this.runs.has(runId)).map((runId) => engine.runs.get(runId)));
    await saveAs(fileNameOf(key, 'csv'), 'CSV', (uri) => writeCsv(uri, key, metricCsv(engine.metrics, runs, key)), this.log);
  }
}

async function writeCsv(uri: vscode.Uri, key: string, pieces: AsyncGenerator<string>): Promise<void> {
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Exporting ${key}`, cancellable: true },
    async (_progress, token) => {
      const parts: Buffer[] = [];
      for await (const piece of pieces) {
        if (token.isCancellationRequested) throw new vscode.CancellationError();
        parts.push(Buffer.from(piece));
      }
      await vscode.workspace.fs.writeFile(uri, Buffer.concat(parts));
    },
  );
}

function missingStore(location: string): string {
  if (location === '') return 'What this tab compared is not known any more. Close it and compare the runs again from the Runs view.';
  return `There is no store at ${location} any more. Put it back and press Retry, or close this tab.`;
}
