import { l10n, MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { Run } from '../../core/run';
import { TagName } from '../../core/tagNames';
import { liesInRun, ModelArtifacts, RunArtifacts } from '../../host/artifactHome';
import { CommandId } from '../../host/commandIds';
import { everyItem } from '../../store/pages';
import { noneWhereUnknown } from '../unknownPart';
import { progressOf } from '../../host/runTags';
import type { TreeNode } from '../treeNode';
import { artifactNodes } from './artifactNode';
import { DatasetNode } from './datasetNode';
import { FactNode } from './factNode';
import { GroupNode } from './groupNode';
import { MetricNode } from './metricNode';
import { ParamNode } from './paramNode';
import type { RunsScope } from './runsScope';
import { codeDescription, runDescription, runTooltip, statusWord, userTags } from './runText';
import { TagNode } from './tagNode';

const ICONS: Record<Run['status'], readonly [icon: string, color: string]> = {
  RUNNING: ['sync~spin', 'charts.blue'],
  SCHEDULED: ['clock', 'charts.blue'],
  FINISHED: ['pass', 'testing.iconPassed'],
  FAILED: ['error', 'testing.iconFailed'],
  KILLED: ['circle-slash', 'disabledForeground'],
};

/** So many of a run's children have rows. */
const CHILDREN = 200;

/** A run: its row says how it went, its rows what it used and what it made. */
export class RunNode implements TreeNode {
  constructor(
    readonly parent: TreeNode,
    readonly scope: RunsScope,
    public run: Run,
  ) {}

  get runId(): string {
    return this.run.runId;
  }

  get location(): string {
    return this.scope.store.location;
  }

  item(): TreeItem {
    const { run } = this;
    const { options, store } = this.scope;
    const now = options.now();
    const deleted = run.lifecycleStage === 'deleted';
    const progress = progressOf(run);
    const item = new TreeItem(run.runName, TreeItemCollapsibleState.Collapsed);
    item.id = `${this.location}/run/${run.runId}`;
    item.description = runDescription(run, progress, now, options.headlineMetric(store));
    item.tooltip = new MarkdownString(runTooltip(run, progress, now), true);
    const [icon, color] = deleted ? (['trash', 'disabledForeground'] as const) : ICONS[run.status];
    item.iconPath = new ThemeIcon(icon, new ThemeColor(color));
    item.contextValue = `run ${run.status.toLowerCase()}${deleted ? ' deleted' : ''}`;
    item.accessibilityInformation = { label: `${run.runName}, ${statusWord(run.status)}, ${item.description}` };
    return item;
  }

  async children(): Promise<TreeNode[]> {
    const { run } = this;
    const id = `${this.location}/run/${run.runId}`;
    const model = run.metrics.filter((metric) => !metric.key.startsWith('system/'));
    const system = run.metrics.filter((metric) => metric.key.startsWith('system/'));
    const tags = userTags(run);
    const rows: TreeNode[] = [
      ...this.facts(),
      new GroupNode(
        this,
        { id: `${id}/metrics`, label: l10n.t('Metrics'), icon: 'graph-line', count: model.length, contextValue: 'metrics' },
        (group) => model.map((metric) => new MetricNode(group, id, metric)),
      ),
      new GroupNode(
        this,
        { id: `${id}/params`, label: l10n.t('Parameters'), icon: 'symbol-parameter', count: run.params.length, contextValue: 'params' },
        (group) => run.params.map((param) => new ParamNode(group, id, param)),
      ),
    ];
    if (run.inputs.length > 0)
      rows.push(
        new GroupNode(
          this,
          { id: `${id}/datasets`, label: l10n.t('Data Sets'), icon: 'database', count: run.inputs.length, contextValue: 'datasets' },
          (group) => run.inputs.map((input, index) => new DatasetNode(group, id, index, input)),
        ),
      );
    if (tags.length > 0)
      rows.push(
        new GroupNode(this, { id: `${id}/tags`, label: l10n.t('Tags'), icon: 'tag', count: tags.length, contextValue: 'tags' }, (group) =>
          tags.map(([key, value]) => new TagNode(group, this.scope, run.runId, key, value)),
        ),
      );
    if (system.length > 0)
      rows.push(
        new GroupNode(
          this,
          { id: `${id}/system`, label: l10n.t('System Metrics'), icon: 'pulse', count: system.length, contextValue: 'metrics' },
          (group) => system.map((metric) => new MetricNode(group, id, metric)),
        ),
      );
    rows.push(
      new GroupNode(this, { id: `${id}/artifacts`, label: l10n.t('Artifacts'), icon: 'folder', contextValue: 'artifacts' }, (group) =>
        artifactNodes(group, this.scope, id, new RunArtifacts(this.scope.engine, run.runId)),
      ),
    );
    const [parent, childRuns, models] = await Promise.all([this.parentRun(), this.childRuns(), this.models()]);
    return [...parent, ...rows, ...childRuns, ...models];
  }

  /** The runs that were started inside this one, oldest first; a click shows one where it stands in its experiment. */
  private async childRuns(): Promise<TreeNode[]> {
    const { engine, options } = this.scope;
    const { runId, experimentId } = this.run;
    const filter = `tags.\`${TagName.parentRunId}\` = '${runId}'`;
    const found = await engine.runs.search({ experimentIds: [experimentId], filter, maxResults: CHILDREN });
    if (found.items.length === 0) return [];
    const id = `${this.location}/run/${runId}/children`;
    const rows = [...found.items].reverse();
    const count = found.nextPageToken === undefined ? rows.length : undefined;
    return [
      new GroupNode(this, { id, label: l10n.t('Child Runs'), icon: 'list-tree', count, contextValue: 'children' }, () =>
        rows.map((run) => {
          const description = runDescription(run, progressOf(run), options.now(), options.headlineMetric(this.scope.store));
          return this.relative('child', `child/${run.runId}`, run, run.runName, description);
        }),
      ),
    ];
  }

  /** A row that leads to another run. */
  private relative(kind: 'parent' | 'child', id: string, run: { readonly runId: string }, label: string, description: string): FactNode {
    const target = { location: this.location, runId: run.runId };
    const command = { command: CommandId.openRun, title: 'Reveal Run', arguments: [target] };
    const icon = kind === 'parent' ? 'type-hierarchy-super' : 'type-hierarchy-sub';
    return new FactNode(this, { kind, id, label, description, icon, command }, run.runId);
  }

  private async parentRun(): Promise<TreeNode[]> {
    const runId = this.run.tags[TagName.parentRunId];
    if (!runId) return [];
    // It may be gone for good, or never have come along with a copy.
    const parent = await this.scope.engine.runs.get(runId).catch(() => undefined);
    return parent ? [this.relative('parent', 'parent', parent, l10n.t('Parent Run'), parent.runName)] : [];
  }

  /** Rows that stand before the groups. */
  private facts(): TreeNode[] {
    const { run } = this;
    const rows: TreeNode[] = [];
    const error = run.tags[TagName.error];
    if (error) rows.push(new FactNode(this, { kind: 'error', label: error, icon: 'error', color: 'testing.iconFailed' }, error));
    const note = run.tags[TagName.note];
    if (note) {
      const command = { command: CommandId.editNote, title: 'Edit Note', arguments: [this] };
      rows.push(
        new FactNode(
          this,
          { kind: 'note', label: l10n.t('Note'), description: note.replace(/\s+/g, ' '), tooltip: note, icon: 'note', command },
          note,
        ),
      );
    }
    const source = run.tags[TagName.sourceName];
    if (source)
      rows.push(
        new FactNode(this, { kind: 'source', label: l10n.t('Source'), description: source, tooltip: source, icon: 'file-code' }, source),
      );
    const code = codeDescription(run);
    const remote = run.tags[TagName.gitRemote];
    const commit = run.tags[TagName.gitCommit] ?? '';
    if (code)
      rows.push(
        new FactNode(
          this,
          {
            kind: 'code',
            label: l10n.t('Code'),
            description: code,
            tooltip: [`commit ${commit}`, ...(remote ? [remote] : [])].join('\n'),
            icon: 'git-commit',
          },
          commit,
        ),
      );
    return rows;
  }

  private async models(): Promise<TreeNode[]> {
    const { engine } = this.scope;
    const { runId, experimentId } = this.run;
    const logged = await everyItem((pageToken) =>
      engine.loggedModels.search({ experimentIds: [experimentId], sourceRunId: runId, pageToken }),
    ).catch(noneWhereUnknown);
    if (logged.length === 0) return [];
    const versions = await engine.registry.searchVersions({ filter: `run_id = '${runId}'` });
    const registered = versions.items.map(({ name, version }) => `${name} v${version}`).join(', ');
    return logged.map((model) => {
      const state = model.status === 'READY' ? '' : model.status.toLowerCase();
      return new FactNode(
        this,
        {
          kind: 'model',
          id: `model/${model.modelId}`,
          label: ['', 'model', 'models'].includes(model.name) ? l10n.t('Model') : l10n.t('Model {0}', model.name),
          description: [state, registered === '' ? l10n.t('not registered') : l10n.t('registered as {0}', registered)]
            .filter(Boolean)
            .join(' · '),
          tooltip: model.artifactUri,
          icon: 'package',
          rows: liesInRun(model, this.run)
            ? undefined
            : (parent, id) => artifactNodes(parent, this.scope, id, new ModelArtifacts(engine, model)),
        },
        model.modelId,
      );
    });
  }
}
