import * as vscode from 'vscode';
import { messageOf } from '../core/errors';
import { visible } from '../core/visibleText';
import { withoutLinks } from '../host/notices';
import type { DataEvent, DataRequest, DataSubject } from '../protocol/data';
import { parseDataRequest } from '../protocol/dataParser';
import { LiveData, type DataReaders } from './liveData';
import type { CompareLog } from './comparePanel';
import { showPage } from './webPage';

export interface DataPanelActions {
  /** Brings what the cache lacks of the data; settles when it is there or was given up. */
  fetch(subject: DataSubject): Promise<void>;
  showLog(): void;
}

/** One version of data, or a comparison of two, in its editor tab: answers the page, and lives as long as the tab does. */
export class DataPanel implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[] = [];
  private readonly live: LiveData;
  private isDisposed = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
    subject: DataSubject,
    inside: string | undefined,
    readers: DataReaders,
    private readonly actions: DataPanelActions,
    private readonly log: CompareLog,
  ) {
    this.live = new LiveData(
      subject,
      inside,
      readers,
      (event) => this.post(event),
      (line) => log.error(line),
    );
    this.subscriptions.push(panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message)));
    this.retitle();
    showPage(panel, extensionUri, { name: 'data', title: 'Data', pictures: true });
  }

  get subject(): DataSubject {
    return this.live.subject;
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    this.live.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.panel.dispose();
  }

  private retitle(): void {
    const { label, sides } = this.live.subject;
    const name = label.slice(label.lastIndexOf('/') + 1);
    this.panel.title = visible(`${name} (${sides.map((side) => side.name.split(' · ')[0]).join(' ↔ ')})`);
  }

  private post(event: DataEvent): void {
    if (!this.isDisposed) void this.panel.webview.postMessage(event);
  }

  private receive(message: unknown): void {
    const request = parseDataRequest(message);
    if (!request) return this.log.warn('Data: the page sent a message that is not in the protocol; it was left unanswered.');
    void this.answer(request).catch((error: unknown) => {
      this.log.error(`Data: ${messageOf(error)}`);
      void vscode.window.showErrorMessage(withoutLinks(messageOf(error)));
    });
  }

  private async answer(request: DataRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
        return this.live.start();
      case 'cancel':
        return this.live.cancel();
      case 'narrow':
        return this.live.narrow(request.inside);
      case 'swap': {
        const swapped = this.live.swap();
        this.retitle();
        return swapped;
      }
      case 'fetch':
        await this.actions.fetch(this.live.subject);
        return this.live.start();
      case 'showLog':
        return this.actions.showLog();
    }
  }
}
