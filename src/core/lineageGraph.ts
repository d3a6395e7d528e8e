/** What a node stands for: where data comes from, data, a file of code or parameters, a stage, a run, a version of a registered model. */
export type LineageNodeKind = 'source' | 'data' | 'code' | 'stage' | 'run' | 'model';

/** How what a node stands for differs from its record; `unknown` is what only a network could tell. */
export type LineageState = 'unchanged' | 'modified' | 'deleted' | 'not in cache' | 'unknown' | 'error';

export interface LineageNode {
  /** Unique in its graph. */
  readonly id: string;
  readonly kind: LineageNodeKind;
  readonly label: string;
  /** A few words more: a digest's beginning, a command, a headline metric. */
  readonly detail: string | undefined;
  readonly state: LineageState | undefined;
  /** What differs, in a word each: `code`, `data`, `parameters`, `command`. */
  readonly differences: readonly string[];
  /** What it opens: a file, absolute; a run's id; a registered model's name and version. Undefined where nothing can be opened. */
  readonly target: LineageTarget | undefined;
}

export type LineageTarget =
  | { readonly kind: 'file'; readonly path: string; readonly line: number }
  | { readonly kind: 'run'; readonly location: string; readonly runId: string }
  | { readonly kind: 'model'; readonly location: string; readonly name: string; readonly version: string }
  | { readonly kind: 'url'; readonly url: string };

/** From what was used to what came of it. */
export interface LineageEdge {
  readonly from: string;
  readonly to: string;
}

/** Where things come from and what came of them; without circles. */
export interface LineageGraph {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
}
