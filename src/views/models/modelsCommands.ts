import { env, l10n, window } from 'vscode';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { withoutLinks } from '../../host/notices';
import { everyItem } from '../../store/pages';
import type { StoreSource } from '../../host/stores';
import { aliasProblem, modelNameProblem, registerModelFromRun } from '../../models/registration';
import type { Engine } from '../../store/engine';
import { ifKnown } from '../unknownPart';
import type { RunFilter, RunTargets } from '../runs/runTarget';
import type { ModelsView } from './modelsView';
import { VersionNode } from './versionNode';

interface VersionTarget {
  readonly engine: Engine;
  readonly name: string;
  readonly version: number;
  readonly aliases: readonly string[];
}

/** Registering, and what can be done with versions. */
export class ModelsCommands {
  constructor(
    private readonly stores: StoreSource,
    private readonly targets: RunTargets,
    private readonly view: ModelsView,
    private readonly reveal: (location: string, runId: string) => Promise<void>,
  ) {}

  register(commands: Commands): void {
    commands.register(CommandId.registerModel, (...args) => this.registerModel(args));
    commands.register(CommandId.setAlias, (node) => this.setAlias(node));
    commands.register(CommandId.deleteAlias, (node) => this.deleteAlias(node));
    commands.register(CommandId.revealSourceRun, (node) => this.revealSource(node));
    commands.register(CommandId.copyModelUri, (node) => copyUri(node));
    commands.register(CommandId.refreshModels, () => this.refresh());
  }

  private async registerModel(args: readonly unknown[]): Promise<void> {
    const target = await this.targets.one(args, l10n.t('Register the Model of Which Run?'), withModel);
    if (!target) return;
    const engine = await this.targets.engineOf(target);
    const models = await everyItem((pageToken) => engine.registry.searchModels({ pageToken }));
    const name = models.length === 0 ? await askName('digits') : await pickName(models.map((model) => model.name));
    if (name === undefined) return;
    const version = await registerModelFromRun(engine, target.runId, name);
    const alias = l10n.t('Set Alias…');
    const registered = withoutLinks(l10n.t('Registered {0} version {1}.', version.name, version.version));
    void window.showInformationMessage(registered, alias).then(async (choice) => {
      if (choice === alias) await this.askAlias({ engine, name: version.name, version: version.version, aliases: [] });
    });
  }

  private async setAlias(node: unknown): Promise<void> {
    const target = await this.versionOf(node, l10n.t('Set Alias of Which Version?'));
    if (target) await this.askAlias(target);
  }

  private async askAlias({ engine, name, version }: VersionTarget): Promise<void> {
    const alias = await window.showInputBox({
      title: l10n.t('Alias of {0} Version {1}', name, version),
      value: 'champion',
      prompt: l10n.t('If another version has it, it moves here'),
      validateInput: (text) => aliasProblem(text.trim()),
    });
    if (alias !== undefined) await engine.registry.setAlias(name, alias.trim(), version);
  }

  private async deleteAlias(node: unknown): Promise<void> {
    const target = await this.versionOf(node, l10n.t('Delete Alias of Which Version?'), true);
    if (!target) return;
    const alias =
      target.aliases.length === 1
        ? target.aliases[0]
        : await window.showQuickPick([...target.aliases], { title: l10n.t('Delete Which Alias?') });
    if (alias !== undefined) await target.engine.registry.deleteAlias(target.name, alias);
  }

  private async revealSource(node: unknown): Promise<void> {
    if (node instanceof VersionNode && node.runId !== undefined) await this.reveal(node.location, node.runId);
  }

  private async refresh(): Promise<void> {
    await this.stores.reload();
    this.view.refresh();
  }

  private async versionOf(node: unknown, title: string, aliased = false): Promise<VersionTarget | undefined> {
    const row = node instanceof VersionNode ? node : this.view.selection.find((one) => one instanceof VersionNode);
    const engine = row?.parent.store.engine;
    if (row && engine && (!aliased || row.version.aliases.length > 0)) return { engine, ...row.version };
    const items = await Promise.all(
      this.stores.all.map(async ({ engine: its }) => {
        if (!its) return [];
        const versions = await everyItem((pageToken) => its.registry.searchVersions({ pageToken }));
        return versions.map((version) => ({
          label: `${version.name} v${version.version}`,
          description: version.aliases.map((alias) => `@${alias}`).join(' '),
          target: { engine: its, ...version },
        }));
      }),
    );
    const shown = items.flat().filter(({ target }) => !aliased || target.aliases.length > 0);
    if (shown.length === 0)
      throw new Error(
        aliased ? l10n.t('No version has an alias.') : l10n.t('There are no registered models yet: register one from a run.'),
      );
    return (await window.showQuickPick(shown, { title }))?.target;
  }
}

const withModel: RunFilter = async (engine, experimentIds) => {
  const models = await everyItem((pageToken) => engine.loggedModels.search({ experimentIds, pageToken })).catch(ifKnown);
  if (!models) return () => true;
  const runIds = new Set(models.filter(({ status }) => status === 'READY').map(({ sourceRunId }) => sourceRunId));
  return ({ runId }) => runIds.has(runId);
};

async function askName(value: string): Promise<string | undefined> {
  const name = await window.showInputBox({
    title: l10n.t('Register Model'),
    prompt: l10n.t('The name that its versions share'),
    value,
    validateInput: (text) => modelNameProblem(text),
  });
  return name?.trim();
}

async function pickName(names: readonly string[]): Promise<string | undefined> {
  const fresh = { label: l10n.t('$(add) New Model…'), name: undefined };
  const items = [...names.map((name) => ({ label: `$(package) ${name}`, description: l10n.t('a new version'), name })), fresh];
  const choice = await window.showQuickPick(items, { title: l10n.t('Register Model') });
  if (!choice) return undefined;
  return choice.name ?? askName('');
}

async function copyUri(node: unknown): Promise<void> {
  if (node instanceof VersionNode) await env.clipboard.writeText(`models:/${node.version.name}/${node.version.version}`);
}
