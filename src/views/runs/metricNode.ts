import { l10n, ThemeIcon, TreeItem } from 'vscode';
import { formatNumber } from '../../core/format';
import { bestOf, lowerIsBetter, type MetricSummary } from '../../core/metric';
import type { TreeNode } from '../treeNode';
import { metricDescription } from './runText';

/** One metric of a run: its last value and its best. */
export class MetricNode implements TreeNode {
  constructor(
    readonly parent: TreeNode,
    private readonly runId: string,
    private readonly metric: MetricSummary,
  ) {}

  get copyText(): string {
    return String(this.metric.last.value);
  }

  item(): TreeItem {
    const { key, last, count } = this.metric;
    const best = bestOf(this.metric);
    const item = new TreeItem(key);
    item.id = `${this.runId}/metric/${key}`;
    item.description = metricDescription(this.metric);
    item.tooltip = [
      l10n.t('{0}: {1} at step {2}', key, formatNumber(last.value), last.step),
      ...(best && count !== 1
        ? [
            l10n.t(
              'best {0} at step {1} ({2})',
              formatNumber(best.value),
              best.step,
              lowerIsBetter(key) ? l10n.t('lower is better') : l10n.t('higher is better'),
            ),
          ]
        : []),
      ...(count === undefined ? [] : [l10n.t('{0} points', count.toLocaleString('en'))]),
    ].join('\n');
    item.iconPath = new ThemeIcon(key.startsWith('system/') ? 'pulse' : 'graph-line');
    item.contextValue = 'metric';
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}
