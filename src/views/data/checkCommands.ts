import { stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { l10n, Uri, window, workspace } from 'vscode';
import { formatBytes } from '../../core/format';
import type { CheckReport } from '../../data/checks/checks';
import { CHECKS_ENDING } from '../../data/checks/checksFile';
import { checksFileOf } from '../../data/checks/checksFiles';
import type { ContentControl, ContentReader } from '../../data/content/thread/contentReader';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { longWork } from '../../host/longWork';
import { withoutLinks } from '../../host/notices';
import { visible } from '../code/codeText';
import type { CheckReports } from './checkReports';
import { outcomeText } from './checkRows';
import { dataTargets } from './dataTarget';
import type { DataView } from './dataView';

/** Folders in which nobody's checks lie. */
const SKIPPED = '**/{.git,.dvc,.tracking,node_modules,.venv,venv,__pycache__}/**';

/** Writes and runs checks of data. Only reads what is in the data: allowed in Restricted Mode too. */
export class CheckCommands {
  constructor(
    private readonly content: Pick<ContentReader, 'check' | 'suggest'>,
    private readonly reports: CheckReports,
    private readonly view: DataView,
    /** Is told of each report. */
    private readonly tell: (report: CheckReport) => void,
  ) {}

  register(commands: Commands): void {
    commands.register(CommandId.addDataChecks, (...args) => this.add(args));
    commands.register(CommandId.runDataChecks, (...args) => this.run(args));
  }

  /** Writes a starting file from what the data is like now, unless there is one, and opens it. */
  private async add(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Add Data Checks');
    const path = dataPaths(args)[0] ?? (await this.pickData(title));
    if (path === undefined) return;
    const file = checksFileOf(path);
    if (!(await isFile(file))) {
      const text = await this.withProgress(title, ({ signal, onProgress }) =>
        this.content.suggest({ kind: 'path', path }, { ...(signal && { signal }), ...(onProgress && { onProgress }) }),
      );
      if (text === undefined) return;
      await writeFile(file, text, { flag: 'wx' });
      await this.view.refreshNow();
    }
    await window.showTextDocument(Uri.file(file));
  }

  /** Runs what is named: data, or a checks file; everything where nothing is. */
  private async run(args: readonly unknown[]): Promise<readonly CheckReport[]> {
    const title = l10n.t('Run Data Checks');
    const named = checksFilesOf(args);
    const files =
      named.length > 0 ? named : (await workspace.findFiles(`**/*${CHECKS_ENDING}`, SKIPPED)).map(({ fsPath }) => fsPath).sort();
    const [first] = files;
    if (first === undefined) {
      const add = l10n.t('Add Data Checks');
      void window.showInformationMessage(l10n.t('No data here has checks yet.'), add).then(async (choice) => {
        if (choice === add) await this.add([]);
      });
      return [];
    }
    // What is on the screen is what is run.
    for (const document of workspace.textDocuments) if (files.includes(document.uri.fsPath) && document.isDirty) await document.save();
    const reports = await this.withProgress(title, async (control, step) => {
      const done: CheckReport[] = [];
      for (const [index, file] of files.entries()) {
        if (files.length > 1) step(l10n.t('{0} of {1}', index + 1, files.length));
        const version = this.reports.version(file);
        const began = performance.now();
        const report = await this.content.check(file, control);
        this.reports.add(report, performance.now() - began, version);
        this.tell(report);
        done.push(report);
      }
      return done;
    });
    if (reports) this.say(reports);
    return reports ?? [];
  }

  private say(reports: readonly CheckReport[]): void {
    const bad = reports.filter(({ outcome }) => outcome !== 'passed');
    const [report] = bad.length > 0 ? bad : reports;
    if (!report) return;
    const said =
      bad.length === 0 && reports.length > 1
        ? l10n.t('All checks of {0} data sets passed.', reports.length)
        : bad.length > 1
          ? l10n.t('{0} of {1} data sets are not as their checks say.', bad.length, reports.length)
          : `${visible(basename(report.data))}: ${outcomeText(report, l10n)}.`;
    if (bad.length === 0) return void window.showInformationMessage(withoutLinks(said));
    const show = l10n.t('Show Checks');
    void window.showWarningMessage(withoutLinks(said), show).then(async (choice) => {
      if (choice === show) await window.showTextDocument(Uri.file(report.file));
    });
  }

  private async withProgress<T>(
    title: string,
    work: (control: ContentControl, step: (text: string) => void) => Promise<T>,
  ): Promise<T | undefined> {
    return window.withProgress({ location: { viewId: 'mlTracking.data' } }, () =>
      longWork(title, ({ signal, step }) => {
        let phase = '';
        const show = (...parts: readonly string[]): void => step(parts.filter((part) => part !== '').join(' · '));
        const onProgress: ContentControl['onProgress'] = ({ file, bytes, total }) =>
          show(phase, visible(basename(file)), l10n.t('{0} of {1}', formatBytes(bytes), formatBytes(total)));
        return work({ signal, onProgress }, (text) => show((phase = text)));
      }),
    );
  }

  private async pickData(title: string): Promise<string | undefined> {
    const items = (await this.view.want())
      .flatMap(({ outs }) => outs)
      .filter((out) => out.workspace !== 'deleted')
      .map((out) => ({
        label: visible(out.path),
        description: this.reports.fileOf(out) === undefined ? '' : l10n.t('has checks'),
        path: out.target,
      }));
    if (items.length === 0) throw new Error(l10n.t('No data is tracked here: call this on a file or folder in the Explorer.'));
    return (await window.showQuickPick(items, { title, placeHolder: l10n.t('Which data is to be checked?') }))?.path;
  }
}

/** The data that a row, or the Explorer, names. */
function dataPaths(args: readonly unknown[]): readonly string[] {
  const [clicked, selected] = args;
  if (clicked instanceof Uri) {
    const all = Array.isArray(selected) && selected.length > 0 ? (selected as unknown[]) : [clicked];
    return all.flatMap((each) => (each instanceof Uri && each.scheme === 'file' ? [each.fsPath] : []));
  }
  return dataTargets(args).flatMap((target) => (target.kind === 'out' || target.kind === 'member' ? [target.path] : []));
}

function checksFilesOf(args: readonly unknown[]): readonly string[] {
  const rows = dataTargets(args).flatMap((target) => (target.kind === 'checks' ? [target.file] : []));
  const data = dataPaths(args).map((path) => (path.endsWith(CHECKS_ENDING) ? path : checksFileOf(path)));
  return [...new Set([...rows, ...data])];
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
