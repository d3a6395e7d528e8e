import { l10n, window } from 'vscode';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { withoutLinks } from '../../host/notices';
import type { StoreSource } from '../../host/stores';
import { ExperimentNode } from './experimentNode';

/** New, renamed and deleted experiments. */
export class ExperimentCommands {
  constructor(private readonly stores: StoreSource) {}

  register(commands: Commands): void {
    commands.register(CommandId.newExperiment, () => this.create());
    commands.register(CommandId.renameExperiment, (node) => this.rename(node));
    commands.register(CommandId.deleteExperiment, (node) => this.delete(node));
  }

  private async create(): Promise<void> {
    const open = this.stores.all.filter((store) => store.engine);
    const store =
      open.length < 2
        ? open[0]
        : (
            await window.showQuickPick(
              open.map((one) => ({ label: one.name, one })),
              { title: l10n.t('New experiment in which folder?') },
            )
          )?.one;
    if (!store) return;
    const name = await askName(l10n.t('New Experiment'), '');
    if (name !== undefined) await (await store.create()).experiments.create(name);
  }

  private async rename(node: unknown): Promise<void> {
    if (!(node instanceof ExperimentNode)) return;
    const { name: before, experimentId } = node.experiment;
    const name = await askName(l10n.t('Rename Experiment {0}', before), before);
    if (name !== undefined && name !== before) await node.scope.engine.experiments.rename(experimentId, name);
  }

  private async delete(node: unknown): Promise<void> {
    if (!(node instanceof ExperimentNode)) return;
    const { experiments } = node.scope.engine;
    const { name, experimentId } = node.experiment;
    const yes = l10n.t('Delete');
    const detail = l10n.t('It stays in the store with its runs, out of sight, and can be restored.');
    if ((await window.showWarningMessage(l10n.t('Delete experiment {0} and its runs?', name), { modal: true, detail }, yes)) !== yes)
      return;
    await experiments.delete(experimentId);
    const restore = l10n.t('Restore');
    if ((await window.showInformationMessage(withoutLinks(l10n.t('Experiment {0} is deleted.', name)), restore)) === restore)
      await experiments.restore(experimentId);
  }
}

async function askName(title: string, value: string): Promise<string | undefined> {
  const name = await window.showInputBox({
    title,
    value,
    validateInput: (text) => (text.trim() === '' ? l10n.t('An experiment needs a name.') : undefined),
  });
  return name?.trim();
}
