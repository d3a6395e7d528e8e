import type { LineageGraph } from '../core/lineageGraph';

/** What a tab's graph is of: a repository's stages, or all that a data set comes from and that came of it. */
export interface GraphSubject {
  readonly kind: 'pipeline' | 'lineage';
  /** The DVC repository's root, absolute. */
  readonly root: string;
  /** The data set, absolute; undefined for a pipeline. */
  readonly path: string | undefined;
}

/** What survives a reload of the window. */
export interface GraphState {
  readonly version: 1;
  readonly subject: GraphSubject;
}

/** Host → page. */
export type GraphEvent =
  | {
      readonly type: 'graph';
      readonly subject: GraphSubject;
      readonly title: string;
      readonly graph: LineageGraph;
      /** The node that all is about; undefined where it is about none. */
      readonly centre: string | undefined;
    }
  | { readonly type: 'failed'; readonly message: string };

/** Page → host. */
export type GraphRequest =
  | { readonly type: 'ready' }
  /** Opens what a node stands for. */
  | { readonly type: 'open'; readonly id: string }
  | { readonly type: 'saveSvg'; readonly svg: string }
  | { readonly type: 'showLog' };
