import { basename, relative, sep } from 'node:path';
import { l10n, type Event } from 'vscode';
import { missing } from '../../core/errors';
import type { LineageGraph } from '../../core/lineageGraph';
import { limitLineage } from '../../lineage/lineageLimit';
import { dataId, pipelineLineage } from '../../lineage/pipelineLineage';
import type { DataView } from './dataView';

/** Makes the graphs that are shown, out of what the Data view has read, and tells when that has become another. */
export class ShownGraphs {
  readonly onDidChange: Event<unknown>;

  constructor(private readonly view: DataView) {
    this.onDidChange = view.onDidChangeTreeData;
  }

  async graph({
    kind,
    root,
    path,
  }: {
    readonly kind: 'pipeline' | 'lineage';
    readonly root: string;
    readonly path: string | undefined;
  }): Promise<{
    readonly title: string;
    readonly graph: LineageGraph;
    readonly centre: string | undefined;
  }> {
    const status = (await this.view.want()).find((each) => each.root === root);
    if (!status) throw missing(l10n.t('There is no DVC repository at {0} any more.', root));
    if (kind === 'pipeline' || path === undefined)
      return { title: l10n.t('Pipeline of {0}', basename(root)), graph: limitLineage(pipelineLineage(status)), centre: undefined };
    const inner = relative(root, path).split(sep).join('/');
    const centre = dataId(inner);
    return { title: l10n.t('Lineage of {0}', inner), graph: limitLineage(pipelineLineage(status, [inner]), [centre]), centre };
  }
}
