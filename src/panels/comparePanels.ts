import * as vscode from 'vscode';
import { parseCompareState } from '../protocol/compareParser';
import { ComparePanel, type CompareActions, type CompareEngines, type CompareLog } from './comparePanel';
import { OpenPanels } from './openPanels';

/** All comparisons that are open, the most recently used first. Revives them after a reload of the window. */
export class ComparePanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  static readonly viewType = 'mlTracking.compare';

  private readonly panels = new OpenPanels<ComparePanel>();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly engines: CompareEngines,
    private readonly actions: CompareActions,
    private readonly log: CompareLog,
  ) {}

  /** Shows the runs of a store side by side; a comparison of the same runs that is open already comes to the front. */
  open(location: string, runIds: readonly string[]): void {
    const found = this.panels.all.find((panel) => panel.shows(location, runIds));
    if (found) return found.reveal();
    const column = vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    const panel = vscode.window.createWebviewPanel(ComparePanels.viewType, 'Compare Runs', column, {
      enableScripts: true,
      retainContextWhenHidden: true,
      enableFindWidget: true,
    });
    this.take(panel, location, runIds);
  }

  /** Adds a run to the store's most recently used comparison, or opens one. */
  add(location: string, runId: string): void {
    const found = this.panels.all.find((panel) => panel.location === location);
    if (!found) return this.open(location, [runId]);
    found.add(runId);
    found.reveal();
  }

  /** The most recently used comparison. */
  current(): { readonly location: string; readonly runIds: readonly string[] } | undefined {
    const [panel] = this.panels.all;
    return panel && { location: panel.location, runIds: panel.runIds };
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = parseCompareState(state);
    if (!kept) this.log.warn('Compare: a tab from before the reload has no state that can be read.');
    this.take(panel, kept?.location ?? '', kept?.runIds ?? []);
  }

  dispose(): void {
    this.panels.dispose();
  }

  private take(webviewPanel: vscode.WebviewPanel, location: string, runIds: readonly string[]): void {
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(this.extensionUri, 'media', `compare-${theme}.svg`);
    webviewPanel.iconPath = { light: icon('light'), dark: icon('dark') };
    const panel = new ComparePanel(webviewPanel, this.extensionUri, location, runIds, this.engines, this.actions, this.log);
    this.panels.add(webviewPanel, panel);
  }
}
