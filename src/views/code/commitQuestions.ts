import { join } from 'node:path';
import { l10n } from 'vscode';
import type { CodeStatus } from '../../code/repository';
import { settleUnsaved, type UnsavedFile, type UnsavedQuestion } from '../../host/unsavedFiles';
import { listed, type CodeActor } from './codeActor';
import { visible } from './codeText';

/**
 * Asks about what editors hold before a commit is made without it. @returns what is to be staged once more: what was staged as it was on
 * the disk is so again once it is saved; undefined where nothing is to be done
 */
export async function settleStaged(
  { root, staged, changed }: CodeStatus,
  unsaved: readonly UnsavedFile[],
  question: Omit<UnsavedQuestion, 'detail'>,
): Promise<readonly string[] | undefined> {
  const choice = await settleUnsaved(unsaved, { ...question, detail: l10n.t('What is not saved is not committed.') });
  if (choice === undefined) return undefined;
  if (choice !== 'saved') return [];
  const saved = new Set(unsaved.map(({ path }) => path));
  const partly = new Set(changed.map(({ path }) => path));
  return staged.map(({ path }) => path).filter((path) => saved.has(join(root, path)) && !partly.has(path));
}

/** Asks before a file is committed that still holds both sides of a conflict. @returns whether to go on */
export async function marksAccepted(actor: CodeActor, root: string, button: string): Promise<boolean> {
  const marked = await actor.runner.marked(root);
  if (marked.length === 0) return true;
  const question =
    marked.length === 1
      ? l10n.t('{0} still has conflict markers.', visible(marked[0] ?? ''))
      : l10n.t('{0} files still have conflict markers.', marked.length);
  const detail = l10n.t('It was staged with lines such as <<<<<<< and >>>>>>>: both sides of the conflict would be committed.');
  return actor.confirmed(question, marked.length === 1 ? detail : `${listed(marked.map(visible))}\n\n${detail}`, button);
}
