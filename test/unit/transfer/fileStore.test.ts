import assert from 'node:assert/strict';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../../src/store/engine';
import { Folders, experimentMeta, runId, runMeta, writeTree } from './folders';

describe('Import of a file store', () => {
  const folders = new Folders();
  let root: string;
  let engine: Engine;
  beforeEach(async () => {
    root = join(await folders.make(), 'mlruns');
    engine = await folders.store();
  });
  afterEach(() => folders.clear());

  const a = runId('a');
  const text = async (id: string, path: string): Promise<string> => new TextDecoder().decode(await engine.artifacts.read(id, path));
  const points = async (id: string, key: string): Promise<unknown[]> =>
    (await engine.metrics.history(id, key)).items.map(({ step, timestamp, value }) => [step, timestamp, value]);

  it('takes nested names, params of many lines, duplicate lines, and lines of two to four columns', async () => {
    await writeTree(root, {
      '1/meta.yaml': experimentMeta('odd'),
      '1/tags/mlflow.note.content': 'about\nit',
      [`1/${a}/meta.yaml`]: runMeta(a),
      [`1/${a}/metrics/val/loss`]: `10 0.5 1\n10 0.5 1\n11 nan 2\n12 0.25\r\n13 inf 3 ${a}\n`,
      [`1/${a}/params/optimizer/name`]: 'line 1\nline 2\n',
      [`1/${a}/tags/mlflow.runName`]: 'a',
      [`1/${a}/tags/plain`]: 'ü',
      [`1/${a}/artifacts/plots/x.txt`]: 'x',
    });
    const report = await folders.import(root, engine);
    assert.deepEqual(report.problems, []);
    const run = await engine.runs.get(a);
    assert.deepEqual(await points(a, 'val/loss'), [
      [0, 12, 0.25],
      [1, 10, 0.5],
      [2, 11, NaN],
      [3, 13, Number.MAX_VALUE],
    ]);
    assert.deepEqual(run.params, [{ key: 'optimizer/name', value: 'line 1\nline 2\n' }]);
    assert.deepEqual(run.tags, { 'mlflow.runName': 'a', plain: 'ü' });
    assert.deepEqual([run.status, run.startTime, run.endTime, run.userId], ['FINISHED', 1700000001000, 1700000002000, 'ana']);
    assert.equal(await text(a, 'plots/x.txt'), 'x');
    assert.deepEqual((await engine.experiments.getByName('odd'))?.tags, { 'mlflow.note.content': 'about\nit' });
  });

  it("takes what versions before 1.0 wrote: run_uuid, a status as a word, the source in the run's own fields", async () => {
    await writeTree(root, {
      '0/meta.yaml': 'experiment_id: 0\nname: Default\nartifact_location: /x/0\n',
      [`0/${a}/meta.yaml`]: `run_uuid: ${a}\nexperiment_id: 0\nname: ''\nsource_type: 4\nsource_name: train.py\nsource_version: abc\nentry_point_name: main\nuser_id: bo\nstatus: FAILED\nstart_time: 1500000000000\nend_time: null\nartifact_uri: C:\\Users\\bo\\mlruns\\0\\${a}\\artifacts\ntags: []\n`,
      [`0/${a}/artifacts/kept.txt`]: 'kept',
    });
    assert.deepEqual((await folders.import(root, engine)).problems, []);
    const run = await engine.runs.get(a);
    assert.deepEqual(
      [run.status, run.startTime, run.endTime, run.userId, run.runName],
      ['FAILED', 1500000000000, undefined, 'bo', `run-${a.slice(0, 8)}`],
    );
    assert.deepEqual(run.tags, {
      'mlflow.runName': run.runName,
      'mlflow.source.name': 'train.py',
      'mlflow.source.type': 'LOCAL',
      'mlflow.source.git.commit': 'abc',
      'mlflow.project.entryPoint': 'main',
      'mlflow.user': 'bo',
    });
    assert.equal(await text(a, 'kept.txt'), 'kept');
  });

  it('keeps what is deleted deleted: runs in place, experiments in .trash', async () => {
    const b = runId('b');
    await writeTree(root, {
      '1/meta.yaml': experimentMeta('kept'),
      [`1/${a}/meta.yaml`]: runMeta(a).replace('lifecycle_stage: active', 'lifecycle_stage: deleted'),
      '.trash/2/meta.yaml': experimentMeta('thrown away').replace('lifecycle_stage: active', 'lifecycle_stage: deleted'),
      [`.trash/2/${b}/meta.yaml`]: runMeta(b),
      [`.trash/2/${b}/params/p`]: '1',
    });
    for (const expected of [2, 0]) assert.equal((await folders.import(root, engine)).created, expected);
    assert.equal((await engine.runs.get(a)).lifecycleStage, 'deleted');
    assert.equal((await engine.experiments.getByName('kept'))?.lifecycleStage, 'active');
    assert.equal((await engine.experiments.getByName('thrown away'))?.lifecycleStage, 'deleted');
    const thrown = await engine.runs.get(b);
    assert.deepEqual([thrown.lifecycleStage, thrown.params], ['deleted', [{ key: 'p', value: '1' }]]);
  });

  it("reports what can't be read, item by item, and imports the rest", async () => {
    const [b, c, d] = [runId('b'), runId('c'), runId('d')];
    await writeTree(root, {
      [`7/${a}/meta.yaml`]: runMeta(a),
      [`7/${a}/metrics/m`]: '10 0.5 1\nrubbish\n11 x 2\n12 0.5 3\n',
      [`7/${a}/metrics/empty`]: '',
      [`7/${a}/params/bytes`]: new Uint8Array([0xff, 0xfe, 0x00]),
      [`7/${a}/params/long`]: 'x'.repeat(7_000),
      [`7/${a}/params/good`]: 'yes',
      [`7/${b}/metrics/m`]: '10 0.5 1\n',
      [`7/${c}/meta.yaml`]: 'a: [',
      [`7/${d}/meta.yaml`]: runMeta(a),
      '7/notes/readme.txt': 'no run',
    });
    const report = await folders.import(root, engine);
    const problems = report.problems.map(({ item, message }) => `${item}: ${message.slice(0, 60)}`).join('\n');
    for (const expected of [
      /^7\/meta.yaml: It is missing/m,
      new RegExp(`^7/${a}/metrics/m, line 2: It needs a timestamp|^7/${a}/metrics/m, line 2: Its timestamp`, 'm'),
      new RegExp(`^7/${a}/metrics/m, line 3: Its value "x"`, 'm'),
      new RegExp(`^7/${a}/metrics/empty: It holds no points`, 'm'),
      new RegExp(`^7/${a}/params/bytes: It is no UTF-8 text`, 'm'),
      new RegExp(`^the run a \\(${a}\\), the param long: .*exceeds`, 'm'),
      new RegExp(`^7/${b}: It has no meta.yaml`, 'm'),
      new RegExp(`^7/${c}/meta.yaml: It is no YAML at line 1`, 'm'),
      new RegExp(`^7/${d}/meta.yaml: It is of the run ${a}`, 'm'),
    ])
      assert.match(problems, expected);
    assert.equal(report.created, 1);
    assert.equal((await engine.experiments.getByName('7'))?.lifecycleStage, 'active');
    const run = await engine.runs.get(a);
    assert.deepEqual(run.params, [{ key: 'good', value: 'yes' }]);
    assert.deepEqual(await points(a, 'm'), [
      [1, 10, 0.5],
      [3, 12, 0.5],
    ]);
  });

  it('takes data sets, models and what runs have used and made of them', async () => {
    const m = `m-${runId('c')}`;
    await writeTree(root, {
      '1/meta.yaml': experimentMeta('models'),
      [`1/${a}/meta.yaml`]: runMeta(a),
      [`1/${a}/inputs/i1/meta.yaml`]: `source_type: DATASET\nsource_id: d1\ndestination_type: RUN\ntags:\n  mlflow.data.context: train\n`,
      [`1/${a}/inputs/i2/meta.yaml`]: `source_type: DATASET\nsource_id: gone\n`,
      [`1/${a}/outputs/${m}/meta.yaml`]: `source_type: RUN_OUTPUT\ndestination_type: MODEL_OUTPUT\ndestination_id: ${m}\nstep: 4\ntags: {}\n`,
      [`1/${a}/metrics/acc`]: '10 0.5 3\n',
      '1/datasets/d1/meta.yaml': `name: mnist\ndigest: '12e4'\nsource_type: local\nsource: '{"uri": "x"}'\nschema: null\nprofile: '{}'\n`,
      [`1/models/${m}/meta.yaml`]: `model_id: ${m}\nname: cnn\nmodel_type: keras\nsource_run_id: ${a}\nstatus: 2\ncreation_timestamp: 1700000001500\nartifact_location: /gone\n`,
      [`1/models/${m}/params/depth`]: '3',
      [`1/models/${m}/tags/kind`]: 'cnn',
      [`1/models/${m}/metrics/acc`]: `10 0.5 3 ${a} mnist 12e4\n`,
      [`1/models/${m}/artifacts/MLmodel`]: 'flavors: {}',
    });
    const report = await folders.import(root, engine);
    assert.deepEqual(
      report.problems.map(({ message }) => message),
      ["The data set gone that it names can't be read."],
    );
    const run = await engine.runs.get(a);
    assert.deepEqual(run.inputs, [
      {
        dataset: { name: 'mnist', digest: '12e4', sourceType: 'local', source: '{"uri": "x"}', schema: undefined, profile: '{}' },
        tags: { 'mlflow.data.context': 'train' },
      },
    ]);
    assert.deepEqual(run.modelOutputs, [{ modelId: m, step: 4 }]);
    const model = await engine.loggedModels.get(m);
    assert.deepEqual(
      [model.name, model.modelType, model.sourceRunId, model.status, model.creationTime, model.params, model.tags],
      ['cnn', 'keras', a, 'READY', 1700000001500, { depth: '3' }, { kind: 'cnn' }],
    );
    assert.deepEqual(model.metrics, [
      { key: 'acc', value: 0.5, timestamp: 10, step: 3, runId: a, datasetName: 'mnist', datasetDigest: '12e4' },
    ]);
    assert.equal((await engine.artifactTree.list(`${run.experimentId}/models/${m}/artifacts`))[0]?.size, 11);
  });

  it('takes the data sets of a run of which one is refused', async () => {
    await writeTree(root, {
      '1/meta.yaml': experimentMeta('data'),
      '1/datasets/d1/meta.yaml': 'name: good\ndigest: "1"\nsource: here\nsource_type: local\n',
      '1/datasets/d2/meta.yaml': 'name: bad\ndigest: "2"\nsource_type: local\n',
      [`1/${a}/meta.yaml`]: runMeta(a),
      [`1/${a}/inputs/i1/meta.yaml`]: 'source_id: d1\nsource_type: DATASET\ntags: {}\n',
      [`1/${a}/inputs/i2/meta.yaml`]: 'source_id: d2\nsource_type: DATASET\ntags: {}\n',
    });
    const report = await folders.import(root, engine);
    assert.deepEqual(
      report.problems.map(({ item }) => item),
      [`the run ${a}, the data set bad`],
    );
    assert.deepEqual(
      (await engine.runs.get(a)).inputs.map(({ dataset }) => dataset.name),
      ['good'],
    );
  });

  it('takes the registry with aliases, stages and gaps, from places that have moved', async () => {
    const version = (number: number, stage: string): string =>
      `name: digits\nversion: ${number}\ncreation_timestamp: ${1700000003000 + number}\ncurrent_stage: ${stage}\nrun_id: ${a}\nsource: file:///old/place/mlruns/1/${a}/artifacts/model\nuser_id: ana\ndescription: 'no ${number}'\n`;
    await writeTree(root, {
      '1/meta.yaml': experimentMeta('registry'),
      [`1/${a}/meta.yaml`]: runMeta(a),
      [`1/${a}/artifacts/model/MLmodel`]: 'flavors: {}',
      'models/digits/meta.yaml': 'name: digits\ndescription: reads digits\ncreation_timestamp: 1700000003000\n',
      'models/digits/tags/task': 'vision',
      'models/digits/aliases/champion': '3',
      'models/digits/aliases/broken': 'three',
      'models/digits/version-1/meta.yaml': version(1, 'Archived'),
      'models/digits/version-1/tags/checked': 'yes',
      'models/digits/version-2/meta.yaml': version(2, 'Deleted_Internal'),
      'models/digits/version-3/meta.yaml': version(3, 'Production'),
      'models/a prompt/meta.yaml': 'name: a prompt\n',
      'models/a prompt/tags/mlflow.prompt.is_prompt': 'true',
    });
    for (const created of [2, 0]) {
      const report = await folders.import(root, engine);
      assert.equal(report.modelVersions, created);
      assert.deepEqual(report.problems.map(({ item }) => item).sort(), ['models/a prompt', 'models/digits/aliases/broken']);
    }
    const model = await engine.registry.getModel('digits');
    assert.deepEqual(
      [model.description, model.tags, model.aliases, model.creationTime],
      ['reads digits', { task: 'vision' }, { champion: 3 }, 1700000003000],
    );
    const versions = (await engine.registry.searchVersions({ name: 'digits' })).items;
    assert.deepEqual(
      versions.map(({ version: number, currentStage, source, creationTime, tags, description }) => [
        number,
        currentStage,
        source,
        creationTime,
        tags,
        description,
      ]),
      [
        [3, 'Production', `runs:/${a}/model`, 1700000003003, {}, 'no 3'],
        [1, 'Archived', `runs:/${a}/model`, 1700000003001, { checked: 'yes' }, 'no 1'],
      ],
    );
  });

  it('brings what a run has got since, and nothing twice', async () => {
    await writeTree(root, {
      '1/meta.yaml': experimentMeta('going on'),
      [`1/${a}/meta.yaml`]: runMeta(a).replace('status: 3', 'status: 1').replace('end_time: 1700000002000', 'end_time: null'),
      [`1/${a}/metrics/loss`]: '10 0.5 1\n11 0.4 2\n',
      [`1/${a}/artifacts/log.txt`]: 'short',
    });
    assert.deepEqual(counts(await folders.import(root, engine)), [1, 0, 0]);
    assert.deepEqual(counts(await folders.import(root, engine)), [0, 0, 1]);
    await writeTree(root, {
      [`1/${a}/meta.yaml`]: runMeta(a),
      [`1/${a}/metrics/loss`]: '10 0.5 1\n11 0.4 2\n12 0.3 3\n',
      [`1/${a}/params/late`]: '1',
      [`1/${a}/artifacts/log.txt`]: 'longer than before',
    });
    assert.deepEqual(counts(await folders.import(root, engine)), [0, 1, 0]);
    const run = await engine.runs.get(a);
    assert.deepEqual([run.status, run.endTime, run.metrics[0]?.count], ['FINISHED', 1700000002000, 3]);
    assert.equal(await text(a, 'log.txt'), 'longer than before');
    assert.deepEqual(counts(await folders.import(root, engine)), [0, 0, 1]);
  });

  it('reads no file outside the store, whatever links and meta files say', async function () {
    if (process.platform === 'win32') this.skip();
    const outside = await writeTree(join(root, '..', 'outside'), { 'secret.txt': 'secret', 'folder/secret.txt': 'secret' });
    const [b, c, d] = [runId('b'), runId('c'), runId('d')];
    await writeTree(root, {
      '1/meta.yaml': experimentMeta('hostile'),
      [`1/${a}/meta.yaml`]: runMeta(a),
      [`1/${a}/artifacts/good.txt`]: 'good',
      [`1/${b}/meta.yaml`]: runMeta(b).replace(/artifact_uri: .*/, `artifact_uri: file://${outside}`),
      [`1/${c}/meta.yaml`]: runMeta(c),
      [`1/${d}/meta.yaml`]: runMeta(d).replace(/artifact_uri: .*/, `artifact_uri: ./outside/folder`),
      [`1/${a}/params/good`]: 'good',
    });
    await symlink(join(outside, 'secret.txt'), join(root, '1', a, 'artifacts', 'link.txt'));
    await symlink('good.txt', join(root, '1', a, 'artifacts', 'inside.txt'));
    await symlink(join(outside, 'folder'), join(root, '1', a, 'artifacts', 'linked'));
    await symlink(join(outside, 'secret.txt'), join(root, '1', a, 'params', 'stolen'));
    await symlink(outside, join(root, '1', c, 'artifacts'));
    await symlink(outside, join(root, '2'));
    await mkdir(join(root, '3', runId('e')), { recursive: true });
    await symlink(join(outside, 'secret.txt'), join(root, '3', runId('e'), 'meta.yaml'));
    const report = await folders.import(root, engine);
    assert.deepEqual(
      (await engine.artifacts.list(a)).map(({ path }) => path),
      ['good.txt', 'inside.txt'],
    );
    for (const id of [b, c, d]) assert.deepEqual(await engine.artifacts.list(id), [], id);
    assert.deepEqual((await engine.runs.get(a)).params, [{ key: 'good', value: 'good' }]);
    const items = report.problems.map(({ item }) => item);
    for (const item of [
      `the run ${a}, the file link.txt`,
      `the run ${a}, the file linked`,
      `1/${a}/params/stolen`,
      `the run ${b}`,
      `the run ${c}`,
      `the run ${d}`,
      '2',
      `3/${runId('e')}/meta.yaml`,
    ])
      assert.ok(items.includes(item), `${item} is not among\n${items.join('\n')}`);
    assert.ok(!JSON.stringify(report.problems).includes('"secret"'));
  });

  it('takes the files of a store that was moved, and of one whose experiment keeps them elsewhere', async () => {
    const b = runId('b');
    const elsewhere = join(root, '..', 'elsewhere', b, 'artifacts');
    await writeTree(root, {
      '1/meta.yaml': experimentMeta('moved'),
      [`1/${a}/meta.yaml`]: runMeta(a),
      [`1/${a}/artifacts/x.txt`]: 'beside',
      [`1/${b}/meta.yaml`]: runMeta(b).replace(/artifact_uri: .*/, `artifact_uri: ${elsewhere}`),
    });
    await writeTree(elsewhere, { 'y.txt': 'elsewhere' });
    const moved = join(root, '..', 'renamed');
    await rename(root, moved);
    assert.deepEqual((await folders.import(moved, engine)).problems, []);
    assert.deepEqual([await text(a, 'x.txt'), await text(b, 'y.txt')], ['beside', 'elsewhere']);
  });

  it('names what is none', async () => {
    const folder = await folders.make();
    await assert.rejects(folders.import(folder, engine), /no file store/);
    await assert.rejects(folders.import(join(folder, 'nothing'), engine), /nothing at/);
    await writeFile(join(folder, 'x.txt'), 'text');
    await assert.rejects(folders.import(join(folder, 'x.txt'), engine), /no SQLite database/);
    await assert.rejects(folders.import('http://127.0.0.1:5000', engine), /pull --from http:/);
    await assert.rejects(
      folders.import('postgresql://u:secret@h/db', engine),
      (error: Error) => /postgresql/.test(error.message) && !/secret/.test(error.message),
    );
  });
});

function counts({ created, resumed, unchanged }: { created: number; resumed: number; unchanged: number }): number[] {
  return [created, resumed, unchanged];
}
