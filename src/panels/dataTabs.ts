import * as vscode from 'vscode';
import type { LineageTarget } from '../core/lineageGraph';
import type { DataSubject } from '../protocol/data';
import type { GraphSubject } from '../protocol/graph';
import { CommandId } from '../host/commandIds';
import { Disposables } from '../host/disposables';
import type { CompareLog } from './comparePanel';
import type { DataPanelActions } from './dataPanel';
import { DataPanels } from './dataPanels';
import type { GraphSource } from './graphPanel';
import { GraphPanels } from './graphPanels';
import type { DataReaders } from './liveData';

/** All tabs about data: what is in it, and where it comes from. */
export class DataTabs implements vscode.Disposable {
  private readonly held = new Disposables();
  readonly contents: DataPanels;
  readonly graphs: GraphPanels;

  constructor(extensionUri: vscode.Uri, readers: DataReaders, graphs: GraphSource, actions: DataPanelActions, log: CompareLog) {
    this.contents = this.held.add(new DataPanels(extensionUri, readers, actions, log));
    this.graphs = this.held.add(new GraphPanels(extensionUri, graphs, { open: openTarget, showLog: () => actions.showLog() }, log));
    this.held.add(vscode.window.registerWebviewPanelSerializer(DataPanels.viewType, this.contents));
    this.held.add(vscode.window.registerWebviewPanelSerializer(GraphPanels.viewType, this.graphs));
  }

  openContent(subject: DataSubject): void {
    this.contents.open(subject);
  }

  openGraph(subject: GraphSubject): void {
    this.graphs.open(subject);
  }

  dispose(): void {
    this.held.dispose();
  }
}

async function openTarget(target: LineageTarget): Promise<void> {
  switch (target.kind) {
    case 'file': {
      const place = new vscode.Position(Math.max(0, target.line - 1), 0);
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(target.path), { selection: new vscode.Range(place, place) });
      return;
    }
    case 'run':
      await vscode.commands.executeCommand(CommandId.openRun, { location: target.location, runId: target.runId });
      return;
    case 'model':
      await vscode.commands.executeCommand('mlTracking.models.focus');
      return;
    case 'url':
      await vscode.env.openExternal(vscode.Uri.parse(target.url, true));
  }
}
