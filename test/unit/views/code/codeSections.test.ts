import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import type { Commit } from '../../../../src/code/repository';
import type { Run } from '../../../../src/core/run';
import { changeOf } from '../../../../src/lineage/commitRuns';
import { codeTargets, revisionName, revisionOf } from '../../../../src/views/code/codeTarget';
import { dependencyRows } from '../../../../src/views/code/dependencyRows';
import { historyRows, type PlacedRun } from '../../../../src/views/code/historyRows';
import { refRows } from '../../../../src/views/code/refRows';
import { untranslated, type TreeRow } from '../../../../src/views/treeRow';

const ROOT = resolve('/projects/digits');
const NOW = 1_800_000_000_000;
const hash = (digit: string): string => digit.repeat(40);

function commit(digit: string, subject: string, refs: readonly string[] = []): Commit {
  return { hash: hash(digit), parents: [], subject, author: 'Ada', time: NOW - 3_600_000, refs };
}

function run(runId: string, status: Run['status'] = 'FINISHED'): Run {
  return {
    runId,
    runName: `run ${runId}`,
    experimentId: '1',
    userId: 'ada',
    status,
    startTime: NOW,
    endTime: undefined,
    lifecycleStage: 'active',
    artifactUri: '',
    params: [],
    metrics: [],
    tags: {},
    inputs: [],
    modelInputs: [],
    modelOutputs: [],
  };
}

const texts = (rows: readonly TreeRow[]): string[] =>
  rows.flatMap(({ label, description = '', children = [] }) => [`${label} | ${description}`, ...texts(children)]);

describe('sections of the Code view', () => {
  const placed = (before: number, after: number, key = 'val_accuracy'): PlacedRun => ({
    run: run('r1'),
    headline: { key, value: after },
    change: changeOf(key, before, after, hash('b')),
    location: '/store',
  });

  it('hangs runs beneath their commit, with what became of the metric', () => {
    const runsAt = (name: string): PlacedRun[] => {
      if (name === hash('a')) return [placed(0.9, 0.95), placed(0.4, 0.5, 'val_loss')];
      if (name !== hash('b')) return [];
      return [{ run: run('r2', 'RUNNING'), headline: undefined, change: undefined, location: '/store' }];
    };
    const commits = [commit('a', 'Widen', ['HEAD', 'refs/heads/main', 'refs/tags/v1']), commit('b', 'Begin\u001b[31m'), commit('c', '')];
    const rows = historyRows(commits, { list: 'x', root: ROOT, now: NOW, runsAt, more: true }, untranslated);
    assert.deepEqual(texts(rows), [
      'Widen | (main, v1) · aaaaaaaa · Ada · 1 h',
      'run r1 | 0.95 ▲ +0.05 · val_accuracy · better than at bbbbbbbb',
      'run r1 | 0.5 ▲ +0.1 · val_loss · worse than at bbbbbbbb',
      'Begin␛[31m | bbbbbbbb · Ada · 1 h',
      'run r2 | running',
      'cccccccc | cccccccc · Ada · 1 h',
      'Load More Commits | ',
    ]);
    const [beneath] = rows[0]?.children ?? [];
    assert.deepEqual([beneath?.location, beneath?.runId], ['/store', 'r1'], 'commands about runs take the row');
    assert.equal(revisionOf(codeTargets([rows[0]])[0]), hash('a'));
  });

  it('tells which packages of which dependency file moved', () => {
    const files = [
      { path: 'requirements.txt', packages: [], problem: undefined },
      { path: 'package.json', packages: [], problem: undefined },
    ];
    const packages = [
      { name: 'numpy', ecosystem: 'python', kind: 'down', before: '1.26', after: '1.25' },
      { name: 'torch', ecosystem: 'python', kind: 'up', before: '2.1', after: '2.3' },
      { name: 'tqdm', ecosystem: 'python', kind: 'added', before: undefined, after: '4' },
    ] as const;
    const changes = [{ path: 'requirements.txt', kind: 'changed', packages, problem: undefined }] as const;
    assert.deepEqual(texts(dependencyRows(ROOT, files, changes, untranslated)), [
      'requirements.txt | 1 up, 1 down, 1 added · changed since the last commit',
      'numpy | 1.26 → 1.25',
      'torch | 2.1 → 2.3',
      'tqdm | added 4',
      'package.json | 0 packages, as committed',
    ]);
    assert.match(texts(dependencyRows(ROOT, [], [], untranslated))[0] ?? '', /^No dependency file/);
  });

  it('tells how many runs a branch has, and the best', async () => {
    const local = [{ name: 'main', tip: hash('a'), upstream: undefined, subject: 'Widen', current: true }];
    const best = { key: 'val_accuracy', value: 0.98, run: run('r1') };
    const rows = refRows(ROOT, { local, remotes: new Map(), tags: [] }, untranslated, {
      branchRuns: new Map([['main', { count: 3, best }]]),
      commitsOf: (branch) => Promise.resolve([{ id: 'x', label: `commits of ${branch}` }]),
    });
    const [branch] = rows[0]?.children ?? [];
    assert.equal(branch?.description, '[3 runs, best 0.98 val_accuracy] aaaaaaaa Widen');
    assert.equal((await branch.load?.())?.[0]?.label, 'commits of main');
  });

  it('are about the selected rows where the clicked one is among them, else about that one', () => {
    const [one, other] = ['a', 'b'].map((digit) => ({ about: { kind: 'commit', root: ROOT, hash: hash(digit), subject: '' } }));
    assert.equal(codeTargets([one, [one, other]]).length, 2);
    assert.deepEqual(codeTargets([one, [other]]).map(revisionName), ['aaaaaaaa']);
    assert.deepEqual(codeTargets([undefined]), []);
    assert.deepEqual(codeTargets(['text', 7]), []);
    assert.equal(revisionOf({ kind: 'remoteBranch', root: ROOT, remote: 'origin', name: 'origin/main' }), 'refs/remotes/origin/main');
  });
});
