import { statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { l10n, Uri, window, type TreeView } from 'vscode';
import { GitError } from '../../code/git';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { mayExecute } from '../../host/trust';
import { revealTreeRow } from '../revealRow';
import type { TreeRow } from '../treeRow';
import type { CodeActor } from './codeActor';
import { codeTargets } from './codeTarget';
import type { CodeView } from './codeView';
import { placeOf } from './contentUri';

interface FilePlace {
  readonly root: string;
  /** Relative to the root; a folder's ends in `/`. */
  readonly path: string;
}

/** Turns History to one file's commits, and back. */
export class HistoryCommands {
  constructor(
    private readonly actor: CodeActor,
    private readonly view: CodeView,
    private readonly tree: TreeView<TreeRow>,
    private readonly setOfFile: (any: boolean) => void,
  ) {}

  register(commands: Commands): void {
    commands.register(CommandId.showFileHistory, (...args) => this.ofFile(args));
    commands.register(CommandId.showWholeHistory, (...args) => this.whole(args));
  }

  private async ofFile(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Show History of File');
    if (!(await mayExecute(title))) return;
    const place = await this.place(args);
    const row = await this.view.showHistoryOf(place.root, place.path);
    this.setOfFile(this.view.ofFiles);
    await this.reveal(row);
  }

  private async whole(args: readonly unknown[]): Promise<void> {
    const [target] = codeTargets(args);
    const roots = target ? [target.root] : (await this.actor.all()).map(({ status }) => status.root);
    let row: TreeRow | undefined;
    for (const root of roots) row = await this.view.showHistoryOf(root, undefined);
    this.setOfFile(this.view.ofFiles);
    await this.reveal(row);
  }

  private async reveal(row: TreeRow | undefined): Promise<void> {
    if (row) await revealTreeRow(this.tree, row);
  }

  /** A changed file's row, a file of the Explorer or of an editor, else the file that is being edited. */
  private async place(args: readonly unknown[]): Promise<FilePlace> {
    const [target] = codeTargets(args);
    if (target && 'path' in target && target.path !== undefined) return { root: target.root, path: target.path };
    const uri = args.find((each) => each instanceof Uri) ?? window.activeTextEditor?.document.uri;
    const side = uri && placeOf(uri);
    if (side) return side;
    if (uri?.scheme !== 'file') throw new Error(l10n.t('Open a file first, or choose one in the Explorer.'));
    return this.placeOfFile(uri.fsPath);
  }

  private async placeOfFile(file: string): Promise<FilePlace> {
    const folder = statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
    const { root } = (await this.repositoryOf(folder ? file : dirname(file))).status;
    // Git tells the root's real place.
    const ways = [file, await realpath(file).catch(() => join(file))].map((each) => relative(root, each));
    const way = ways.find((each) => !isAbsolute(each) && each !== '..' && !each.startsWith(`..${sep}`));
    if (way === undefined) throw new Error(l10n.t('{0} is in no repository of this workspace.', file));
    const path = way.split(sep).join('/');
    return { root, path: folder && path !== '' ? `${path}/` : path };
  }

  private async repositoryOf(folder: string): ReturnType<CodeView['repositoryOf']> {
    try {
      return await this.view.repositoryOf(folder);
    } catch (error) {
      if (error instanceof GitError && error.reason === 'no repository')
        throw new Error(l10n.t('{0} is in no git repository.', folder), { cause: error });
      throw error;
    }
  }
}
