import * as vscode from 'vscode';
import { messageOf } from '../core/errors';
import type { LineageGraph, LineageTarget } from '../core/lineageGraph';
import { withoutLinks } from '../host/notices';
import type { GraphEvent, GraphRequest, GraphSubject } from '../protocol/graph';
import { parseGraphRequest } from '../protocol/graphParser';
import type { CompareLog } from './comparePanel';
import { saveAs } from './saving';
import { TrailingCall } from './trailingCall';
import { showPage } from './webPage';

/** Milliseconds in which several changes become one new graph. */
const WAIT = 300;

export interface ShownGraph {
  readonly title: string;
  readonly graph: LineageGraph;
  /** The node that all is about. */
  readonly centre: string | undefined;
}

/** Who makes graphs, and tells when they may have become others. */
export interface GraphSource {
  graph(subject: GraphSubject): Promise<ShownGraph>;
  readonly onDidChange: vscode.Event<unknown>;
}

export interface GraphActions {
  open(target: LineageTarget): Promise<void>;
  showLog(): void;
}

/** One graph in its editor tab: follows what it is of, and lives as long as the tab does. */
export class GraphPanel implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[] = [];
  private readonly reading: TrailingCall;
  private shown: ShownGraph | undefined;
  /** Whether something changed while nobody looked. */
  private isStale = false;
  private lastReading = 0;
  private isDisposed = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
    readonly subject: GraphSubject,
    private readonly source: GraphSource,
    private readonly actions: GraphActions,
    private readonly log: CompareLog,
  ) {
    this.reading = new TrailingCall(() => void this.read(), WAIT);
    this.subscriptions.push(
      panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message)),
      source.onDidChange(() => this.follow()),
      panel.onDidChangeViewState(() => panel.visible && this.isStale && this.follow()),
    );
    panel.title = subject.kind === 'pipeline' ? 'Pipeline' : 'Lineage';
    showPage(panel, extensionUri, { name: 'graph', title: 'Graph' });
  }

  shows(subject: GraphSubject): boolean {
    return JSON.stringify(this.subject) === JSON.stringify(subject);
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    this.reading.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.panel.dispose();
  }

  private follow(): void {
    this.isStale = !this.panel.visible;
    if (this.panel.visible) this.reading.request();
  }

  private async read(): Promise<void> {
    const number = ++this.lastReading;
    try {
      const shown = await this.source.graph(this.subject);
      // The tab may be gone, and a later reading may have been quicker.
      if (this.isDisposed || number !== this.lastReading) return;
      this.shown = shown;
      this.panel.title = shown.title;
      this.post({ type: 'graph', subject: this.subject, ...shown });
    } catch (error) {
      if (this.isDisposed || number !== this.lastReading) return;
      this.log.error(`Graph: ${messageOf(error)}`);
      this.post({ type: 'failed', message: messageOf(error) });
    }
  }

  private post(event: GraphEvent): void {
    if (!this.isDisposed) void this.panel.webview.postMessage(event);
  }

  private receive(message: unknown): void {
    const request = parseGraphRequest(message);
    if (!request) return this.log.warn('Graph: the page sent a message that is not in the protocol; it was left unanswered.');
    void this.answer(request).catch((error: unknown) => {
      this.log.error(`Graph: ${messageOf(error)}`);
      void vscode.window.showErrorMessage(withoutLinks(messageOf(error)));
    });
  }

  private async answer(request: GraphRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
        return this.read();
      case 'open': {
        // Only what was sent can be asked for.
        const target = this.shown?.graph.nodes.find(({ id }) => id === request.id)?.target;
        return target && this.actions.open(target);
      }
      case 'saveSvg':
        return saveAs('graph.svg', 'SVG image', (uri) => vscode.workspace.fs.writeFile(uri, Buffer.from(request.svg)), this.log);
      case 'showLog':
        return this.actions.showLog();
    }
  }
}
