import { l10n, window } from 'vscode';
import type { DataStatus } from '../../data/status/status';
import { importsOf } from '../../data/actions/chosenOuts';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { visible } from '../code/codeText';
import type { DataActor } from './dataActor';
import { dataTargets } from './dataTarget';
import { stagesOf } from './pipelineRows';

/** Runs stages again, and brings data here from elsewhere. */
export class StageCommands {
  constructor(private readonly actor: DataActor) {}

  register(commands: Commands): void {
    commands.register(CommandId.reproduceStages, (...args) => this.reproduce(args));
    commands.register(CommandId.importData, () => this.importData());
    commands.register(CommandId.updateImport, (...args) => this.update(args));
  }

  private async reproduce(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Reproduce Stages');
    const status = await this.actor.repository(args);
    if (!status) return;
    const { root } = status;
    const targets = dataTargets(args);
    const named = targets.flatMap((target) =>
      (target.kind === 'stage' || target.kind === 'out') && target.root === root ? [target.address] : [],
    );
    const addresses = named.length > 0 || targets[0]?.kind === 'pipeline' ? named : await pickStages(status, title);
    if (!addresses) return;
    const plan = await this.actor.act(title, (options) => this.actor.actions.planRepro(root, addresses, options.signal));
    if (!plan || !(await this.actor.mayKeep(title, plan))) return;
    const done = await this.actor.act(title, (options) => this.actor.actions.repro(plan, addresses, { ...options, keep: true }));
    if (done) this.actor.tell(l10n.t('The stages are up to date. Commit dvc.lock with git.'), done);
  }

  private async update(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Update Import');
    const status = await this.actor.repository(args);
    if (!status) return;
    const { root } = status;
    const named = dataTargets(args).flatMap((target) => ('address' in target && target.root === root ? [target.address] : []));
    const addresses = named.length > 0 ? named : await pickImports(status, title);
    if (!addresses) return;
    const plan = await this.actor.act(title, ({ signal }) => this.actor.actions.planUpdate(root, addresses, signal));
    if (!plan || plan.outs.length === 0 || !(await this.actor.mayKeep(title, plan))) return;
    const done = await this.actor.act(title, (options) => this.actor.actions.update(plan, { ...options, keep: true }));
    if (!done) return;
    const name = plan.outs.length === 1 ? visible(plan.outs[0]?.path ?? '') : l10n.t('{0} imports', plan.outs.length);
    this.actor.tell(
      done.undo ? l10n.t('Updated: {0}. Commit the new record with git.', name) : l10n.t('Nothing newer where it comes from: {0}.', name),
      done,
    );
  }

  private async importData(): Promise<void> {
    const title = l10n.t('Import Data');
    const status = await this.actor.repository([]);
    if (!status) return;
    const { root } = status;
    const kinds = [
      {
        label: l10n.t('From Another Repository'),
        detail: l10n.t('Data or files of a git repository, which can be brought up to date later.'),
        repository: true,
      },
      {
        label: l10n.t('From a URL or Path'),
        detail: l10n.t('https://, s3://, gs://, azure://, ssh://, or a path of this machine.'),
        repository: false,
      },
    ];
    const kind = await window.showQuickPick(kinds, { title });
    if (!kind) return;
    const url = await ask(title, kind.repository ? l10n.t('The repository’s URL or path') : l10n.t('The URL or path of the data'));
    if (url === undefined) return;
    const path = kind.repository ? await ask(title, l10n.t('The path of the data in the repository')) : undefined;
    if (kind.repository && path === undefined) return;
    const proposed =
      (path ?? url)
        .replace(/[?#].*$/, '')
        .replace(/[/\\]+$/, '')
        .split(/[/\\]/)
        .at(-1) ?? '';
    const out = await ask(title, l10n.t('Where it goes, relative to {0}', root), proposed);
    if (out === undefined) return;
    const done = await this.actor.act(title, (options) =>
      path === undefined
        ? this.actor.actions.importUrl(root, url, out, options)
        : this.actor.actions.importData(root, { url, path, out }, options),
    );
    if (done) this.actor.tell(l10n.t('{0} is here, and tracked.', visible(out)), done);
  }
}

async function ask(title: string, prompt: string, value = ''): Promise<string | undefined> {
  const answer = await window.showInputBox({
    title,
    prompt,
    value,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? l10n.t('This is needed.') : undefined),
  });
  return answer?.trim();
}

/** Empty for all; undefined when the person turned away. */
async function pickStages(status: DataStatus, title: string): Promise<readonly string[] | undefined> {
  const stages = stagesOf(status);
  if (stages.length === 0) throw new Error(l10n.t('There are no stages here: write some into dvc.yaml.'));
  const all = { label: l10n.t('All stages that have changed'), description: '', address: undefined };
  const items = [
    all,
    ...stages.map(({ address, differences }) => ({ label: visible(address), description: differences.join(', '), address })),
  ];
  const choice = await window.showQuickPick(items, { title, matchOnDescription: true });
  return choice && (choice.address === undefined ? [] : [choice.address]);
}

/** The addresses of imports; undefined when the person turned away. */
async function pickImports(status: DataStatus, title: string): Promise<readonly string[] | undefined> {
  const addresses = importsOf(status);
  const imports = status.outs.filter(({ address }) => addresses.includes(address));
  if (imports.length === 0) throw new Error(l10n.t('Nothing here was imported: Import Data brings something here.'));
  const items = imports.map((out) => ({ label: visible(out.path), description: visible(out.source?.url ?? ''), address: out.address }));
  const chosen = await window.showQuickPick(items, { title, canPickMany: true, matchOnDescription: true });
  return chosen && chosen.length > 0 ? chosen.map(({ address }) => address) : undefined;
}
