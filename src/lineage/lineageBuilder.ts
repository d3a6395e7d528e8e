import type { LineageEdge, LineageGraph, LineageNode } from '../core/lineageGraph';

/** What a node is made of: what isn't said is not known. */
export type NodeFacts = Pick<LineageNode, 'id' | 'kind' | 'label'> & Partial<LineageNode>;

/** Puts a graph together: each node and each edge stands in it once, and no edge that would close a circle. */
export class LineageBuilder {
  private readonly nodes = new Map<string, LineageNode>();
  private readonly following = new Map<string, Set<string>>();

  /** Adds a node, unless one of this id is there already. Returns its id. */
  node({ detail, state, differences = [], target, ...named }: NodeFacts): string {
    if (!this.nodes.has(named.id)) this.nodes.set(named.id, { ...named, detail, state, differences, target });
    return named.id;
  }

  has(id: string): boolean {
    return this.nodes.has(id);
  }

  /** From what was used to what came of it; both must be there by the end. */
  edge(from: string, to: string): void {
    const followers = this.following.get(from) ?? new Set<string>();
    this.following.set(from, followers);
    followers.add(to);
  }

  /** Takes over another graph's nodes and edges. */
  add({ nodes, edges }: LineageGraph): void {
    for (const node of nodes) this.node(node);
    for (const { from, to } of edges) this.edge(from, to);
  }

  build(): LineageGraph {
    const edges: LineageEdge[] = [];
    // Depth first, without recursion: an edge back to a node that is being followed would close a circle.
    const entered = new Set<string>();
    const left = new Set<string>();
    for (const start of this.nodes.keys()) {
      if (entered.has(start)) continue;
      entered.add(start);
      const path = [{ id: start, rest: this.followers(start) }];
      for (let top = path.at(-1); top; top = path.at(-1)) {
        const next = top.rest.shift();
        if (next === undefined) {
          left.add(top.id);
          path.pop();
        } else if (!entered.has(next)) {
          edges.push({ from: top.id, to: next });
          entered.add(next);
          path.push({ id: next, rest: this.followers(next) });
        } else if (left.has(next)) edges.push({ from: top.id, to: next });
      }
    }
    return { nodes: [...this.nodes.values()], edges };
  }

  private followers(id: string): string[] {
    return [...(this.following.get(id) ?? [])].filter((each) => each !== id && this.nodes.has(each));
  }
}

/** The nodes from which a way leads to these, and those to which one leads from them; they themselves are in both. */
export function relatives(graph: LineageGraph, ids: readonly string[]): { readonly before: Set<string>; readonly after: Set<string> } {
  const preceding = new Map<string, string[]>();
  const following = new Map<string, string[]>();
  for (const { from, to } of graph.edges) {
    put(preceding, to, from);
    put(following, from, to);
  }
  const reached = (next: ReadonlyMap<string, readonly string[]>): Set<string> => {
    const seen = new Set(ids);
    for (const id of seen) for (const each of next.get(id) ?? []) seen.add(each);
    return seen;
  };
  return { before: reached(preceding), after: reached(following) };
}

/** The part of a graph that has only these nodes. */
export function partOf({ nodes, edges }: LineageGraph, ids: ReadonlySet<string>): LineageGraph {
  return { nodes: nodes.filter(({ id }) => ids.has(id)), edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)) };
}

function put(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
