import { Graph, layout } from '@dagrejs/dagre';
import type { LineageGraph, LineageNode } from '../../src/core/lineageGraph';
import { visible } from '../../src/core/visibleText';

/** A node with its place; pixels, from its upper left. */
export interface PlacedNode {
  readonly node: LineageNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** What fits of the label and of the second line. */
  readonly label: string;
  readonly detail: string;
}

export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  /** An SVG path. */
  readonly path: string;
}

export interface PlacedGraph {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

/** How wide a text is in pixels; `small` in the second line's size. */
export type Measure = (text: string, small: boolean) => number;

const NARROWEST = 110;
const WIDEST = 330;
/** The second line alone makes a node no wider than this. */
const DETAIL = 190;
/** Room left of the text, for the icon, and right of it. */
const LEFT = 34;
const RIGHT = 14;
const LINE = 34;
const TWO_LINES = 48;
const MARGIN = 24;

/** Layers from left to right: whatever a node is made from stands left of it. */
export function placeGraph(graph: LineageGraph, measure: Measure): PlacedGraph {
  const dag = new Graph<{ rankdir: string }, { width: number; height: number; x?: number; y?: number }, { points?: readonly Point[] }>();
  dag.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 44, edgesep: 8, marginx: MARGIN, marginy: MARGIN } as { rankdir: string });
  dag.setDefaultEdgeLabel(() => ({}));
  const sized = graph.nodes.map((node) => ({ node, ...sizeOf(node, measure) }));
  for (const { node, width, height } of sized) dag.setNode(node.id, { width, height });
  for (const { from, to } of graph.edges) dag.setEdge(from, to);
  layout(dag as never);
  const { width = 0, height = 0 } = dag.graph() as { width?: number; height?: number };
  return {
    nodes: sized.map((each) => {
      const { x = 0, y = 0 } = dag.node(each.node.id) ?? {};
      return { ...each, x: x - each.width / 2, y: y - each.height / 2 };
    }),
    edges: graph.edges.map(({ from, to }) => ({ from, to, path: curve(dag.edge(from, to)?.points ?? []) })),
    // Without nodes dagre has no extent.
    width: Number.isFinite(width) ? width : 0,
    height: Number.isFinite(height) ? height : 0,
  };
}

/** What the second line says: how the node differs, then what else is known of it. */
export function detailOf({ kind, state, differences, detail }: LineageNode): string {
  const differs = differences.length > 0 ? `${differences.join(', ')} changed` : state === undefined || state === 'unchanged' ? '' : state;
  // A changed stage's command is in its tip.
  return [differs, differs !== '' && kind === 'stage' ? '' : (detail ?? '')].filter((part) => part !== '').join(' · ');
}

function sizeOf(node: LineageNode, measure: Measure): { width: number; height: number; label: string; detail: string } {
  const detail = detailOf(node);
  const wanted = Math.max(measure(node.label, false), Math.min(DETAIL, measure(detail, true))) + LEFT + RIGHT;
  const width = Math.ceil(Math.min(WIDEST, Math.max(NARROWEST, wanted)));
  const room = width - LEFT - RIGHT;
  return {
    width,
    height: detail === '' ? LINE : TWO_LINES,
    label: fitted(visible(node.label), room, (text) => measure(text, false), true),
    detail: fitted(visible(detail), room, (text) => measure(text, true), false),
  };
}

/** A text cut to the room there is; of paths the end is worth more than the beginning. */
export function fitted(text: string, room: number, measure: (text: string) => number, keepEnd: boolean): string {
  if (measure(text) <= room) return text;
  let [fits, tooLong] = [0, text.length];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (measure(cut(text, middle, keepEnd)) <= room) fits = middle;
    else tooLong = middle;
  }
  return cut(text, fits, keepEnd);
}

function cut(text: string, length: number, keepEnd: boolean): string {
  return keepEnd ? `…${length === 0 ? '' : text.slice(-length)}` : `${text.slice(0, length).trimEnd()}…`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Through all points, level at each of them. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const round = (value: number): number => Math.round(value * 10) / 10;
  let path = `M${round(first.x)} ${round(first.y)}`;
  let last = first;
  for (const point of rest) {
    const middle = round((last.x + point.x) / 2);
    path += `C${middle} ${round(last.y)} ${middle} ${round(point.y)} ${round(point.x)} ${round(point.y)}`;
    last = point;
  }
  return path;
}
