import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeDataFiles } from '../../../src/autolog/fileDataset';
import { CodeReader } from '../../../src/code/reader';
import type { Dataset } from '../../../src/core/dataset';
import type { LineageGraph } from '../../../src/core/lineageGraph';
import { TagName } from '../../../src/core/tagNames';
import { readDataVersion } from '../../../src/data/used/dataVersion';
import { DataReader } from '../../../src/data/reader';
import { DataRuns, type KnownRun, type VersionUses } from '../../../src/lineage/dataRuns';
import { GitRevisions } from '../../../src/lineage/gitRevisions';
import { LineageReader } from '../../../src/lineage/lineageReader';
import { runLineage } from '../../../src/lineage/runLineage';
import type { Engine } from '../../../src/store/engine';
import { openStore } from '../../../src/store/sqlite/store';
import { CodeRepository } from '../code/codeRepository';
import { DataRepository } from '../data/dataRepository';

describe('Data and the runs that used it', function () {
  this.timeout(60_000);
  let folder: string;
  let data: DataRepository;
  let repository: CodeRepository;
  let engine: Engine;
  let code: CodeReader;
  let reader: DataReader;
  let clock: number;

  beforeEach(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'ml-used-')));
    engine = await openStore(join(folder, '.tracking'), { create: true });
    data = new DataRepository();
    repository = new CodeRepository(data.root);
    repository.git('init', '--quiet', '--initial-branch=main');
    data.write('.gitignore', '/.dvc/cache\n*.csv\nimgs\n');
    code = new CodeReader(() => undefined);
    reader = new DataReader(() => undefined, { revisions: new GitRevisions(code) });
    clock = Date.now();
  });
  afterEach(async () => {
    delete process.env['GIT_COMMITTER_DATE'];
    reader.dispose();
    await engine.close();
    repository.dispose();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  function version(path: string, content: string, subject: string): string {
    data.write(path, content);
    const digest = data.add(path.startsWith('imgs/') ? 'imgs' : path);
    repository.git('add', '-A');
    process.env['GIT_COMMITTER_DATE'] = `${Math.floor((clock += 60_000) / 1000)} +0000`;
    repository.git('commit', '--quiet', '--allow-empty', '-m', subject);
    return digest;
  }

  async function run(name: string, datasets: readonly (readonly [Dataset, string?])[], tags: Record<string, string> = {}): Promise<string> {
    const { runId } = await engine.runs.create({ experimentId: '0', name, startTime: (clock += 1_000) });
    await engine.runs.logBatch(runId, { tags, metrics: [{ key: 'test_accuracy', value: 0.9, timestamp: clock, step: 0 }] });
    await engine.runs.logInputs(
      runId,
      datasets.map(([dataset, context = '']) => ({ dataset, tags: { 'mlflow.data.context': context } })),
    );
    return runId;
  }
  const described = (...paths: string[]): Promise<Dataset> => describeDataFiles({ paths }, data.root, readDataVersion);
  /** As Python's client tells of a file: with a digest of its own. */
  const python = (uri: string): Dataset => ({
    // A store keeps one data set of a name and digest.
    name: `dataset ${uri}`,
    digest: '3dc6b4a0',
    sourceType: 'local',
    source: JSON.stringify({ uri }),
    schema: undefined,
    profile: undefined,
  });

  async function known(): Promise<DataRuns> {
    const { items } = await engine.runs.search({ experimentIds: ['0'] });
    return new DataRuns(items.map((each): KnownRun => [engine.info.location, each]));
  }
  async function uses(path: string): Promise<{ readonly drawn: string[]; readonly found: VersionUses }> {
    const runs = await known();
    const history = await reader.versions(data.root, data.path(path));
    const place = { root: data.root, path, history };
    const commits = runs.commitsFor(place);
    const found = runs.ofVersions(place, commits.length > 0 ? await code.graph(data.root, commits) : new Map());
    const drawn = history.versions.map(({ subject, commit }) => {
      const names = (found.byCommit.get(commit) ?? []).map(
        ({ run: each, context, by }) => `${each.runName}${context ? ` ${context}` : ''} ${by}`,
      );
      return `${subject}: ${names.join(', ')}`;
    });
    return { drawn, found };
  }

  it('are tied by the content, with what it was used for', async () => {
    version('ä.csv', '1\n', 'One');
    await run('first', [
      [await described('ä.csv'), 'train'],
      [{ ...(await described('ä.csv')), name: 'held out' }, 'validation'],
    ]);
    version('ä.csv', '2\n', 'Two');
    version('b.csv', 'b\n', 'Other');
    await run('both', [[await described('ä.csv', 'b.csv'), 'train']]);
    version('ä.csv', '1\n', 'Back');
    await run('again', [[await described('ä.csv'), 'test']]);
    const { drawn } = await uses('ä.csv');
    assert.deepEqual(drawn, ['Back: again test digest', 'Two: both train digest', 'One: first train, validation digest']);
    assert.deepEqual((await uses('b.csv')).drawn, ['Other: both train digest']);
  });

  it('are tied by the run’s commit where the run only names the path', async () => {
    version('a.csv', '1\n', 'One');
    repository.git('checkout', '--quiet', '-b', 'side');
    const side = repository.commit('note.txt', 'x', 'Elsewhere');
    repository.git('checkout', '--quiet', 'main');
    version('a.csv', '2\n', 'Two');
    const later = repository.commit('other.txt', 'x', 'Later');
    await run('older', [[python('a.csv'), 'train']], { [TagName.gitCommit]: side });
    await run('newer', [[python(`file://${data.path('a.csv')}`)]], { [TagName.gitCommit]: later });
    await run('elsewhere', [[python('other/a.csv')]], { [TagName.gitCommit]: later });
    await run('unknown', [[python('a.csv')]], { [TagName.gitCommit]: 'f'.repeat(40) });
    await run('web', [[{ ...python(''), source: '{"uri": "https://example.org/a.csv"}', sourceType: 'http' }]]);
    await run('odd', [[{ ...python(''), source: 'not json' }]]);
    assert.deepEqual((await uses('a.csv')).drawn, ['Two: newer commit', 'One: older train commit']);
  });

  it('are those of a folder too, where a run names a file in it', async () => {
    version('imgs/x', 'x\n', 'One');
    const commit = repository.commit('note.txt', 'x', 'Note');
    await run('folder', [[await described('imgs')]]);
    await run('file', [[await described('imgs/x')]], { [TagName.gitCommit]: commit });
    assert.deepEqual((await uses('imgs')).drawn, ['One: file commit, folder digest']);
    assert.deepEqual((await uses('imgs/x')).drawn, ['One: file digest']);
  });

  it('of what is empty are those that name it, and of two with one content the run’s own is drawn', async () => {
    version('a.csv', '', 'Empty');
    version('b.csv', '', 'Empty too');
    await run('of a', [[await described('a.csv')]]);
    assert.deepEqual([(await uses('a.csv')).drawn, (await uses('b.csv')).drawn], [['Empty: of a digest'], ['Empty too: ']]);
    version('c.csv', 'same\n', 'C');
    version('d.csv', 'same\n', 'D');
    await run('of d', [[await described('d.csv')]]);
    // The content is what ties them, whatever its name.
    assert.deepEqual([(await uses('c.csv')).drawn, (await uses('d.csv')).drawn], [['C: of d digest'], ['D: of d digest']]);
    const status = await reader.status(data.root);
    const facts = { statuses: [status], models: [] };
    const drawn = (await engine.runs.search({ experimentIds: ['0'] })).items.map((each) => {
      const { nodes } = runLineage([engine.info.location, each], facts);
      return [each.runName, nodes.filter(({ kind }) => kind === 'data').map(({ label }) => label)];
    });
    assert.deepEqual(drawn, [
      ['of d', ['d.csv']],
      ['of a', ['a.csv']],
    ]);
  });

  it('are told where no commit has what they used', async () => {
    version('a.csv', '1\n', 'One');
    data.write('a.csv', '1\n2\n');
    await run('changed', [[{ ...(await described('a.csv')), digest: 'c'.repeat(32) }]]);
    data.add('a.csv');
    await run('recorded', [[await described('a.csv')]]);
    const { drawn, found } = await uses('a.csv');
    assert.deepEqual(drawn, ['One: ']);
    assert.deepEqual(
      [found.now, found.unrecorded].map((list) => list.map(({ run: each }) => each.runName)),
      [['recorded'], ['changed']],
    );
  });

  function drawn({ nodes, edges }: LineageGraph): string[] {
    const labels = new Map(nodes.map((node) => [node.id, node.label.replace(/^commit .*/, 'commit')]));
    return edges.map(({ from, to }) => `${labels.get(from)} → ${labels.get(to)}`).sort();
  }
  async function lineage(): Promise<LineageReader> {
    const ancestors: ConstructorParameters<typeof LineageReader>[1]['ancestors'] = (root, commits) => code.graph(root, commits);
    return new LineageReader(reader, { known: await known(), ancestors }, (location) =>
      location === engine.info.location ? engine : undefined,
    );
  }

  it('lead from sources through stages to runs and models, and back', async () => {
    const url = 'https://example.org/raw.csv';
    data.write('raw.csv', 'r\n');
    const raw = data.add('raw.csv', `deps:\n- path: ${url}\n  checksum: x\n  size: 2\n`);
    data.write('dvc.yaml', 'stages:\n  cut:\n    cmd: cut\n    deps: [raw.csv, cut.py]\n    outs: [train.csv]\n');
    data.write('cut.py', 'pass\n');
    data.write('train.csv', 'old\n');
    const old = await described('train.csv');
    const lock = (digest: string, size: number): void =>
      // Not an hour back, where git would miss that it has changed within a second.
      writeFileSync(
        data.path('dvc.lock'),
        `schema: '2.0'\nstages:\n  cut:\n    cmd: cut\n    deps:\n    - path: raw.csv\n      hash: md5\n      md5: ${raw}\n      size: 2\n    outs:\n    - path: train.csv\n      hash: md5\n      md5: ${digest}\n      size: ${size}\n`,
      );
    lock(old.digest, 4);
    repository.git('add', '-A');
    const commit = repository.commit('note.txt', 'x', 'Old');
    const before = await run('before', [[old, 'train']], { [TagName.gitCommit]: commit });
    data.write('train.csv', 'newer\n');
    lock(createHash('md5').update('newer\n').digest('hex'), 6);
    const now = await described('train.csv');
    repository.git('add', '-A');
    repository.commit('note.txt', 'y', 'New');
    const after = await run('after', [[now, 'train']]);
    await engine.registry.createModel('digits');
    await engine.registry.createVersion({ name: 'digits', source: `runs:/${before}/models`, runId: before });
    const logged = await engine.loggedModels.create({ experimentId: '0', name: 'net', sourceRunId: after });
    await engine.registry.createVersion({ name: 'digits', source: `models:/${logged.modelId}` });

    const status = await reader.status(data.root);
    const reads = await lineage();
    const whole = [
      'after → digits v2',
      'before → digits v1',
      'cut → train.csv',
      'cut → train.csv',
      'cut.py → cut',
      `${url} → raw.csv`,
      'raw.csv → cut',
      'train.csv → after',
      'train.csv → before',
    ].sort();
    const ofTrain = await reads.ofData(status, 'train.csv', data.path('train.csv'));
    assert.deepEqual(drawn(ofTrain.graph), whole);
    assert.match(
      ofTrain.graph.nodes.find(({ label }) => label === 'before')?.detail ?? '',
      /^0\.9 test_accuracy · train · [0-9a-f]{8} · running$/,
    );
    const ofRaw = drawn((await reads.ofData(status, 'raw.csv', data.path('raw.csv'))).graph);
    assert.deepEqual(ofRaw, [`${url} → raw.csv`, 'raw.csv → cut', 'cut → train.csv', 'train.csv → after', 'after → digits v2'].sort());
    const ofRun = await reads.ofRun([status], engine.info.location, before);
    assert.deepEqual(
      drawn(ofRun.graph),
      [
        'before → digits v1',
        'commit → before',
        'cut → train.csv',
        'cut.py → cut',
        `${url} → raw.csv`,
        'raw.csv → cut',
        'train.csv → before',
      ].sort(),
    );
    assert.equal(ofRun.graph.nodes.find(({ id }) => id === ofRun.centre)?.label, 'before');
    const ofModel = await reads.ofModel([status], engine.info.location, 'digits', 2);
    assert.deepEqual(
      drawn(ofModel.graph),
      ['after → digits v2', 'cut → train.csv', 'cut.py → cut', `${url} → raw.csv`, 'raw.csv → cut', 'train.csv → after'].sort(),
    );
  });

  it('stay small: of many runs some are shown, and how many more there are', async () => {
    version('a.csv', '1\n', 'One');
    const used = await described('a.csv');
    for (let index = 0; index < 30; index++) await run(`run ${index}`, [[used]]);
    const { graph } = await (await lineage()).ofData(await reader.status(data.root), 'a.csv', data.path('a.csv'));
    assert.deepEqual([graph.nodes.length, graph.edges.length], [14, 13]);
    assert.deepEqual(
      graph.nodes.slice(-2).map(({ label }) => label),
      ['run 18', '18 more runs'],
    );
  });
});
