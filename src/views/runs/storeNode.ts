import { l10n, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { everyExperiment } from '../../store/pages';
import type { Store } from '../../host/store';
import type { Engine } from '../../store/engine';
import { MessageNode } from '../messageNode';
import type { TreeNode } from '../treeNode';
import { ExperimentNode } from './experimentNode';
import type { RunsOptions } from './runsScope';

/** The runs of one workspace folder; with several folders, it is a row of its own. */
export class StoreNode implements TreeNode {
  readonly parent = undefined;
  private experiments = new Map<string, ExperimentNode>();
  private engine: Engine | undefined;

  constructor(
    readonly store: Store,
    private readonly options: RunsOptions,
    /** Whether this row is shown above its experiments, or they stand alone. */
    readonly standsAbove: boolean,
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

  async children(): Promise<TreeNode[]> {
    await this.store.want();
    const { state, location } = this.store;
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
    return [...warning, ...(await this.readExperiments(engine))];
  }

  /** The experiments by their newest run, so that what one works on stands first. */
  private async readExperiments(engine: Engine): Promise<TreeNode[]> {
    const view = this.options.showDeleted ? 'ALL' : 'ACTIVE_ONLY';
    const listed = await Promise.all(
      (await everyExperiment(engine, view)).map(async (experiment) => {
        const newest = (await engine.runs.search({ experimentIds: [experiment.experimentId], maxResults: 1, view })).items[0];
        return { experiment, newest };
      }),
    );
    const latest = ({ experiment, newest }: (typeof listed)[number]): number => newest?.startTime ?? experiment.creationTime;
    // The experiment that every store has is shown once somebody uses it.
    const shown = listed
      .filter(({ experiment, newest }) => newest !== undefined || experiment.name !== 'Default')
      .sort((a, b) => latest(b) - latest(a));
    const scope = { store: this.store, engine, options: this.options };
    const nodes = shown.map(({ experiment, newest }, index) => {
      const known = this.experiments.get(experiment.experimentId);
      const node = known ?? new ExperimentNode(this.above, scope, experiment, index === 0);
      node.experiment = experiment;
      node.newest = newest;
      return node;
    });
    this.experiments = new Map(nodes.map((node) => [node.experiment.experimentId, node]));
    return nodes;
  }

  private get above(): StoreNode | undefined {
    return this.standsAbove ? this : undefined;
  }
}
