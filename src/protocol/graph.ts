import type { LineageGraph } from '../core/lineageGraph';

/** What a tab's graph is of: a repository's stages, or all that something comes from and that came of it. */
export type GraphSubject =
  /** `root`: the DVC repository's, absolute. */
  | { readonly kind: 'pipeline'; readonly root: string }
  /** `path`: the data set's, absolute. */
  | { readonly kind: 'data'; readonly root: string; readonly path: string }
  | { readonly kind: 'run'; readonly location: string; readonly runId: string }
  | { readonly kind: 'model'; readonly location: string; readonly name: string; readonly version: number };

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
