import type { LineageGraph, LineageNode, LineageNodeKind } from '../core/lineageGraph';
import { LineageBuilder } from './lineageBuilder';

export interface LineageLimits {
  /** So many nodes that hang on the same others are shown one by one. */
  readonly alike?: number;
  /** So many nodes are shown in all. */
  readonly most?: number;
}

const WORDS: Readonly<Record<LineageNodeKind, readonly [one: string, many: string]>> = {
  source: ['source', 'sources'],
  data: ['data set', 'data sets'],
  code: ['file', 'files'],
  stage: ['stage', 'stages'],
  run: ['run', 'runs'],
  model: ['model version', 'model versions'],
};

/**
 * Makes a graph small enough to be looked at: of many nodes of a kind that hang on the same others one stands for the rest, as does one
 * for what lies too far from the first nodes. What is as recorded goes first; `kept` never goes.
 */
export function limitLineage(
  graph: LineageGraph,
  kept: readonly string[] = [],
  { alike = 12, most = 250 }: LineageLimits = {},
): LineageGraph {
  return withoutFar(withoutAlike(graph, new Set(kept), alike), kept, most);
}

function withoutAlike(graph: LineageGraph, kept: ReadonlySet<string>, alike: number): LineageGraph {
  const groups = new Map<string, LineageNode[]>();
  const around = neighbours(graph);
  for (const node of graph.nodes) {
    if (kept.has(node.id)) continue;
    const { before, after } = around(node.id);
    const key = JSON.stringify([node.kind, [...before].sort(), [...after].sort()]);
    const group = groups.get(key);
    if (group) group.push(node);
    else groups.set(key, [node]);
  }
  const standIns = new Map<string, string>();
  const builder = new LineageBuilder();
  const more: LineageNode[] = [];
  for (const group of groups.values()) {
    if (group.length <= alike + 1) continue;
    const rest = changedFirst(group).slice(alike);
    const node = restNode(rest);
    more.push(node);
    for (const { id } of rest) standIns.set(id, node.id);
  }
  if (more.length === 0) return graph;
  for (const node of graph.nodes) if (!standIns.has(node.id)) builder.node(node);
  for (const node of more) builder.node(node);
  for (const { from, to } of graph.edges) builder.edge(standIns.get(from) ?? from, standIns.get(to) ?? to);
  return builder.build();
}

/** Follows the graph from what is kept, else from what differs, else from the first node, until there is enough. */
function withoutFar(graph: LineageGraph, kept: readonly string[], most: number): LineageGraph {
  if (graph.nodes.length <= most) return graph;
  const around = neighbours(graph);
  const shown = new Set<string>();
  const starts = [...kept, ...changedFirst(graph.nodes).map(({ id }) => id)];
  for (const start of starts) {
    const found = new Set([start]);
    for (const id of found) {
      if (shown.size >= most) break;
      shown.add(id);
      const { before, after } = around(id);
      for (const each of [...before, ...after]) if (!shown.has(each)) found.add(each);
    }
    if (shown.size >= most) break;
  }
  const builder = new LineageBuilder();
  for (const node of graph.nodes) if (shown.has(node.id)) builder.node(node);
  const left = graph.nodes.filter(({ id }) => !shown.has(id));
  const byKind = new Map<LineageNodeKind, LineageNode[]>();
  for (const node of left) byKind.set(node.kind, [...(byKind.get(node.kind) ?? []), node]);
  for (const nodes of byKind.values()) builder.node(restNode(nodes));
  for (const { from, to } of graph.edges) if (shown.has(from) && shown.has(to)) builder.edge(from, to);
  return builder.build();
}

/** `12 more runs` */
function restNode(nodes: readonly LineageNode[]): LineageNode {
  const kind = nodes[0]?.kind ?? 'data';
  const words = WORDS[kind];
  const changed = nodes.filter(differs).length;
  return {
    id: `more:${nodes[0]?.id ?? ''}`,
    kind,
    label: `${nodes.length} more ${nodes.length === 1 ? words[0] : words[1]}`,
    detail: changed > 0 ? `${changed} changed` : undefined,
    state: undefined,
    differences: [],
    target: undefined,
  };
}

function changedFirst(nodes: readonly LineageNode[]): LineageNode[] {
  return [...nodes.filter(differs), ...nodes.filter((node) => !differs(node))];
}

function differs({ state }: LineageNode): boolean {
  return state !== undefined && state !== 'unchanged' && state !== 'unknown';
}

function neighbours({ edges }: LineageGraph): (id: string) => { readonly before: readonly string[]; readonly after: readonly string[] } {
  const before = new Map<string, string[]>();
  const after = new Map<string, string[]>();
  const put = (lists: Map<string, string[]>, key: string, value: string): void => {
    const list = lists.get(key);
    if (list) list.push(value);
    else lists.set(key, [value]);
  };
  for (const { from, to } of edges) {
    put(before, to, from);
    put(after, from, to);
  }
  return (id) => ({ before: before.get(id) ?? [], after: after.get(id) ?? [] });
}
