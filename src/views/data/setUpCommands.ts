import { commands as vscodeCommands, env, l10n, Uri, window } from 'vscode';
import { DvcError } from '../../data/actions/dvcError';
import type { DvcProgram } from '../../data/actions/dvcProgram';
import { OLDEST_DVC } from '../../data/actions/dvcVersion';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { mayExecute } from '../../host/trust';

const SETTING = 'mlTracking.dvc.path';

/** Says which dvc is used, or how to get one. */
export class SetUpCommands {
  constructor(
    private readonly program: DvcProgram,
    private readonly root: () => Promise<string>,
    private readonly missing: (missing: boolean) => void,
  ) {}

  register(commands: Commands): void {
    commands.register(CommandId.setUpDvc, () => this.setUp());
  }

  /** Whether there is a dvc, for the view's welcome; never asks anybody. */
  async look(): Promise<void> {
    try {
      await this.program.of(await this.root());
      this.missing(false);
    } catch (error) {
      if (error instanceof DvcError && (error.reason === 'not installed' || error.reason === 'too old')) this.missing(true);
    }
  }

  private async setUp(): Promise<void> {
    const title = l10n.t('Set Up DVC');
    if (!(await mayExecute(title))) return;
    this.program.forget();
    let state: string;
    try {
      const { version, command, args } = await this.program.of(await this.root());
      this.missing(false);
      state = l10n.t('DVC {0} is used: {1}', version, [command, ...args].join(' '));
    } catch (error) {
      if (!(error instanceof DvcError)) throw error;
      this.missing(true);
      state = error.message;
    }
    const items = [
      {
        label: l10n.t('Copy the Command That Installs DVC'),
        description: `pip install "dvc>=${OLDEST_DVC}"`,
        run: async () => env.clipboard.writeText(`pip install "dvc>=${OLDEST_DVC}"`),
      },
      {
        label: l10n.t('Name a DVC Program in the Settings'),
        description: SETTING,
        run: async () =>
          vscodeCommands.executeCommand(`workbench.action.open${env.remoteName === undefined ? '' : 'Remote'}Settings`, { query: SETTING }),
      },
      {
        label: l10n.t('Read How to Install DVC'),
        description: 'https://dvc.org/doc/install',
        run: async () => env.openExternal(Uri.parse('https://dvc.org/doc/install')),
      },
    ];
    await (await window.showQuickPick(items, { title, placeHolder: state }))?.run();
  }
}
