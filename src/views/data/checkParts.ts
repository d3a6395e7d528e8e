import { languages, workspace } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { CHECKS_ENDING } from '../../data/checks/checksFile';
import type { ContentReader } from '../../data/content/thread/contentReader';
import type { Commands } from '../../host/commands';
import { Disposables } from '../../host/disposables';
import { CheckCommands } from './checkCommands';
import { CheckLenses } from './checkLenses';
import { CheckProblems } from './checkProblems';
import { CheckReports } from './checkReports';
import { CheckRows } from './checkRows';
import type { DataView } from './dataView';

/** Checks of data in the editor: rows beneath the data, problems, what stands above a checks file, and the commands. */
export class CheckParts implements Disposable {
  private readonly held = new Disposables();
  private readonly reports = new CheckReports();
  private readonly problems = this.held.add(new CheckProblems());
  private readonly lenses = this.held.add(new CheckLenses(this.reports));
  readonly rows = new CheckRows(this.reports);

  constructor() {
    this.held.add(languages.registerCodeLensProvider({ scheme: 'file', pattern: `**/*${CHECKS_ENDING}` }, this.lenses));
    this.held.add(workspace.onDidOpenTextDocument((document) => this.problems.read(document)));
    this.held.add(workspace.onDidChangeTextDocument(({ document }) => this.problems.read(document)));
    for (const document of workspace.textDocuments) this.problems.read(document);
    this.held.add(workspace.onDidChangeWorkspaceFolders(({ removed }) => removed.forEach(({ uri }) => this.problems.forgetBelow(uri))));
    const watcher = this.held.add(workspace.createFileSystemWatcher(`**/*${CHECKS_ENDING}`, true, true, false));
    this.held.add(
      watcher.onDidDelete((uri) => {
        this.reports.forget(uri.fsPath);
        this.problems.forget(uri);
      }),
    );
  }

  register(commands: Commands, content: ContentReader, view: DataView): void {
    const tell = new CheckCommands(content, this.reports, view, (report) => {
      this.problems.show(report);
      this.lenses.refresh();
      view.redraw();
    });
    tell.register(commands);
    this.held.add(view.onDidRead(() => this.lenses.refresh()));
  }

  dispose(): void {
    this.held.dispose();
  }
}
