import { l10n, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { everyExperiment } from '../../store/pages';
import type { Store } from '../../host/store';
import type { Experiment } from '../../core/experiment';
import type { Run } from '../../core/run';
import type { Engine, ViewType } from '../../store/engine';
import { MessageNode } from '../messageNode';
import { ImportOfferNode } from '../transfer/importOfferNode';
import type { TreeNode } from '../treeNode';
import { ExperimentNode } from './experimentNode';
import { newestRuns } from './newestRuns';
import { RemoteProblemNode } from './remoteProblemNode';
import type { RunsOptions, RunsSurroundings } from './runsScope';
import { ServerNode } from './serverNode';

/** The runs of one workspace folder or of a server; with several folders, it is a row of its own. */
export class StoreNode implements TreeNode {
  readonly parent = undefined;
  private experiments = new Map<string, ExperimentNode>();
  private engine: Engine | undefined;

  constructor(
    readonly store: Store,
    private readonly options: RunsOptions,
    /** Whether this row is shown above its experiments, or they stand alone. */
    readonly standsAbove: boolean,
    private readonly surroundings: Pick<RunsSurroundings, 'servers' | 'offers'>,
  ) {}

  get experimentNodes(): readonly ExperimentNode[] {
    return [...this.experiments.values()];
  }

  item(): TreeItem {
    const item = new TreeItem(this.store.name, TreeItemCollapsibleState.Expanded);
    item.id = `${this.store.location}/store`;
    item.iconPath = new ThemeIcon('root-folder');
    item.tooltip = this.store.location;
    item.contextValue = 'store';
    return item;
  }

  /** What is in the store, with its server and what could be imported above that, unless there is nothing of either. */
  async children(): Promise<TreeNode[]> {
    const rows = await this.content();
    const server = this.surroundings.servers.at(this.store.location);
    if (rows.length === 0 && (server?.state.kind ?? 'off') === 'off') return [];
    const offers = this.surroundings.offers.of(this.store.location);
    return [
      ...(server ? [new ServerNode(this.above, server)] : []),
      ...offers.map((found) => new ImportOfferNode(this.above, this.store, found)),
      ...rows,
    ];
  }

  private async content(): Promise<TreeNode[]> {
    await this.store.want();
    const { state, location } = this.store;
    if (state.kind === 'failed' && !this.store.folder) return [new RemoteProblemNode(this.store.name, location, state)];
    if (state.kind === 'failed')
      return [
        new MessageNode(
          this.above,
          `${location}/problem`,
          'error',
          l10n.t("The store can't be read"),
          state.message.replaceAll(`${location}/`, ''),
        ),
      ];
    if (state.kind !== 'open') return [];
    const { engine } = state;
    if (engine !== this.engine) this.experiments.clear();
    this.engine = engine;
    const warning = engine.info.readOnly
      ? [
          new MessageNode(
            this.above,
            `${location}/readOnly`,
            'warning',
            l10n.t('Read-only'),
            engine.info.warnings.join(' ') || l10n.t("The store can't be written."),
          ),
        ]
      : [];
    try {
      return [...warning, ...(await this.readExperiments(engine))];
    } catch (error) {
      // A server has gone in the middle of it; its own row says so.
      if (this.store.folder || this.store.engine === engine) throw error;
      return this.content();
    }
  }

  /** The experiments by their newest run, so that what one works on stands first. */
  private async readExperiments(engine: Engine): Promise<TreeNode[]> {
    const view = this.options.showDeleted ? 'ALL' : 'ACTIVE_ONLY';
    const experiments = await everyExperiment(engine, view);
    const newestOf = this.store.folder
      ? await eachNewest(engine, experiments, view)
      : await newestRuns(
          engine,
          experiments.map(({ experimentId }) => experimentId),
          view,
        );
    const listed = experiments.map((experiment) => ({
      experiment,
      newest: newestOf.get(experiment.experimentId),
      asked: newestOf.has(experiment.experimentId),
    }));
    const latest = ({ experiment, newest }: (typeof listed)[number]): number => newest?.startTime ?? experiment.creationTime;
    // The experiment that every store has is shown once somebody uses it.
    const shown = listed
      .filter(({ experiment, newest, asked }) => newest !== undefined || !asked || experiment.name !== 'Default')
      .sort((a, b) => latest(b) - latest(a));
    const scope = { store: this.store, engine, options: this.options };
    const nodes = shown.map(({ experiment, newest, asked }, index) => {
      const known = this.experiments.get(experiment.experimentId);
      const node = known ?? new ExperimentNode(this.above, scope, experiment, index === 0);
      node.experiment = experiment;
      node.newest = newest;
      node.asked = asked;
      return node;
    });
    this.experiments = new Map(nodes.map((node) => [node.experiment.experimentId, node]));
    return nodes;
  }

  private get above(): StoreNode | undefined {
    return this.standsAbove ? this : undefined;
  }
}

/** Where a question costs next to nothing, each experiment is asked after. */
async function eachNewest(
  engine: Engine,
  experiments: readonly Experiment[],
  view: ViewType,
): Promise<ReadonlyMap<string, Run | undefined>> {
  return new Map(
    await Promise.all(
      experiments.map(async ({ experimentId }) => {
        const { items } = await engine.runs.search({ experimentIds: [experimentId], maxResults: 1, view });
        return [experimentId, items[0]] as const;
      }),
    ),
  );
}
