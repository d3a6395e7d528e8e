import type * as vscode from 'vscode';
import type { Disposable } from '../core/disposable';

/** The panels of a kind that are open, the most recently used first; each is let go of with its tab. */
export class OpenPanels<P extends Disposable> implements Disposable {
  private readonly panels: P[] = [];

  get all(): readonly P[] {
    return this.panels;
  }

  add(webviewPanel: vscode.WebviewPanel, panel: P): void {
    this.panels.unshift(panel);
    webviewPanel.onDidChangeViewState(() => webviewPanel.active && this.moveToFront(panel));
    webviewPanel.onDidDispose(() => {
      this.forget(panel);
      panel.dispose();
    });
  }

  dispose(): void {
    for (const panel of this.panels.splice(0)) panel.dispose();
  }

  private moveToFront(panel: P): void {
    this.forget(panel);
    this.panels.unshift(panel);
  }

  private forget(panel: P): void {
    const place = this.panels.indexOf(panel);
    if (place >= 0) this.panels.splice(place, 1);
  }
}
