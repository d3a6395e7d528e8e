import { dirname, relative } from 'node:path';
import { l10n, RelativePattern, window, workspace, type QuickPickItem, type WorkspaceFolder } from 'vscode';
import type { TrainingOptions } from './trainingOptions';
import { checkBatchSize, checkEpochs, checkLearningRate } from './trainingValues';

interface DataItem extends QuickPickItem {
  readonly data?: string;
  readonly browse?: boolean;
}

/** Asks for a training's options, each with what counts when it is left empty. */
export class TrainingForm {
  /** Undefined when the person goes away. `last` are the answers of the time before. */
  async ask(folder: WorkspaceFolder, last: TrainingOptions): Promise<TrainingOptions | undefined> {
    const data = await this.askData(folder, last.data);
    if (data === undefined) return undefined;
    const epochs = await this.askNumber(
      1,
      l10n.t('Epochs'),
      l10n.t('Passes over the training set; empty: as configured'),
      last.epochs,
      checkEpochs,
    );
    if (epochs === undefined) return undefined;
    const batchSize = await this.askNumber(
      2,
      l10n.t('Batch size'),
      l10n.t('Images for each step; empty: as configured'),
      last.batchSize,
      checkBatchSize,
    );
    if (batchSize === undefined) return undefined;
    const learningRate = await this.askNumber(
      3,
      l10n.t('Learning rate'),
      l10n.t('The step size of Adam, e.g. 0.001; empty: as configured'),
      last.learningRate,
      checkLearningRate,
    );
    if (learningRate === undefined) return undefined;
    return {
      ...(data === '' ? {} : { data }),
      ...(epochs === '' ? {} : { epochs }),
      ...(batchSize === '' ? {} : { batchSize }),
      ...(learningRate === '' ? {} : { learningRate }),
    };
  }

  private async askNumber(
    step: number,
    title: string,
    prompt: string,
    last: number | undefined,
    check: (text: string) => string | undefined,
  ): Promise<number | '' | undefined> {
    const text = await window.showInputBox({
      title: l10n.t('Train with Options ({0}/4): {1}', step + 1, title),
      prompt,
      value: last === undefined ? '' : String(last),
      validateInput: check,
      ignoreFocusOut: true,
    });
    if (text === undefined) return undefined;
    return text.trim() === '' ? '' : Number(text);
  }

  private async askData(folder: WorkspaceFolder, last: string | undefined): Promise<string | undefined> {
    const found = await digitFolders(folder);
    const items: DataItem[] = [
      {
        label: l10n.t('$(sparkle) Found by Itself'),
        description: l10n.t("the workspace's digits, else a download, else synthetic ones"),
        data: '',
      },
      ...found.map((path) => ({
        label: `$(database) ${path === '' ? '.' : path}`,
        description: l10n.t('IDX files'),
        data: path === '' ? '.' : path,
      })),
      { label: l10n.t('$(folder-opened) Browse…'), description: l10n.t('a folder with the four IDX files'), browse: true },
    ];
    const before = items.findIndex((item) => item.data !== undefined && item.data === last);
    if (before > 0) items.unshift(...items.splice(before, 1));
    const choice = await window.showQuickPick(items, {
      title: l10n.t('Train with Options (1/4): Data Set'),
      ignoreFocusOut: true,
      matchOnDescription: true,
    });
    if (!choice?.browse) return choice?.data;
    const picked = await window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      defaultUri: folder.uri,
      openLabel: l10n.t('Use This Folder'),
    });
    return picked?.[0]?.fsPath;
  }
}

/** The folders of a workspace folder with images in IDX format, relative to it. */
async function digitFolders(folder: WorkspaceFolder): Promise<readonly string[]> {
  const files = await workspace.findFiles(
    new RelativePattern(folder, '**/train-images*idx3-ubyte{,.gz}'),
    '**/{node_modules,.git,.dvc,.tracking}/**',
    50,
  );
  return [...new Set(files.map((file) => relative(folder.uri.fsPath, dirname(file.fsPath)).replaceAll('\\', '/')))].sort();
}
