import assert from 'node:assert/strict';
import type { LineageGraph, LineageNode } from '../../../src/core/lineageGraph';
import { exportSvg } from '../../../webview-ui/graph/exportSvg';
import { detailOf, fitted, placeGraph, type PlacedGraph } from '../../../webview-ui/graph/graphLayout';
import { matches, neighbour, relatives } from '../../../webview-ui/graph/graphWalk';
import { lookOf, spoken } from '../../../webview-ui/graph/nodeLook';
import { stagesOnly } from '../../../webview-ui/graph/stagesOnly';
import { fitAll, reveal, zoomAt } from '../../../webview-ui/graph/viewport';

describe('the graph page', () => {
  const node = (id: string, more: Partial<LineageNode> = {}): LineageNode => ({
    ...{ id, kind: 'data', label: id, detail: undefined, state: 'unchanged', differences: [], target: undefined },
    ...more,
  });
  const measure = (text: string): number => text.length * 7;
  const graph: LineageGraph = {
    nodes: [node('raw'), node('clean', { kind: 'stage' }), node('table'), node('train', { kind: 'stage' }), node('other')],
    edges: [
      { from: 'raw', to: 'clean' },
      { from: 'clean', to: 'table' },
      { from: 'table', to: 'train' },
    ],
  };
  const placed = placeGraph(graph, measure);
  const of = (each: PlacedGraph, id: string) => each.nodes.find((one) => one.node.id === id) ?? assert.fail(id);

  it('puts what is made to the right of what it is made from, and nothing upon anything', () => {
    const nodes = Array.from({ length: 300 }, (_, index) =>
      node(`n${index}`, { label: `work/part-${index}.csv`, detail: 'x'.repeat(index % 40) }),
    );
    const edges = nodes.slice(1).map(({ id }, index) => ({ from: `n${Math.floor(index / 3)}`, to: id }));
    const large = placeGraph({ nodes, edges }, measure);
    assert.equal(large.nodes.length, 300);
    for (const { from, to } of edges) assert.ok(of(large, from).x + of(large, from).width < of(large, to).x, `${from} ${to}`);
    for (const a of large.nodes)
      for (const b of large.nodes)
        if (a !== b)
          assert.ok(
            a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y,
            `${a.node.id} upon ${b.node.id}`,
          );
    for (const each of large.nodes) assert.ok(each.x >= 0 && each.x + each.width <= large.width && each.y + each.height <= large.height);
    assert.ok(large.edges.every(({ path }) => /^M[\d.-]+ [\d.-]+C/.test(path)));
  });

  it('draws an empty graph, and one without edges', () => {
    assert.deepEqual(placeGraph({ nodes: [], edges: [] }, measure), { nodes: [], edges: [], width: 0, height: 0 });
    assert.equal(placeGraph({ nodes: [node('a')], edges: [] }, measure).nodes.length, 1);
  });

  it('cuts texts to their room, paths at their beginning', () => {
    assert.equal(fitted('short', 100, measure, true), 'short');
    const cut = fitted('a/very/long/path/to/data.csv', 84, measure, true);
    assert.ok(cut.startsWith('…') && cut.endsWith('data.csv') && measure(cut) <= 84, cut);
    assert.ok(fitted('python train.py --epochs 5', 70, measure, false).endsWith('…'));
    assert.equal(fitted('abc', 0, measure, true), '…');
  });

  it('says how a node differs', () => {
    assert.equal(detailOf(node('a', { detail: '9fb629c4' })), '9fb629c4');
    assert.equal(detailOf(node('a', { detail: '9fb629c4', state: 'deleted' })), 'deleted · 9fb629c4');
    assert.equal(
      detailOf(node('a', { kind: 'stage', detail: 'python x', differences: ['code', 'data'], state: 'modified' })),
      'code, data changed',
    );
    assert.deepEqual(
      (['modified', 'deleted', 'not in cache', 'error', 'unchanged', 'unknown', undefined] as const).map((state) =>
        lookOf(node('a', { state })),
      ),
      ['changed', 'gone', 'warning', 'error', 'plain', 'plain', 'plain'],
    );
    assert.equal(
      spoken(node('train', { kind: 'stage', differences: ['code'], detail: 'python x' }), ['a', 'b', 'c', 'd', 'e'], ['model']),
      'Stage train; code changed; python x; from a, b, c, d and 1 more; to model',
    );
  });

  it('knows what a node comes from and what came of it', () => {
    assert.deepEqual([...relatives(graph, 'clean')].sort(), ['clean', 'raw', 'table', 'train']);
    assert.deepEqual([...relatives(graph, 'other')], ['other']);
    const siblings: LineageGraph = { nodes: [], edges: [...graph.edges, { from: 'raw', to: 'sister' }] };
    assert.ok(!relatives(siblings, 'clean').has('sister'));
  });

  it('shows stages alone, tied through what lies between them', () => {
    const { nodes, edges } = stagesOnly({
      ...graph,
      edges: [...graph.edges, { from: 'clean', to: 'other' }, { from: 'other', to: 'train' }],
    });
    assert.deepEqual([nodes.map(({ id }) => id), edges], [['clean', 'train'], [{ from: 'clean', to: 'train' }]]);
  });

  it('is walked with arrow keys, and searched from left to right', () => {
    assert.equal(neighbour(placed, 'raw', 'right'), 'clean');
    assert.equal(neighbour(placed, 'table', 'left'), 'clean');
    assert.equal(neighbour(placed, 'raw', 'left'), undefined);
    const [upper, lower] = [of(placed, 'raw'), of(placed, 'other')].sort((a, b) => a.y - b.y);
    assert.equal(neighbour(placed, upper!.node.id, 'down'), lower!.node.id);
    assert.deepEqual(matches(placed, 'stage'), ['clean', 'train']);
    assert.deepEqual(matches(placed, 'stage tra'), ['train']);
    assert.deepEqual(matches(placed, ' '), []);
  });

  it('shows all of it, or where that could not be read its beginning', () => {
    assert.deepEqual(fitAll({ width: 100, height: 50 }, { width: 300, height: 150 }), { x: 100, y: 50, scale: 1 });
    assert.deepEqual(fitAll({ width: 4000, height: 100 }, { width: 400, height: 400 }, 0.75), { x: 0, y: 162.5, scale: 0.75 });
    assert.deepEqual(fitAll({ width: 0, height: 0 }, { width: 400, height: 400 }), { x: 0, y: 0, scale: 1 });
  });

  it('grows around the pointer, and moves only as far as it takes to see a node', () => {
    const view = zoomAt({ x: 10, y: 20, scale: 1 }, 2, { x: 110, y: 70 });
    assert.deepEqual(view, { x: -90, y: -30, scale: 2 });
    assert.equal(zoomAt(view, 1e9, { x: 0, y: 0 }).scale, 2.5);
    const screen = { width: 400, height: 300 };
    const here = { x: 0, y: 0, scale: 1 };
    assert.deepEqual(reveal(here, { x: 100, y: 100, width: 50, height: 20 }, screen), here);
    assert.deepEqual(reveal(here, { x: 500, y: 100, width: 50, height: 20 }, screen), { x: -182, y: 0, scale: 1 });
  });

  it('becomes a picture that holds no markup of anybody else', () => {
    const hostile = placeGraph({ nodes: [node('a', { label: '<script>"&' })], edges: [] }, measure);
    const svg = exportSvg(hostile, { getPropertyValue: (name) => (name === '--vscode-foreground' ? '"><script>' : '') });
    assert.ok(svg.startsWith('<svg ') && !svg.includes('<script'), svg);
    assert.match(svg, /&#60;script&#62;&#34;&#38;/);
  });
});
