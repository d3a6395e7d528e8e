import type { LineageEdge, LineageGraph } from '../../src/core/lineageGraph';

/** The stages alone, tied where one uses what another has made: what lies between them is left out. */
export function stagesOnly({ nodes, edges }: LineageGraph): LineageGraph {
  const stages = nodes.filter(({ kind }) => kind === 'stage');
  const isStage = new Set(stages.map(({ id }) => id));
  const after = new Map<string, string[]>();
  for (const { from, to } of edges) after.set(from, [...(after.get(from) ?? []), to]);
  const ties: LineageEdge[] = [];
  for (const { id: from } of stages) {
    const seen = new Set<string>();
    const waiting = [...(after.get(from) ?? [])];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      if (isStage.has(at)) ties.push({ from, to: at });
      else waiting.push(...(after.get(at) ?? []));
    }
  }
  return { nodes: stages, edges: ties };
}
