import { basename } from 'node:path';
import { l10n, window } from 'vscode';
import type { CodeRunner } from '../../code/runner';
import type { Undo } from '../../code/workingChanges';
import type { Failures } from '../../host/failures';
import { longWork } from '../../host/longWork';
import { withoutLinks } from '../../host/notices';
import { mayExecute } from '../../host/trust';
import { codeTargets } from './codeTarget';
import type { CodeView } from './codeView';
import type { Repository } from './codeSections';
import { UndoStack } from './undoStack';

/** How long the status bar says what was done, in milliseconds. */
const SAID = 5_000;

/** What the commands about code share: which repository is meant, progress, the view's new rows, and Undo. */
export class CodeActor {
  private readonly undos: UndoStack;

  constructor(
    readonly runner: CodeRunner,
    private readonly view: CodeView,
    private readonly failures: Failures,
    private readonly folders: () => readonly { readonly uri: { readonly fsPath: string; readonly scheme: string } }[],
    undoable: (any: boolean) => void,
  ) {
    this.undos = new UndoStack(undoable);
  }

  /** The repository that a command is about: its row's, else the only one, else the one that a person picks. None in Restricted Mode. */
  async repository(args: readonly unknown[]): Promise<Repository | undefined> {
    if (!(await mayExecute(l10n.t('Git')))) return undefined;
    const [target] = codeTargets(args);
    if (target) return this.view.repositoryOf(target.root);
    const repositories = await this.all();
    if (repositories.length === 0) throw new Error(l10n.t('There is no git repository in this workspace.'));
    if (repositories.length === 1) return repositories[0];
    const items = repositories.map((repository) => ({
      label: basename(repository.status.root),
      description: repository.status.root,
      repository,
    }));
    return (await window.showQuickPick(items, { title: l10n.t('Repository') }))?.repository;
  }

  /** Does something to a repository, with its progress in the view, and shows what has become of it. */
  async act<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    if (!(await mayExecute(what))) return undefined;
    return window.withProgress({ location: { viewId: 'mlTracking.code' } }, () => this.thenRead(work));
  }

  /** The same for what may take long: it can be cancelled. */
  async actLong<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    if (!(await mayExecute(what))) return undefined;
    return window.withProgress({ location: { viewId: 'mlTracking.code' } }, () =>
      longWork(what, ({ signal }) => this.thenRead(() => work(signal))),
    );
  }

  /** Says quietly what was done, which Undo takes back. */
  noteUndo(done: string, undo: Undo): void {
    this.undos.push(done, undo);
    window.setStatusBarMessage(withoutLinks(done), SAID);
  }

  /** Takes back what was done last, and what before it when asked again. */
  async undoLast(): Promise<void> {
    if (!(await mayExecute(l10n.t('Undo')))) return;
    const last = this.undos.pop();
    if (!last) return void window.showInformationMessage(l10n.t('There is nothing to take back.'));
    if (await this.act(l10n.t('Undo'), async () => last.undo().then(() => true)))
      window.setStatusBarMessage(withoutLinks(l10n.t('Taken back: {0}', last.done)), SAID);
  }

  /** Says what was done, and offers to take it back. Does not wait for the person. */
  offerUndo(done: string, undo: Undo): void {
    const back = l10n.t('Undo');
    const entry = this.undos.push(done, undo);
    void window.showInformationMessage(withoutLinks(done), back).then(async (choice) => {
      if (choice !== back || !this.undos.remove(entry)) return;
      try {
        await this.act(back, undo);
      } catch (error) {
        this.failures.show(back, error);
      }
    });
  }

  /** Asks before something is done. `detail` says what would be lost, or that nothing is. */
  async confirmed(question: string, detail: string, button: string): Promise<boolean> {
    return (await window.showWarningMessage(question, { modal: true, detail }, button)) === button;
  }

  /** Every repository of the workspace. */
  async all(): Promise<readonly Repository[]> {
    if (this.view.repositories.length > 0) return this.view.repositories;
    const found = new Map<string, Repository>();
    for (const { uri } of this.folders()) {
      const repository = uri.scheme === 'file' ? await this.view.repositoryOf(uri.fsPath).catch(() => undefined) : undefined;
      if (repository) found.set(repository.status.root, repository);
    }
    return [...found.values()];
  }

  private async thenRead<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      await this.view.refreshNow();
    }
  }
}

/** Some names, and how many there are beside. */
export function listed(names: readonly string[], most = 10): string {
  const rest = names.length - most;
  return names.slice(0, most).join('\n') + (rest > 0 ? `\n${l10n.t('and {0} more', rest)}` : '');
}
