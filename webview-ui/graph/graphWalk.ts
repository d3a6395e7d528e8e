import type { LineageGraph } from '../../src/core/lineageGraph';
import type { PlacedGraph, PlacedNode } from './graphLayout';

/** All that a node comes from and all that came of it, with itself. */
export function relatives({ edges }: Pick<LineageGraph, 'edges'>, id: string): ReadonlySet<string> {
  const found = new Set([id]);
  for (const [here, there] of [
    ['to', 'from'],
    ['from', 'to'],
  ] as const) {
    const seen = new Set([id]);
    const waiting = [id];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
      for (const edge of edges)
        if (edge[here] === at && !seen.has(edge[there])) {
          seen.add(edge[there]);
          waiting.push(edge[there]);
        }
    for (const each of seen) found.add(each);
  }
  return found;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** Where an arrow key leads: along an edge to the sides, to the next node of the same layer up and down; undefined where there is none. */
export function neighbour({ nodes, edges }: PlacedGraph, id: string, direction: Direction): string | undefined {
  const here = nodes.find(({ node }) => node.id === id);
  if (!here) return undefined;
  const middle = (each: PlacedNode): number => each.y + each.height / 2;
  const centre = (each: PlacedNode): number => each.x + each.width / 2;
  if (direction === 'left' || direction === 'right') {
    const [near, far] = direction === 'left' ? (['to', 'from'] as const) : (['from', 'to'] as const);
    const linked = new Set(edges.filter((edge) => edge[near] === id).map((edge) => edge[far]));
    return nearest(
      nodes.filter(({ node }) => linked.has(node.id)),
      (each) => Math.abs(middle(each) - middle(here)),
    );
  }
  const beyond = nodes.filter(
    (each) =>
      Math.abs(centre(each) - centre(here)) < 40 && (direction === 'up' ? middle(each) < middle(here) : middle(each) > middle(here)),
  );
  return nearest(beyond, (each) => Math.abs(middle(each) - middle(here)));
}

function nearest(nodes: readonly PlacedNode[], distance: (node: PlacedNode) => number): string | undefined {
  return [...nodes].sort((a, b) => distance(a) - distance(b))[0]?.node.id;
}

/** The nodes whose label or detail holds all words, from left to right. */
export function matches({ nodes }: PlacedGraph, text: string): readonly string[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const found = nodes.filter(({ node }) => {
    const all = `${node.kind} ${node.label} ${node.detail ?? ''} ${node.state ?? ''} ${node.differences.join(' ')}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  return found.sort((a, b) => a.x - b.x || a.y - b.y).map(({ node }) => node.id);
}
