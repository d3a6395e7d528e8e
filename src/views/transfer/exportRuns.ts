import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { commands, l10n, Uri, window } from 'vscode';
import { mayExecute } from '../../host/trust';
import { inPortions, type TransferParts } from './transferParts';

interface Format {
  readonly label: string;
  readonly description: string;
  readonly format: 'mlruns' | 'csv';
  /** The folder that is made inside the one that is chosen. */
  readonly folder: string;
}

/** Writes runs of the workspace into files that other programs read. */
export async function exportRuns(parts: TransferParts, args: readonly unknown[]): Promise<void> {
  if (!(await mayExecute(l10n.t('Exporting')))) return;
  const chosen = await parts.targets.several(args, l10n.t('Export Which Runs?'));
  const [first] = chosen.filter(({ location }) => parts.stores.at(location));
  if (!first) {
    if (chosen.length > 0) throw new Error(l10n.t('These runs are on a server. Pull them first, then export them.'));
    return;
  }
  const store = parts.stores.at(first.location);
  if (!store) return;
  const formats: Format[] = [
    { label: 'MLflow', description: l10n.t('an mlruns folder, with artifacts'), format: 'mlruns', folder: 'mlruns' },
    { label: 'CSV', description: l10n.t('tables of runs and metrics'), format: 'csv', folder: 'runs-csv' },
  ];
  const format = await window.showQuickPick(formats, { title: l10n.t('Export as What?') });
  if (!format) return;
  const into = await chooseTarget(format, store.folder.uri);
  if (!into) return;
  // A store has a folder of its own; runs of another would need another export.
  const runIds = chosen.filter(({ location }) => location === store.location).map(({ runId }) => runId);
  const portions = inPortions(runIds);
  if (portions.length > 1) throw new Error(l10n.t('At most {0} runs at once: export experiments in a terminal.', portions[0]?.length ?? 0));
  const report = await parts.transfers.run(
    [
      {
        args: [
          'export',
          `--store=${store.location}`,
          `--format=${format.format}`,
          `--into=${into.folder}`,
          ...(into.replace ? ['--replace'] : []),
          ...runIds.map((runId) => `--run=${runId}`),
        ],
        cwd: store.folder.uri.fsPath,
        environment: {},
      },
    ],
    {
      doing: l10n.t('Exporting to {0}', basename(into.folder)),
      done: (runs) => l10n.t('Exported {0} to {1}', runs, into.folder),
      command: l10n.t('Export Runs'),
    },
  );
  if (!report.stopped && format.format === 'csv') await commands.executeCommand('revealInExplorer', Uri.file(into.folder));
}

/** A folder that holds nothing yet, or an earlier export that may be replaced. */
async function chooseTarget(format: Format, defaultUri: Uri): Promise<{ readonly folder: string; readonly replace: boolean } | undefined> {
  const picked = await window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    defaultUri,
    openLabel: l10n.t('Export Here'),
  });
  if (!picked?.[0]) return undefined;
  const folder = join(picked[0].fsPath, format.folder);
  const inside = await readdir(folder).catch(() => []);
  if (inside.length === 0) return { folder, replace: false };
  const yes = l10n.t('Replace');
  const answer = await window.showWarningMessage(
    l10n.t('Replace the export in {0}?', folder),
    { modal: true, detail: l10n.t('Only an earlier export is replaced; a folder with anything else is left alone.') },
    yes,
  );
  return answer === yes ? { folder, replace: true } : undefined;
}
