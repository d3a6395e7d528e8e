import { l10n, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { formatAge } from '../../core/format';
import type { Experiment } from '../../core/experiment';
import type { Run } from '../../core/run';
import type { TreeNode } from '../treeNode';
import { LoadMoreNode } from './loadMoreNode';
import { RunNode } from './runNode';
import type { RunsScope } from './runsScope';

const PAGE = 50;

/** An experiment with its runs, newest first, a page at a time. */
export class ExperimentNode implements TreeNode {
  /** The run that began last; undefined in an experiment without runs. */
  newest: Run | undefined;
  /** Whether it is known if there are runs. */
  asked = true;
  private limit = PAGE;
  private readonly nodes = new Map<string, RunNode>();

  constructor(
    readonly parent: TreeNode | undefined,
    readonly scope: RunsScope,
    public experiment: Experiment,
    private readonly expanded: boolean,
  ) {}

  get id(): string {
    return `${this.scope.store.location}/experiment/${this.experiment.experimentId}`;
  }

  get runNodes(): readonly RunNode[] {
    return [...this.nodes.values()];
  }

  runNode(runId: string): RunNode | undefined {
    return this.nodes.get(runId);
  }

  more(): void {
    this.limit += PAGE;
  }

  item(): TreeItem {
    const { name, lifecycleStage } = this.experiment;
    const item = new TreeItem(name, this.expanded ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    item.iconPath = new ThemeIcon('beaker');
    item.tooltip = l10n.t('Experiment {0}', name);
    item.contextValue = 'experiment';
    const age = this.newest ? formatAge(this.newest.startTime, this.scope.options.now()) : this.asked ? l10n.t('no runs') : '';
    item.description = lifecycleStage === 'deleted' ? l10n.t('deleted') : age;
    return item;
  }

  async children(): Promise<TreeNode[]> {
    const { engine, options } = this.scope;
    const page = await engine.runs.search({
      experimentIds: [this.experiment.experimentId],
      maxResults: this.limit,
      view: options.showDeleted ? 'ALL' : 'ACTIVE_ONLY',
    });
    const kept = page.items.map((run) => this.nodeFor(run));
    this.nodes.clear();
    for (const node of kept) this.nodes.set(node.runId, node);
    this.newest = kept[0]?.run;
    this.asked = true;
    return page.nextPageToken === undefined ? kept : [...kept, new LoadMoreNode(this)];
  }

  /** The row of a run that isn't among the newest: more are loaded until it is there. */
  async find(runId: string): Promise<RunNode | undefined> {
    for (;;) {
      const rows = await this.children();
      const found = this.nodes.get(runId);
      if (found || rows.length <= this.nodes.size) return found;
      this.limit *= 2;
    }
  }

  private nodeFor(run: Run): RunNode {
    const known = this.nodes.get(run.runId);
    if (!known) return new RunNode(this, this.scope, run);
    known.run = run;
    return known;
  }
}
