import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProgram } from '../../../src/cli/program';
import { failure, type Output } from '../../../src/cli/output';
import { openStore } from '../../../src/store/sqlite/store';
import { CodeRepository } from '../code/codeRepository';
import { DataRepository } from '../data/dataRepository';

describe('ml-tracking data versions and lineage', function () {
  this.timeout(60_000);
  let data: DataRepository;
  let repository: CodeRepository;
  let digest: string;

  beforeEach(async () => {
    data = new DataRepository();
    repository = new CodeRepository(data.root);
    repository.git('init', '--quiet', '--initial-branch=main');
    data.write('.gitignore', '/.dvc/cache\n/.tracking\n*.csv\n');
    data.write('ä b.csv', '1\n');
    digest = data.add('ä b.csv');
    repository.git('add', '-A');
    repository.git('commit', '--quiet', '-m', 'One \u001b[31mred');
    data.write('dvc.yaml', 'stages:\n  cut:\n    cmd: cut\n    deps: ["ä b.csv"]\n    outs: [out.csv]\n');
    const engine = await openStore(join(data.root, '.tracking'), { create: true });
    const { runId } = await engine.runs.create({ experimentId: '0', name: 'happy run' });
    await engine.runs.logBatch(runId, { metrics: [{ key: 'test_accuracy', value: 0.5, timestamp: 1, step: 0 }] });
    const dataset = { name: 'x', digest, sourceType: 'dvc', source: '{}', schema: undefined, profile: undefined };
    await engine.runs.logInputs(runId, [{ dataset, tags: { 'mlflow.data.context': 'train' } }]);
    await engine.runs.update(runId, { status: 'FINISHED' });
    await engine.registry.createModel('digits');
    await engine.registry.createVersion({ name: 'digits', source: `runs:/${runId}/models`, runId });
    await engine.close();
  });
  afterEach(() => {
    repository.dispose();
  });

  /** What the program writes to the terminal. */
  async function run(...args: string[]): Promise<{ readonly out: string; readonly said: string }> {
    let [out, said] = ['', ''];
    const output = (json: boolean): Output => ({
      json,
      interactive: false,
      columns: 100,
      out: (text) => void (out += text),
      say: (text) => void (said += text),
      draw: () => undefined,
    });
    try {
      await createProgram(output).parseAsync(['node', 'ml-tracking', 'data', ...args]);
    } catch (error) {
      said += failure(error).line;
    }
    return { out, said };
  }

  it('list the versions with their runs', async () => {
    const { out, said } = await run('versions', 'ä b.csv', '--repo', data.root);
    assert.equal(said, '');
    const [header, version, used, ...rest] = out.trimEnd().split('\n');
    assert.match(header ?? '', /^VERSION +COMMIT +AGE +SIZE +FILES +CACHE +SUBJECT$/);
    assert.match(version ?? '', new RegExp(`^${digest.slice(0, 8)}  [0-9a-f]{8}  now  2 B   –      yes    One  ?\\[31mred$`));
    assert.match(used ?? '', /^ {2}happy run [0-9a-f]{8}: test_accuracy 0\.5, train, now$/);
    assert.deepEqual(rest, []);
  });

  it('print everything as JSON', async () => {
    const { out } = await run('versions', data.path('ä b.csv'), '--json');
    const { versions, ...rest } = JSON.parse(out) as { versions: { digest: string; inCache: boolean; runs: object[] }[] };
    assert.deepEqual(rest, { path: 'ä b.csv', now: null, more: false, unread: 0, neverRecorded: [] });
    assert.deepEqual([versions.length, versions[0]?.digest, versions[0]?.inCache, versions[0]?.runs.length], [1, digest, true, 1]);
  });

  it('tell where data comes from and what came of it', async () => {
    const { out } = await run('lineage', 'ä b.csv', '--repo', data.root);
    assert.equal(
      out,
      [
        `data ä b.csv: ${digest.slice(0, 8)}`,
        '',
        'used by:',
        '  stage cut: modified (data, outs) · never run · cut',
        '    data out.csv: deleted',
        `  run happy run: 0.5 test_accuracy · train · ${digest.slice(0, 8)}`,
        '    model digits v1',
        '',
      ].join('\n'),
    );
    const back = (await run('lineage', 'out.csv', '--repo', data.root)).out;
    assert.match(back, /^data out\.csv: deleted\n\ncomes from:\n {2}stage cut.*\n {4}data ä b\.csv: [0-9a-f]{8}\n$/);
    const graph = JSON.parse((await run('lineage', 'ä b.csv', '--repo', data.root, '--json')).out) as { centre: string; nodes: object[] };
    assert.deepEqual([graph.centre, graph.nodes.length], ['data:ä b.csv', 5]);
  });

  it('say in one line what cannot be answered', async () => {
    const { root } = data;
    const outside = realpathSync(mkdtempSync(join(tmpdir(), 'ml-outside-')));
    try {
      assert.equal(
        (await run('versions', 'none.csv', '--repo', root)).said,
        'ml-tracking: none.csv is not tracked, and was not in any commit\n',
      );
      assert.equal(
        (await run('lineage', 'none.csv', '--repo', root)).said,
        'ml-tracking: none.csv is not tracked, and was not in any commit\n',
      );
      assert.match((await run('versions', join(outside, 'x'))).said, /^ml-tracking: .* is in no DVC repository: /);
      assert.match((await run('versions', '../x', '--repo', root)).said, /^ml-tracking: .* does not lie in the DVC repository /);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });
});
