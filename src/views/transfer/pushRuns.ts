import { commands, l10n, window, type QuickPickItem } from 'vscode';
import { CommandId } from '../../host/commandIds';
import type { Remote } from '../../host/remotes/remote';
import { mayExecute } from '../../host/trust';
import type { Engine } from '../../store/engine';
import type { RunTarget } from '../runs/runTarget';
import { inPortions, type TransferParts } from './transferParts';

/** Copies runs of the workspace to a server. Again, it sends only what is new. */
export async function pushRuns(parts: TransferParts, args: readonly unknown[]): Promise<void> {
  if (!(await mayExecute(l10n.t('Pushing')))) return;
  const chosen = await parts.targets.several(args, l10n.t('Push Which Runs?'));
  const targets = chosen.filter(({ location }) => parts.stores.at(location));
  const [first] = targets;
  if (!first) {
    if (chosen.length > 0) throw new Error(l10n.t('These runs are on a server already. Pull them to have them in the workspace.'));
    return;
  }
  const remote = await chooseRemote(parts, l10n.t('Push to Which Server?'));
  if (!remote) return;
  const registry = await askForModels(await parts.targets.engineOf(first), targets);
  if (registry === undefined) return;
  const environment = await parts.access.environmentOf(remote);
  const jobs = [...new Set(targets.map(({ location }) => location))].flatMap((location) =>
    inPortions(targets.filter((target) => target.location === location)).map((portion) => ({
      args: [
        'push',
        `--store=${location}`,
        `--to=${remote.uri}`,
        ...(registry ? ['--registry'] : []),
        // A server may give a run any id: none is taken for a flag.
        '--',
        ...portion.map(({ runId }) => runId),
      ],
      cwd: parts.stores.at(location)?.folder.uri.fsPath ?? location,
      environment,
    })),
  );
  await parts.transfers.run(jobs, {
    doing: l10n.t('Pushing to {0}', remote.name),
    done: (runs) => l10n.t('Pushed {0} to {1}', runs, remote.name),
    command: l10n.t('Push Runs'),
  });
}

/** A configured server, also one that is added now. */
export async function chooseRemote({ access }: TransferParts, title: string): Promise<Remote | undefined> {
  const { remotes } = access;
  const add = (): Thenable<Remote | undefined> => commands.executeCommand<Remote | undefined>(CommandId.addRemote);
  if (remotes.all.length === 0) return add();
  const items: (QuickPickItem & { readonly remote?: Remote })[] = [
    ...remotes.all.map((remote) => ({ label: `$(server) ${remote.name}`, description: remote.uri, remote })),
    { label: l10n.t('$(add) Add Remote…') },
  ];
  const choice = await window.showQuickPick(items, { title, matchOnDescription: true });
  return choice && (choice.remote ?? add());
}

/** Whether the registered models that came of the runs go too; undefined when the person goes away. */
export async function askForModels(engine: Engine, targets: readonly RunTarget[]): Promise<boolean | undefined> {
  const { items } = await engine.registry.searchVersions({ maxResults: 1000 });
  const runIds = new Set(targets.map(({ runId }) => runId));
  const names = [...new Set(items.filter(({ runId }) => runId !== undefined && runIds.has(runId)).map(({ name }) => name))];
  if (names.length === 0) return false;
  const choices = [
    { label: l10n.t('Runs and Registered Models'), description: names.join(', '), registry: true },
    { label: l10n.t('Runs Only'), registry: false },
  ];
  return (await window.showQuickPick(choices, { title: l10n.t('Models Are Registered from These Runs') }))?.registry;
}
