import type { LineageGraph, LineageNode } from '../../core/lineageGraph';
import { missing } from '../../core/errors';
import { LineageReader } from '../../lineage/lineageReader';
import { withHistory, type HistoryFlags } from './history';
import { jsonText, type Output } from '../output';

/** Tells where tracked data comes from and what came of it. */
export async function showLineage(path: string, flags: HistoryFlags, output: Output): Promise<void> {
  await withHistory(path, flags, output, async (data) => {
    const status = await data.reader.status(data.root, data.signal);
    const lineage = new LineageReader(data.reader, { known: data.runs, ancestors: data.ancestors }, () => data.engine);
    const { graph, centre } = await lineage.ofData(status, data.path, data.target, data.signal);
    const node = graph.nodes.find(({ id }) => id === centre);
    if (!node?.detail && graph.edges.length === 0) throw missing(`${data.path} is not tracked, and was not in any commit`);
    output.out(output.json ? jsonText({ centre, ...graph }) : lineageText(graph, centre));
  });
}

/** Two trees: what the node comes from, and what came of it. */
export function lineageText(graph: LineageGraph, centre: string): string {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const own = nodes.get(centre);
  const before = tree(centre, (id) => graph.edges.filter(({ to }) => to === id).map(({ from }) => from), nodes);
  const after = tree(centre, (id) => graph.edges.filter(({ from }) => from === id).map(({ to }) => to), nodes);
  // Other versions hang on what made them, not on this one.
  const reached = new Set([...before.ids, ...after.ids, centre]);
  const others = graph.nodes.filter(({ id, kind }) => !reached.has(id) && kind === 'data');
  const versions = others.flatMap((each) => {
    const found = tree(each.id, (id) => graph.edges.filter(({ from }) => from === id).map(({ to }) => to), nodes);
    for (const id of found.ids) reached.add(id);
    return [`  ${nodeText(each)}`, ...found.lines.map((line) => `  ${line}`)];
  });
  const rest = graph.nodes.filter(({ id, label }) => !reached.has(id) && id.startsWith('more:') && /^\d+ more /.test(label));
  const lines = [
    own ? nodeText(own) : centre,
    ...section('comes from', before.lines),
    ...section('used by', after.lines),
    ...section('other versions', versions),
    ...section(
      'not shown',
      rest.map((each) => `  ${each.label}`),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines];
}

/** What stands in a tree twice is told in full the first time. */
function tree(
  start: string,
  next: (id: string) => readonly string[],
  nodes: ReadonlyMap<string, LineageNode>,
): { readonly lines: string[]; readonly ids: ReadonlySet<string> } {
  const lines: string[] = [];
  const ids = new Set<string>();
  const rest = [...next(start)].reverse().map((id) => ({ id, depth: 1 }));
  for (let top = rest.pop(); top; top = rest.pop()) {
    const { id, depth } = top;
    const node = nodes.get(id);
    if (!node) continue;
    const following = next(id);
    const isKnown = ids.has(id);
    lines.push(`${'  '.repeat(depth)}${nodeText(node)}${isKnown && following.length > 0 ? ' …' : ''}`);
    if (isKnown) continue;
    ids.add(id);
    for (const each of [...following].reverse()) rest.push({ id: each, depth: depth + 1 });
  }
  return { lines, ids };
}

/** `stage train: modified (code, parameters) · python train.py` */
function nodeText({ kind, label, detail, state, differences }: LineageNode): string {
  const changed = differences.length > 0 ? ` (${differences.join(', ')})` : '';
  const facts = [
    ...(state === undefined || state === 'unchanged' ? [] : [`${state}${changed}`]),
    ...(detail === undefined ? [] : [detail]),
  ];
  return `${kind} ${label}${facts.length > 0 ? `: ${facts.join(' · ')}` : ''}`;
}
