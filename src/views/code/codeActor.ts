import { basename } from 'node:path';
import { l10n, window } from 'vscode';
import type { CodeRunner } from '../../code/runner';
import type { Undo } from '../../code/workingChanges';
import { messageOf } from '../../core/errors';
import type { Failures } from '../../host/failures';
import { longWork } from '../../host/longWork';
import { withoutLinks } from '../../host/notices';
import { mayExecute } from '../../host/trust';
import { codeTargets } from './codeTarget';
import type { CodeView } from './codeView';
import type { Repository } from './codeSections';
import { UndoStack, type UndoEntry } from './undoStack';

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

  /** The repository that a command is about, as it is now: its row's, else the only one, else the one that a person picks. None in Restricted Mode. */
  async repository(args: readonly unknown[]): Promise<Repository | undefined> {
    if (!(await mayExecute(l10n.t('Git')))) return undefined;
    const [target] = codeTargets(args);
    if (target) return this.view.repositoryOf(target.root);
    const repositories = await this.all();
    const [only] = repositories;
    if (!only) throw new Error(l10n.t('There is no git repository in this workspace.'));
    const items = repositories.map(({ status: { root } }) => ({ label: basename(root), description: root, root }));
    const root = items.length === 1 ? only.status.root : (await window.showQuickPick(items, { title: l10n.t('Repository') }))?.root;
    return root === undefined ? undefined : this.view.repositoryOf(root);
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
    if (!(await this.takeBack())) void window.showInformationMessage(l10n.t('There is nothing to take back.'));
  }

  /** Says what was done, and offers to take it back. Does not wait for the person. */
  offerUndo(done: string, undo: Undo): void {
    const back = l10n.t('Undo');
    const entry = this.undos.push(done, undo);
    void window.showInformationMessage(withoutLinks(done), back).then((choice) => (choice === back ? this.takeBack(entry) : undefined));
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

  /** What is refused stays the next to be taken back, unless the person gives that up. @returns whether there was anything */
  private async takeBack(wanted?: UndoEntry): Promise<boolean> {
    const back = l10n.t('Undo');
    let tried: UndoEntry | undefined;
    try {
      const entry = await this.undos.takeBack(async (each) => {
        tried = each;
        const taken = (await this.act(back, () => each.undo().then(() => true))) === true;
        if (taken) window.setStatusBarMessage(withoutLinks(l10n.t('Taken back: {0}', each.done)), SAID);
        return taken;
      }, wanted);
      return entry !== undefined;
    } catch (error) {
      if (!tried) throw error;
      this.offerToForget(tried, error);
      return true;
    }
  }

  private offerToForget(entry: UndoEntry, error: unknown): void {
    const what = l10n.t('Undo of “{0}”', entry.done);
    this.failures.note(what, error);
    const forget = l10n.t('Don’t Undo This');
    void window.showErrorMessage(withoutLinks(l10n.t('{0}: {1}', what, messageOf(error))), forget).then((choice) => {
      if (choice === forget) this.undos.forget(entry);
    });
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
