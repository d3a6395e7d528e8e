import { l10n, QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import type { Remote } from '../../host/remotes/remote';
import { everyExperiment } from '../../store/pages';
import type { Engine } from '../../store/engine';
import { targetsOf, type RunTarget } from '../runs/runTarget';
import { runDescription } from '../runs/runText';
import { chooseRemote } from './pushRuns';
import { chooseStore, inPortions, type TransferParts } from './transferParts';

/** So many of a server's runs are listed to choose from; whole experiments can be chosen however large. */
const LISTED = 200;

type Part = { readonly experiment: string } | { readonly runId: string };

/** Copies runs of a server into the workspace's store. Again, it fetches only what is new. */
export async function pullRuns(parts: TransferParts, args: readonly unknown[]): Promise<void> {
  const store = await chooseStore(parts.stores, l10n.t('Pulling'), l10n.t('Pull into Which Folder?'));
  if (!store) return;
  const chosen = await choose(parts, args);
  if (!chosen || chosen.parts.length === 0) return;
  const { remote } = chosen;
  const runIds = chosen.parts.flatMap((part) => ('runId' in part ? [part.runId] : []));
  const common = ['pull', `--store=${store.location}`, `--from=${remote.uri}`];
  const wanted = [
    ...chosen.parts.flatMap((part) => ('experiment' in part ? [[`--experiment=${part.experiment}`]] : [])),
    // A server may give a run any id: none is taken for a flag.
    ...inPortions(runIds).map((portion) => ['--', ...portion]),
  ];
  const environment = await parts.access.environmentOf(remote);
  await parts.transfers.run(
    wanted.map((more) => ({ args: [...common, ...more], cwd: store.folder.uri.fsPath, environment })),
    {
      doing: l10n.t('Pulling from {0}', remote.name),
      done: (runs) => l10n.t('Pulled {0} from {1}', runs, remote.name),
      command: l10n.t('Pull Runs'),
    },
  );
  await store.want();
}

/** The rows that the command is called with, else what a person picks of a server. */
async function choose(
  parts: TransferParts,
  args: readonly unknown[],
): Promise<{ readonly remote: Remote; readonly parts: readonly Part[] } | undefined> {
  const { remotes, shown } = parts.access;
  const rows: readonly RunTarget[] = targetsOf(args);
  const of = rows[0] && remotes.of(rows[0].location);
  if (of) return { remote: of, parts: rows.filter(({ location }) => location === of.uri).map(({ runId }) => ({ runId })) };
  const remote = shown.remote ?? (await chooseRemote(parts, l10n.t('Pull from Which Server?')));
  const engine = remote && (await parts.access.every.engineAt(remote.uri));
  if (!engine) return undefined;
  const items = await listed(engine);
  if (items.length === 0) throw new Error(l10n.t('There are no runs on {0}.', remote.name));
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Pull What from {0}?', remote.name),
    placeHolder: l10n.t('Whole experiments, or runs'),
    canPickMany: true,
    matchOnDescription: true,
  });
  return picked && { remote, parts: picked.flatMap(({ part }) => (part ? [part] : [])) };
}

async function listed(engine: Engine): Promise<(QuickPickItem & { readonly part?: Part })[]> {
  const experiments = await everyExperiment(engine);
  if (experiments.length === 0) return [];
  const names = new Map(experiments.map(({ experimentId, name }) => [experimentId, name]));
  const { items, nextPageToken } = await engine.runs.search({ experimentIds: [...names.keys()], maxResults: LISTED });
  if (items.length === 0) return [];
  const now = Date.now();
  const used = new Set(items.map(({ experimentId }) => experimentId));
  return [
    { label: l10n.t('Experiments'), kind: QuickPickItemKind.Separator },
    ...experiments
      .filter(({ experimentId }) => nextPageToken !== undefined || used.has(experimentId))
      .map(({ name }) => ({ label: `$(beaker) ${name}`, description: l10n.t('all its runs'), part: { experiment: name } })),
    {
      label: nextPageToken === undefined ? l10n.t('Runs') : l10n.t('The Newest {0} Runs', items.length),
      kind: QuickPickItemKind.Separator,
    },
    ...items.map((run) => ({
      label: run.runName,
      description: `${names.get(run.experimentId) ?? ''} · ${runDescription(run, undefined, now, undefined)}`,
      part: { runId: run.runId },
    })),
  ];
}
