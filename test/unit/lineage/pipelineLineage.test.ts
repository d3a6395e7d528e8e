import assert from 'node:assert/strict';
import type { LineageGraph } from '../../../src/core/lineageGraph';
import { DataReader } from '../../../src/data/reader';
import { limitLineage } from '../../../src/lineage/lineageLimit';
import { LineageBuilder, partOf, relatives } from '../../../src/lineage/lineageBuilder';
import { dataId, pipelineLineage, stageId } from '../../../src/lineage/pipelineLineage';
import { DataRepository } from '../data/dataRepository';

/** A graph in short: its edges, and nodes that stand alone. */
function drawn({ nodes, edges }: LineageGraph): string[] {
  const labels = new Map(nodes.map((node) => [node.id, node.label]));
  const tied = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const lines = edges.map(({ from, to }) => `${labels.get(from)} → ${labels.get(to)}`);
  return [...lines, ...nodes.filter(({ id }) => !tied.has(id)).map(({ label }) => label)].sort();
}

describe('Lineage of a repository', () => {
  let repository: DataRepository;
  let reader: DataReader;

  beforeEach(() => {
    repository = new DataRepository();
    reader = new DataReader(() => undefined);
  });
  afterEach(() => {
    reader.dispose();
    repository.dispose();
  });

  it('leads from sources through stages to data, and says what differs', async () => {
    repository.write('raw/a.csv', '1\n');
    repository.write('raw/b/x', '2\n');
    repository.write('lonely.csv', '3\n');
    for (const path of ['raw/a.csv', 'raw/b', 'lonely.csv']) repository.add(path);
    repository.write('prepare.py', 'pass\n');
    repository.write('params.yaml', 'ratio: 0.3\nseed: 1\n');
    repository.write(
      'dvc.yaml',
      [
        'stages:',
        '  prepare:',
        '    cmd: python prepare.py',
        '    deps: [raw, prepare.py]',
        '    params: [ratio, seed]',
        '    outs: [train.csv]',
        '  part:',
        '    foreach: [1, 2]',
        '    do:',
        '      cmd: split ${item}',
        '      deps: [train.csv, raw/b/x]',
        '      outs: ["part-${item}"]',
        '',
      ].join('\n'),
    );
    repository.write(
      'in.dvc',
      `deps:\n- path: data/in\n  repo:\n    url: https://me:secret@example.org/team/data.git?sig=1\n    rev_lock: ${'a'.repeat(40)}\nouts:\n- md5: ${'b'.repeat(32)}\n  size: 3\n  hash: md5\n  path: in\n`,
    );
    const status = await reader.status(repository.root);
    const graph = pipelineLineage(status);
    assert.deepEqual(drawn(graph), [
      'data: data/in → in',
      'params.yaml → prepare',
      'part@1 → part-1',
      'part@2 → part-2',
      'prepare → train.csv',
      'prepare.py → prepare',
      'raw/a.csv → prepare',
      'raw/b/ → part@1',
      'raw/b/ → part@2',
      'raw/b/ → prepare',
      'train.csv → part@1',
      'train.csv → part@2',
    ]);
    assert.ok(!JSON.stringify(graph).includes('secret') && !JSON.stringify(graph).includes('sig='));
    const prepare = graph.nodes.find(({ id }) => id === stageId('prepare'));
    assert.equal(prepare?.detail, 'never run · python prepare.py');
    assert.deepEqual(prepare?.target, { kind: 'file', path: repository.path('dvc.yaml'), line: 2 });
    assert.equal(graph.nodes.find(({ label }) => label === 'params.yaml')?.detail, 'parameters');
    assert.ok(drawn(pipelineLineage(status, ['lonely.csv'])).includes('lonely.csv'));
    const { before, after } = relatives(graph, [dataId('train.csv')]);
    assert.deepEqual(drawn(partOf(graph, before)).length, 5);
    assert.deepEqual(drawn(partOf(graph, after)), ['part@1 → part-1', 'part@2 → part-2', 'train.csv → part@1', 'train.csv → part@2']);
  });

  it('draws no circle, though a pipeline has one', async () => {
    repository.write(
      'dvc.yaml',
      'stages:\n  a:\n    cmd: x\n    deps: [two]\n    outs: [one]\n  b:\n    cmd: x\n    deps: [one]\n    outs: [two]\n',
    );
    const { edges } = pipelineLineage(await reader.status(repository.root));
    assert.equal(edges.length, 3);
  });
});

describe('A graph of lineage that is too large', () => {
  it('shows some of what is alike, what differs first, and says how many more there are', () => {
    const builder = new LineageBuilder();
    builder.node({ id: 's', kind: 'stage', label: 's' });
    for (let i = 0; i < 40; i++) {
      builder.node({ id: `d${i}`, kind: 'data', label: `d${i}`, state: i === 39 ? 'modified' : 'unchanged' });
      builder.edge(`d${i}`, 's');
    }
    const { nodes, edges } = limitLineage(builder.build(), ['d38']);
    const labels = nodes.map(({ label }) => label);
    assert.deepEqual([labels.length, edges.length], [15, 14]);
    assert.ok(['s', 'd38', 'd39', '27 more data sets'].every((label) => labels.includes(label)));
  });

  it('goes no further than is useful from what is kept', () => {
    const builder = new LineageBuilder();
    for (let i = 0; i < 1_000; i++) {
      builder.node({ id: `s${i}`, kind: 'stage', label: `s${i}` });
      if (i > 0) builder.edge(`s${i - 1}`, `s${i}`);
    }
    const { nodes } = limitLineage(builder.build(), ['s500'], { most: 100 });
    assert.equal(nodes.length, 101);
    assert.equal(nodes.at(-1)?.label, '900 more stages');
    assert.ok(nodes.some(({ id }) => id === 's500'));
  });
});
