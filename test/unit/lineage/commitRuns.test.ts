import assert from 'node:assert/strict';
import type { Commit } from '../../../src/code/repository';
import type { Run } from '../../../src/core/run';
import { TagName } from '../../../src/core/tagNames';
import { bestValue, nearestEarlier, runsAtCommit, runsByBranch, runsByCommit, type Graph } from '../../../src/lineage/commitRuns';
import { lastRuns, metricBlame } from '../../../src/lineage/metricBlame';
import { sameRepository } from '../../../src/lineage/missingCommit';
import { rerunCommand, splitCommandLine } from '../../../src/lineage/rerunCommand';
import { installs } from '../../../src/lineage/runRestorer';
import { commandLineText } from '../../../src/autolog/secretMask';

const hash = (letter: string): string => letter.repeat(40);
let started = 0;

function run(name: string, commit: string, metrics: Record<string, number>, tags: Record<string, string> = {}): Run {
  return {
    runId: name,
    runName: name,
    experimentId: '0',
    userId: 'ada',
    status: 'FINISHED',
    startTime: ++started,
    endTime: undefined,
    lifecycleStage: 'active',
    artifactUri: '',
    params: [],
    metrics: Object.entries(metrics).map(([key, value]) => ({
      key,
      last: { value, step: 0, timestamp: 0 },
      min: undefined,
      max: undefined,
      count: 1,
    })),
    tags: { [TagName.gitCommit]: commit, ...tags },
    inputs: [],
    modelInputs: [],
    modelOutputs: [],
  };
}

// a ← b ← d(merge of b and c) ← e;  a ← c
const graph: Graph = new Map([
  [hash('e'), [hash('d')]],
  [hash('d'), [hash('b'), hash('c')]],
  [hash('c'), [hash('a')]],
  [hash('b'), [hash('a')]],
  [hash('a'), []],
]);
const commit = (letter: string): Commit => ({ hash: hash(letter), parents: [], subject: letter, author: 'Ada', time: 0, refs: [] });

describe('runs of commits', () => {
  it('compares with the best of the nearest earlier commit that has the metric, in its own direction', () => {
    const runs = runsByCommit(
      [
        run('first', hash('a'), { accuracy: 0.8, loss: 1 }),
        run('better', hash('a'), { accuracy: 0.9 }),
        run('other metric', hash('b'), { f1: 0.5 }),
        run('last', hash('e'), { accuracy: 0.85 }),
        run('loss only', hash('e').slice(0, 8), { loss: 0.5 }),
        run('nothing', hash('e'), {}),
      ],
      graph.keys(),
    );
    const found = runsAtCommit(hash('e'), runs, graph);
    assert.deepEqual(
      found.map(({ run: each, headline, change }) => [each.runId, headline?.key, change?.before, change?.better, change?.since]),
      [
        ['nothing', undefined, undefined, undefined, undefined],
        ['loss only', 'loss', 1, true, hash('a')],
        ['last', 'accuracy', 0.9, false, hash('a')],
      ],
    );
    assert.equal(runsAtCommit(hash('a'), runs, graph)[0]?.change, undefined);
    assert.equal(bestValue([run('nan', hash('a'), { accuracy: NaN })], 'accuracy'), undefined);
  });

  it('goes back by the fewest steps, and ends in a history that is cut or circular', () => {
    assert.equal(
      nearestEarlier(hash('e'), graph, (each) => each === hash('a')),
      hash('a'),
    );
    assert.equal(
      nearestEarlier(hash('e'), new Map([[hash('e'), [hash('e')]]]), () => false),
      undefined,
    );
    assert.equal(
      nearestEarlier(hash('x'), graph, () => true),
      undefined,
    );
  });

  it('counts a branch’s runs: those that name it, and nameless ones whose commit it has', () => {
    const named = { [TagName.gitBranch]: 'side' };
    const runs = [
      run('1', hash('c'), { accuracy: 0.7 }, named),
      run('2', hash('a'), { accuracy: 0.6 }),
      run('3', hash('e'), { accuracy: 0.9 }),
    ];
    const found = runsByBranch(
      [
        { name: 'main', tip: hash('e') },
        { name: 'side', tip: hash('c') },
        { name: 'none', tip: hash('x') },
      ],
      runs,
      graph,
    );
    assert.deepEqual(
      [...found].map(([name, { count, best }]) => [name, count, best?.run.runId]),
      [
        ['main', 2, '3'],
        ['side', 2, '1'],
        ['none', 0, undefined],
      ],
    );
  });

  it('blames a change of lines for what the metric did', () => {
    const runs = runsByCommit([run('before', hash('a'), { accuracy: 0.8 }), run('after', hash('e'), { accuracy: 0.9 })]);
    const blamed = metricBlame([commit('c'), commit('a')], hash('e'), runs, graph);
    assert.deepEqual(
      blamed.map(({ before, after, moved }) => [before.map(({ runId }) => runId), after.map(({ runId }) => runId), moved?.better]),
      [
        [['before'], ['after'], true],
        [[], ['before'], undefined],
      ],
    );
    assert.deepEqual(metricBlame([commit('e'), commit('b')], hash('e'), runs, graph)[1]?.after, []);
    assert.deepEqual(
      lastRuns(hash('d'), runs, graph).map(({ runId }) => runId),
      ['before'],
    );
  });

  it('blames quickly in a long history', function () {
    this.timeout(20_000);
    const names = Array.from({ length: 10_000 }, (_, i) => i.toString(16).padStart(40, '0'));
    const long: Graph = new Map(names.map((name, i) => [name, i === 0 ? [] : [names[i - 1] ?? '']]));
    const runs = runsByCommit([run('old', names[0] ?? '', { accuracy: 1 }), run('new', names[9_999] ?? '', { accuracy: 2 })]);
    const changes = [5_000, 4_000, 100].map((i) => ({ ...commit('a'), hash: names[i] ?? '' }));
    const blamed = metricBlame(changes, names[9_999] ?? '', runs, long);
    assert.deepEqual(
      blamed.map(({ after }) => after.length),
      [1, 0, 0],
    );
  });
});

describe('a run’s command', () => {
  it('is read back as it was written', () => {
    for (const args of [
      ['node', 'train.mjs', 'two words', '"quoted"', 'line\nbreak', "it's", '', '--x=é', 'C:\\a b\\c', '$HOME', '-'],
      ['a'],
    ])
      assert.deepEqual(splitCommandLine(commandLineText(args)), args);
    assert.equal(splitCommandLine('node "cut'), undefined);
    assert.equal(splitCommandLine('node "a"b'), undefined);
  });

  it('is made for another place, and names what is missing', () => {
    const tags = { [TagName.sourceName]: 'src/train.mjs', [TagName.workingFolder]: 'src' };
    const made = (line: string): ReturnType<typeof rerunCommand> =>
      rerunCommand(run('x', hash('a'), {}, { ...tags, [TagName.commandLine]: line }));
    assert.deepEqual(made('/usr/bin/node /home/ada/project/src/train.mjs --data /data')?.args, ['node', 'train.mjs', '--data', '/data']);
    assert.deepEqual(made('"C:\\\\Program Files\\\\node.exe" C:\\p\\src\\train.mjs')?.args, ['node', 'train.mjs']);
    assert.equal(made('node train.mjs --token ***')?.complete, false);
    assert.equal(rerunCommand(run('y', hash('a'), {})), undefined);
  });

  it('finds what installs the dependencies', () => {
    assert.deepEqual(
      installs([
        'web/package.json',
        'requirements.txt',
        'uv.lock',
        'pyproject.toml',
        'package-lock.json',
        'package.json',
        'node_modules/a/package.json',
      ]).map(({ command, path }) => `${path}: ${command}`),
      ['package-lock.json: npm ci', 'uv.lock: uv sync', 'web/package.json: npm install'],
    );
  });

  it('knows one repository under several URLs', () => {
    for (const url of ['git@Example.org:team/p.git', 'ssh://git@example.org:22/team/p', 'https://ada:token@example.org/team/p.git/'])
      assert.ok(sameRepository(url, 'https://example.org/team/p'), url);
    assert.ok(!sameRepository('https://example.org/team/q', 'https://example.org/team/p'));
    assert.ok(sameRepository('C:\\repos\\r', 'C:/repos/r'));
  });
});
