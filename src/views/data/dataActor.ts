import { basename } from 'node:path';
import { commands, l10n, window, type LogOutputChannel } from 'vscode';
import { formatBytes } from '../../core/format';
import type { DataActions } from '../../data/actions/dataActions';
import type { Done, Plan, Undo } from '../../data/actions/plan';
import { DvcError } from '../../data/actions/dvcError';
import type { ActionOptions } from '../../data/actions/dvcRunner';
import { countOf, namesOf, type Kept } from '../../data/actions/keptData';
import type { Loss } from '../../data/actions/losses';
import type { DvcProgress } from '../../data/actions/progressBars';
import type { DataStatus } from '../../data/status/status';
import { CommandId } from '../../host/commandIds';
import type { Failures } from '../../host/failures';
import { longWork } from '../../host/longWork';
import { withoutLinks } from '../../host/notices';
import { mayExecute } from '../../host/trust';
import { visible } from '../code/codeText';
import { dataTargets } from './dataTarget';
import type { DataView } from './dataView';

/** What the commands about data share: which repository is meant, progress, questions, the view's new rows, and Undo. */
export class DataActor {
  constructor(
    readonly actions: DataActions,
    private readonly view: DataView,
    private readonly failures: Failures,
    private readonly log: LogOutputChannel,
    private readonly dvcMissing: (missing: boolean) => void,
  ) {}

  /** The repository that a command is about: its row's, else the only one, else the one that a person picks. None in Restricted Mode. */
  async repository(args: readonly unknown[]): Promise<DataStatus | undefined> {
    if (!(await mayExecute(l10n.t('DVC')))) return undefined;
    const repositories = await this.view.want();
    const [target] = dataTargets(args);
    if (target) return repositories.find(({ root }) => root === target.root);
    if (repositories.length === 0) throw new Error(l10n.t('There is no DVC repository in this workspace: initialize one first.'));
    if (repositories.length === 1) return repositories[0];
    const items = repositories.map((status) => ({ label: basename(status.root), description: status.root, status }));
    return (await window.showQuickPick(items, { title: l10n.t('DVC Repository') }))?.status;
  }

  /** Does something that takes long: with progress that can be cancelled, and with the view's new rows at the end. */
  async act<T>(what: string, work: (options: ActionOptions) => Promise<T>): Promise<T | undefined> {
    if (!(await mayExecute(what))) return undefined;
    return window.withProgress({ location: { viewId: 'mlTracking.data' } }, async () => {
      try {
        return await longWork(what, async ({ signal, step }) => {
          const progress = (bar: DvcProgress): void => step(progressText(bar));
          const said = (line: string): void => this.log.debug(`dvc: ${line}`);
          const result = await this.view.during(() => work({ signal, progress, said }));
          this.dvcMissing(false);
          return result;
        });
      } catch (error) {
        if (!(error instanceof DvcError)) throw error;
        if (error.reason === 'not installed' || error.reason === 'too old') this.dvcMissing(true);
        this.showFailure(what, error);
        return undefined;
      }
    });
  }

  /** Asks whether what would be lost may be moved away; `true` without a question where nothing would be. */
  async mayKeep(what: string, { losses }: Pick<Plan, 'losses'>): Promise<boolean> {
    if (losses.length === 0) return true;
    const bytes = losses.reduce((sum, { size }) => sum + size, 0);
    const question =
      losses.length === 1
        ? l10n.t('{0} would replace {1}, whose content is nowhere else. Keep it and go on?', what, visible(losses[0]?.path ?? ''))
        : l10n.t('{0} would replace {1} files whose content is nowhere else. Keep them and go on?', what, losses.length);
    const detail = [
      ...(losses.length > 1 ? [listedLosses(losses)] : []),
      l10n.t(
        'All of it ({0}) is moved to .tracking/kept first: Restore Kept Data brings it back. Commit Data makes a version of it instead.',
        formatBytes(bytes),
      ),
    ].join('\n\n');
    return this.confirmed(question, detail, l10n.t('Keep and Go On'));
  }

  /** Asks before something is done. `detail` says what would be lost, or that nothing is. */
  async confirmed(question: string, detail: string, button: string): Promise<boolean> {
    return (await window.showWarningMessage(question, { modal: true, detail }, button)) === button;
  }

  /** Says what was done and what wasn't, and offers to take it back. Does not wait for the person. */
  tell(said: string, { undo, problems }: Done): void {
    if (problems.length > 0) {
      for (const problem of problems) this.log.warn(problem);
      const [first = ''] = problems;
      const rest = problems.length > 1 ? ` ${l10n.t('({0} more in the log)', problems.length - 1)}` : '';
      this.offer(window.showWarningMessage, `${first}${rest}`, undo);
    } else this.offer(window.showInformationMessage, said, undo);
  }

  private offer(show: typeof window.showInformationMessage, said: string, undo: Undo | undefined): void {
    const back = l10n.t('Undo');
    void show(withoutLinks(said), ...(undo ? [back] : [])).then(async (choice) => {
      if (choice !== back || !undo) return;
      try {
        const since = await this.act(back, undo);
        if (since && since.length > 0) this.tellKept(since);
      } catch (error) {
        this.failures.show(back, error);
      }
    });
  }

  /** That what had been changed since is not lost. */
  private tellKept(since: readonly Kept[]): void {
    const count = since.reduce((sum, each) => sum + countOf(each), 0);
    const name = visible(since.flatMap(namesOf)[0] ?? '');
    const said =
      count === 1
        ? l10n.t('Undone. {0} had been changed since: that is kept, and can be brought back.', name)
        : l10n.t('Undone. {0} files had been changed since: they are kept, and can be brought back.', count);
    const restore = l10n.t('Restore Kept Data');
    void window.showInformationMessage(withoutLinks(said), restore).then(async (choice) => {
      if (choice === restore) await commands.executeCommand(CommandId.restoreKeptData);
    });
  }

  /** One line and the one action that helps most. */
  private showFailure(what: string, error: DvcError): void {
    this.failures.note(what, new Error(error.details));
    const showLog = l10n.t('Show Log');
    const help = HELP[error.reason];
    const buttons = [...(help ? [help().title] : []), showLog];
    void window.showErrorMessage(withoutLinks(l10n.t('{0}: {1}', what, error.message)), ...buttons).then(async (choice) => {
      if (choice === showLog) this.log.show(true);
      else if (help && choice === help().title) await commands.executeCommand(help().command);
    });
  }
}

/** What ends a failure of a kind. */
const HELP: Readonly<Partial<Record<DvcError['reason'], () => { readonly title: string; readonly command: string }>>> = {
  'not installed': () => ({ title: l10n.t('Set Up DVC'), command: CommandId.setUpDvc }),
  'too old': () => ({ title: l10n.t('Set Up DVC'), command: CommandId.setUpDvc }),
  'cache missing': () => ({ title: l10n.t('Pull Data'), command: CommandId.pullData }),
  'would lose': () => ({ title: l10n.t('Commit Data'), command: CommandId.commitData }),
  'no repository': () => ({ title: l10n.t('Initialize DVC'), command: CommandId.initializeDvc }),
};

/** `Pushing to local · 3 of 7 files`. */
export function progressText({ what, unit, done, total }: DvcProgress): string {
  const amount = (value: number): string => (unit === 'bytes' ? formatBytes(value) : String(value));
  const counted =
    total === undefined
      ? done > 0
        ? amount(done)
        : ''
      : unit === 'files'
        ? l10n.t('{0} of {1} files', done, total)
        : l10n.t('{0} of {1}', amount(done), amount(total));
  return [visible(what), counted].filter((each) => each !== '').join(' · ');
}

function listedLosses(losses: readonly Loss[]): string {
  const most = 10;
  const rest = losses.length - most;
  const lines = losses.slice(0, most).map(({ path, size }) => `${visible(path)} (${formatBytes(size)})`);
  return [...lines, ...(rest > 0 ? [l10n.t('and {0} more', rest)] : [])].join('\n');
}
