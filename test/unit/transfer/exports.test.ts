import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TagName } from '../../../src/core/tagNames';
import type { Engine } from '../../../src/store/engine';
import { EngineSource } from '../../../src/transfer/engineSource';
import { exportCsv } from '../../../src/transfer/exports/csvExport';
import { writeFolder } from '../../../src/transfer/exports/exportFolder';
import { type ExportOptions, exportFileStore } from '../../../src/transfer/exports/fileStoreExport';
import { placeUnder } from '../../../src/transfer/exports/exportPath';
import { pythonYaml } from '../../../src/transfer/exports/pythonYaml';
import { MetricFiles } from '../../../src/transfer/exports/storeFiles';
import type { SourceRegisteredModel } from '../../../src/transfer/source';
import { Folders } from './folders';

describe('Exports', () => {
  const folders = new Folders();
  let folder: string;
  let engine: Engine;
  beforeEach(async () => {
    folder = await folders.make();
    engine = await folders.store();
  });
  afterEach(() => folders.clear());

  const asFileStore = (into: string, options: ExportOptions = {}, replace = false) =>
    writeFolder(into, replace, async (temporary, place) => {
      const result = await exportFileStore(new EngineSource(engine), temporary, place, options);
      return { keep: !result.stopped, result };
    });

  async function fill(): Promise<string> {
    const experimentId = await engine.experiments.create('odd: "names"', { note: '- a\n- b' });
    const { runId } = await engine.runs.create({
      experimentId,
      name: "it's: #1",
      startTime: 1000,
      userId: 'ana',
      tags: { 'a/b': 'tag', formula: '=1+1' },
    });
    await engine.runs.logBatch(runId, {
      params: [
        { key: 'lr', value: '-0.1' },
        { key: 'text', value: 'a, "b"\nc' },
      ],
      metrics: [
        { key: 'val/loss', value: 0.5, step: 1, timestamp: 10 },
        { key: 'val/loss', value: NaN, step: 2, timestamp: 11 },
        { key: 'tiny', value: 5e-324, step: -1, timestamp: 12 },
      ],
    });
    await engine.artifacts.write(runId, 'folder/x.txt', 'x');
    await engine.runs.update(runId, { status: 'FINISHED', endTime: 2000 });
    return runId;
  }

  it('as a file store are what an import makes of them again', async () => {
    const runId = await fill();
    const into = join(folder, 'out');
    const report = await asFileStore(into);
    assert.deepEqual([report.created, report.files, report.problems], [1, 1, []]);
    const again = await folders.store();
    assert.deepEqual((await folders.import(into, again)).problems, []);
    const [was, is] = [await engine.runs.get(runId), await again.runs.get(runId)];
    const inOrder = <T extends { readonly key: string }>(items: readonly T[]): T[] => [...items].sort((x, y) => (x.key < y.key ? -1 : 1));
    assert.deepEqual(
      { ...is, artifactUri: '', params: inOrder(is.params), metrics: inOrder(is.metrics) },
      { ...was, artifactUri: '', params: inOrder(was.params), metrics: inOrder(was.metrics) },
    );
    assert.equal(new TextDecoder().decode(await again.artifacts.read(runId, 'folder/x.txt')), 'x');
    assert.deepEqual((await again.experiments.getByName('odd: "names"'))?.tags, { note: '- a\n- b' });
  });

  it("tell of keys that can't be files side by side, and keep the rest", async () => {
    const runId = await fill();
    await engine.runs.logBatch(runId, { tags: { 'a/b/c': 'below a file' }, metrics: [{ key: 'val', value: 1, step: 1, timestamp: 1 }] });
    const report = await asFileStore(join(folder, 'out'));
    assert.equal(report.created, 1);
    assert.deepEqual(report.problems.map(({ item }) => item.replace(/^the run .*\), /, '')).sort(), [
      'the metric val/loss',
      'the tag a/b/c',
    ]);
  });

  it('as tables have a row for each run and one for each point, numbers as numbers, and no formula', async () => {
    const runId = await fill();
    const other = await engine.runs.create({ experimentId: '0', name: 'other', startTime: 3000 });
    const into = join(folder, 'csv');
    await writeFolder(into, false, async (temporary) => ({ keep: true, result: await exportCsv(new EngineSource(engine), temporary, {}) }));
    const runs = await readFile(join(into, 'runs.csv'), 'utf8');
    assert.equal(
      runs,
      [
        `run_id,run_name,experiment,status,lifecycle_stage,user,start_time,end_time,params.lr,params.text,metrics.tiny,metrics.val/loss,tags.a/b,tags.formula,tags.${TagName.runName}`,
        `${runId},it's: #1,"odd: ""names""",FINISHED,active,ana,1970-01-01T00:00:01.000Z,1970-01-01T00:00:02.000Z,-0.1,"a, ""b""\nc",5e-324,NaN,tag,'=1+1,it's: #1`,
        `${other.runId},other,Default,RUNNING,active,,1970-01-01T00:00:03.000Z,,,,,,,,other`,
        '',
      ].join('\r\n'),
    );
    const points = await readFile(join(into, 'metrics.csv'), 'utf8');
    assert.deepEqual(
      points.trim().split('\r\n').sort(),
      [
        `${runId},tiny,-1,12,5e-324`,
        `${runId},val/loss,1,10,0.5`,
        `${runId},val/loss,2,11,NaN`,
        'run_id,metric,step,timestamp,value',
      ].sort(),
    );
  });

  it('leave alone what is there, unless they are told to replace what one of them has written', async () => {
    await fill();
    const into = join(folder, 'out');
    await mkdir(into);
    await asFileStore(into);
    await writeFile(join(into, 'stale.txt'), 'x');
    await assert.rejects(asFileStore(into), /holds something already/);
    await asFileStore(into, {}, true);
    assert.ok(!(await readdir(into)).includes('stale.txt'));
    const precious = join(folder, 'precious');
    await mkdir(precious);
    await writeFile(join(precious, 'thesis.txt'), 'x');
    await assert.rejects(asFileStore(precious, {}, true), /not written by an export/);
    assert.deepEqual(await readdir(precious), ['thesis.txt']);
    await assert.rejects(asFileStore(join(precious, 'thesis.txt')), /is a file/);
  });

  it('as tables leave out a run that can not be read, and say so', async () => {
    const runId = await fill();
    const other = await engine.runs.create({ experimentId: '0', name: 'other' });
    const source = new EngineSource(engine);
    const read = source.run.bind(source);
    source.run = (id) => (id === runId ? Promise.reject(new Error('broken')) : read(id));
    const into = join(folder, 'csv');
    const report = await writeFolder(into, false, async (temporary) => ({ keep: true, result: await exportCsv(source, temporary, {}) }));
    assert.deepEqual([[...report.runs.keys()], report.problems], [[other.runId], [{ item: `the run ${runId}`, message: 'broken' }]]);
    assert.equal((await readFile(join(into, 'runs.csv'), 'utf8')).split('\r\n').length, 3);
  });

  it('write nothing outside their folder, whatever a server says', async () => {
    const runId = await fill();
    const source = new EngineSource(engine);
    const read = source.run.bind(source);
    const open = () => Promise.resolve(new Blob(['x']).stream() as never);
    source.run = async (id) => ({ ...(await read(id)), params: [{ key: '../../../../param', value: 'x' }], tags: { 'a/../../x': 'x' } });
    source.points = async function* () {
      yield [{ key: '../../../../metric', value: 1, step: 1, timestamp: 1 }];
    };
    source.runFiles = async function* () {
      for (const path of ['../../../../file', '/etc/x', 'a//b', 'fine']) yield { path, size: 1, open };
    };
    source.registeredModels = async (): Promise<SourceRegisteredModel[]> => [
      { name: '../../model', description: '', creationTime: 1, tags: {}, aliases: {}, versions: [] },
      { name: 'fine', description: '', creationTime: 1, tags: {}, aliases: { '../../../alias': 1 }, versions: [] },
    ];
    const report = await writeFolder(join(folder, 'out'), false, async (temporary, place) => ({
      keep: true,
      result: await exportFileStore(source, temporary, place, {}),
    }));
    assert.equal(report.problems.length, 7, JSON.stringify(report.problems));
    assert.equal(report.files, 1);
    assert.deepEqual(await readdir(folder), ['out']);
    assert.deepEqual((await readdir(join(folder, 'out'))).sort(), ['.ml-tracking-export', '.trash', '0', '1', 'models']);
    assert.deepEqual(await readdir(join(folder, 'out', 'models')), ['fine']);
    assert.deepEqual(await readdir(join(folder, 'out', '1', runId, 'artifacts')), ['fine']);
  });

  it('use no name that Windows would write elsewhere', () => {
    for (const name of ['a:b', 'CON', 'nul.txt', 'x/aux/y', 'ends.', 'ends /x', 'a\\b', 'what?', 'tab\tx'])
      assert.throws(() => placeUnder('/f', name, 'win32'), /Windows has no file/, name);
    assert.equal(placeUnder('/f', 'a/console.txt', 'win32'), join('/f', 'a', 'console.txt'));
    assert.equal(placeUnder('/f', 'a:b', 'linux'), join('/f', 'a:b'));
  });

  it('keep metrics apart whose names differ in their case alone', async () => {
    for (const [platform, expected] of [
      ['linux', []],
      ['darwin', ['Loss']],
      ['win32', ['Loss']],
    ] as const) {
      const refused: string[] = [];
      const files = new MetricFiles(join(folder, platform), (key) => refused.push(key), platform);
      for (let page = 0; page < 2; page++) await files.append(['loss', 'Loss'].map((key) => ({ key, line: `${page}` })));
      assert.deepEqual(refused, expected);
      assert.equal(await readFile(join(folder, platform, 'loss'), 'utf8'), '0\n1\n');
    }
  });

  it('that are stopped leave nothing behind', async () => {
    await fill();
    const stop = new AbortController();
    const report = await asFileStore(join(folder, 'out'), { signal: stop.signal, onProgress: () => stop.abort(new Error('stopped')) });
    assert.equal(report.stopped, true);
    assert.deepEqual(await readdir(folder), []);
  });

  it('write YAML in which every text stays a text', () => {
    assert.equal(
      pythonYaml({ b: 'yes', a: 1, n: null, t: { 'k"': '\u0085\u2028' }, e: {}, l: [] }),
      'a: 1\nb: "yes"\ne: {}\nl: []\nn: null\nt:\n  "k\\"": "\\u0085\\u2028"\n',
    );
  });
});
