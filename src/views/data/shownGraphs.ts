import { basename, relative, sep } from 'node:path';
import { EventEmitter, l10n, type Event } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { missing } from '../../core/errors';
import type { LineageGraph } from '../../core/lineageGraph';
import type { DataStatus } from '../../data/status/status';
import { Disposables } from '../../host/disposables';
import { limitLineage } from '../../lineage/lineageLimit';
import type { LineageReader } from '../../lineage/lineageReader';
import { pipelineLineage } from '../../lineage/pipelineLineage';
import { visible } from '../code/codeText';
import type { DataView } from './dataView';

/** What a graph is of; paths are absolute. */
export type GraphSubject =
  | { readonly kind: 'pipeline'; readonly root: string }
  | { readonly kind: 'data'; readonly root: string; readonly path: string }
  | { readonly kind: 'run'; readonly location: string; readonly runId: string }
  | { readonly kind: 'model'; readonly location: string; readonly name: string; readonly version: number };

export interface ShownGraph {
  readonly title: string;
  readonly graph: LineageGraph;
  readonly centre: string | undefined;
}

/** Makes the graphs that are shown, and tells when data, or the runs that used it, have changed. */
export class ShownGraphs implements Disposable {
  private readonly held = new Disposables();
  private readonly changed = this.held.add(new EventEmitter<void>());
  readonly onDidChange: Event<void> = this.changed.event;

  /** @param headline the metric that stands for a run, where the settings name one */
  constructor(
    private readonly view: DataView,
    private readonly reader: LineageReader,
    runs: { readonly onDidChange: Event<void> },
    private readonly headline: () => string | undefined,
  ) {
    this.held.add(view.onDidRead(() => this.changed.fire()));
    this.held.add(runs.onDidChange(() => this.changed.fire()));
  }

  async graph(subject: GraphSubject): Promise<ShownGraph> {
    const statuses = await this.view.want();
    switch (subject.kind) {
      case 'pipeline': {
        const status = repository(statuses, subject.root);
        return {
          title: l10n.t('Pipeline of {0}', basename(subject.root)),
          graph: limitLineage(pipelineLineage(status)),
          centre: undefined,
        };
      }
      case 'data': {
        const { root, path } = subject;
        const inner = relative(root, path).split(sep).join('/');
        return { title: l10n.t('Lineage of {0}', visible(inner)), ...(await this.reader.ofData(repository(statuses, root), inner, path)) };
      }
      case 'run': {
        const found = await this.reader.ofRun(statuses, subject.location, subject.runId, this.headline());
        const name = found.graph.nodes.find(({ id }) => id === found.centre)?.label ?? subject.runId;
        return { title: l10n.t('Lineage of {0}', visible(name)), ...found };
      }
      case 'model': {
        const { location, name, version } = subject;
        const found = await this.reader.ofModel(statuses, location, name, version, this.headline());
        return { title: l10n.t('Lineage of {0} v{1}', visible(name), version), ...found };
      }
    }
  }

  dispose(): void {
    this.held.dispose();
  }
}

function repository(statuses: readonly DataStatus[], root: string): DataStatus {
  const status = statuses.find((each) => each.root === root);
  if (!status) throw missing(l10n.t('There is no DVC repository at {0} any more.', root));
  return status;
}
