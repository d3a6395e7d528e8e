import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { l10n, window, workspace, type NotebookDocument, type TextDocument } from 'vscode';

/** A file of which an editor holds more than the disk. */
export interface UnsavedFile {
  readonly path: string;
  /** @throws where the editor could not save it */
  save(): Promise<void>;
}

/** What is asked before something is done to files that editors hold unsaved. */
export interface UnsavedQuestion {
  /** What becomes of what is not saved. */
  readonly detail: string;
  /** Saves first. */
  readonly save: string;
  /** Goes on without. */
  readonly without: string;
}

/** So many are named. */
const LISTED = 10;

export function isUnsaved(file: string): boolean {
  return dirty().some(({ uri }) => uri.fsPath === file);
}

/**
 * The unsaved files of a repository, under the names that they have there: what an editor has open by way of a link, too, but nothing
 * of the repositories in it, nor of git's own folder.
 */
export async function unsavedIn(root: string): Promise<readonly UnsavedFile[]> {
  const found = await Promise.all(
    dirty().map(async (document) => {
      const { fsPath } = document.uri;
      const path = await realpath(fsPath).catch(() => fsPath);
      return (await isOf(root, path)) ? [{ path, save: () => save(document) }] : [];
    }),
  );
  return found.flat();
}

/** Asks whether to save them first. @returns undefined where nothing is to be done */
export async function settleUnsaved(
  files: readonly UnsavedFile[],
  { detail, save: first, without }: UnsavedQuestion,
): Promise<'saved' | 'as they are' | undefined> {
  if (files.length === 0) return 'as they are';
  const names = files.slice(0, LISTED).map(({ path }) => basename(path));
  const [name = ''] = names;
  const more = files.length > LISTED ? [l10n.t('and {0} more', files.length - LISTED)] : [];
  const [question, list] =
    files.length === 1
      ? [l10n.t('{0} has unsaved changes.', name), '']
      : [l10n.t('{0} files have unsaved changes.', files.length), `${[...names, ...more].join('\n')}\n\n`];
  const choice = await window.showWarningMessage(question, { modal: true, detail: list + detail }, first, without);
  if (choice === first) await saveAll(files);
  return choice === first ? 'saved' : choice === without ? 'as they are' : undefined;
}

/** The same before something changes a repository's files beneath their editors. @returns whether to go on */
export async function settleUnsavedIn(root: string, save: string, without: string): Promise<boolean> {
  const detail = l10n.t('What is not saved stays in the editor only; saved later, it would write over what the file has by then.');
  return (await settleUnsaved(await unsavedIn(root), { detail, save, without })) !== undefined;
}

export async function saveAll(files: readonly UnsavedFile[]): Promise<void> {
  for (const file of files) await file.save();
}

/** Whether a repository is the innermost one that a file is in. */
async function isOf(root: string, path: string): Promise<boolean> {
  if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) return false;
  for (let folder = dirname(path); folder.length > root.length; folder = dirname(folder))
    if (basename(folder) === '.git' || (await stat(join(folder, '.git')).catch(() => undefined))) return false;
  return true;
}

function dirty(): readonly (TextDocument | NotebookDocument)[] {
  return [...workspace.textDocuments, ...workspace.notebookDocuments].filter(({ isDirty, uri }) => isDirty && uri.scheme === 'file');
}

async function save(document: TextDocument | NotebookDocument): Promise<void> {
  if (!(await document.save())) throw new Error(l10n.t('{0} could not be saved.', basename(document.uri.fsPath)));
}
