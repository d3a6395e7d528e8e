import * as vscode from 'vscode';
import type { DataSubject } from '../protocol/data';
import { parseDataState } from '../protocol/dataParser';
import type { CompareLog } from './comparePanel';
import { DataPanel, type DataPanelActions } from './dataPanel';
import type { DataReaders } from './liveData';
import { OpenPanels } from './openPanels';

/** All versions and comparisons of data that are open. Revives them after a reload of the window. */
export class DataPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  static readonly viewType = 'mlTracking.dataContent';

  private readonly panels = new OpenPanels<DataPanel>();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly readers: DataReaders,
    private readonly actions: DataPanelActions,
    private readonly log: CompareLog,
  ) {}

  /** Shows one version, or two side by side; a tab that shows them already comes to the front. */
  open(subject: DataSubject): void {
    const found = this.panels.all.find((panel) => keyOf(panel.subject) === keyOf(subject));
    if (found) return found.reveal();
    const panel = vscode.window.createWebviewPanel(DataPanels.viewType, 'Data', vscode.ViewColumn.Active, {
      enableScripts: true,
      retainContextWhenHidden: true,
      enableFindWidget: true,
    });
    this.take(panel, subject, undefined);
  }

  /** What is open, the most recently used first. */
  get subjects(): readonly DataSubject[] {
    return this.panels.all.map(({ subject }) => subject);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = parseDataState(state);
    if (kept) return this.take(panel, kept.subject, kept.inside);
    this.log.warn('Data: a tab from before the reload has no state that can be read; it was closed.');
    panel.dispose();
  }

  dispose(): void {
    this.panels.dispose();
  }

  private take(webviewPanel: vscode.WebviewPanel, subject: DataSubject, inside: string | undefined): void {
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(this.extensionUri, 'media', `compare-${theme}.svg`);
    webviewPanel.iconPath = { light: icon('light'), dark: icon('dark') };
    this.panels.add(webviewPanel, new DataPanel(webviewPanel, this.extensionUri, subject, inside, this.readers, this.actions, this.log));
  }
}

/** The same versions, whichever comes first. */
function keyOf({ root, sides }: DataSubject): string {
  return JSON.stringify([root, sides.map(({ path, revision, content }) => [path, revision ?? '', content?.digest ?? '']).sort()]);
}
