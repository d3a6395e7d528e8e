import * as vscode from 'vscode';
import type { GraphSubject } from '../protocol/graph';
import { parseGraphState } from '../protocol/graphParser';
import type { CompareLog } from './comparePanel';
import { GraphPanel, type GraphActions, type GraphSource } from './graphPanel';
import { OpenPanels } from './openPanels';

/** All graphs that are open. Revives them after a reload of the window. */
export class GraphPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  static readonly viewType = 'mlTracking.dataGraph';

  private readonly panels = new OpenPanels<GraphPanel>();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly source: GraphSource,
    private readonly actions: GraphActions,
    private readonly log: CompareLog,
  ) {}

  /** Shows a graph; a tab that shows it already comes to the front. */
  open(subject: GraphSubject): void {
    const found = this.panels.all.find((panel) => panel.shows(subject));
    if (found) return found.reveal();
    const panel = vscode.window.createWebviewPanel(GraphPanels.viewType, 'Graph', vscode.ViewColumn.Active, {
      enableScripts: true,
      retainContextWhenHidden: true,
    });
    this.take(panel, subject);
  }

  /** What is open, the most recently used first. */
  get subjects(): readonly GraphSubject[] {
    return this.panels.all.map(({ subject }) => subject);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = parseGraphState(state);
    if (kept) return this.take(panel, kept.subject);
    this.log.warn('Graph: a tab from before the reload has no state that can be read; it was closed.');
    panel.dispose();
  }

  dispose(): void {
    this.panels.dispose();
  }

  private take(webviewPanel: vscode.WebviewPanel, subject: GraphSubject): void {
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(this.extensionUri, 'media', `compare-${theme}.svg`);
    webviewPanel.iconPath = { light: icon('light'), dark: icon('dark') };
    this.panels.add(webviewPanel, new GraphPanel(webviewPanel, this.extensionUri, subject, this.source, this.actions, this.log));
  }
}
