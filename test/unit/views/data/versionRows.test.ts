import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { CodeReader } from '../../../../src/code/reader';
import type { Run } from '../../../../src/core/run';
import { DataReader } from '../../../../src/data/reader';
import { DataRuns, type KnownRun } from '../../../../src/lineage/dataRuns';
import { GitRevisions } from '../../../../src/lineage/gitRevisions';
import { dataRows } from '../../../../src/views/data/dataNode';
import { VersionRows } from '../../../../src/views/data/versionRows';
import { untranslated, type TreeRow } from '../../../../src/views/treeRow';
import { CodeRepository } from '../../code/codeRepository';
import { DataRepository } from '../../data/dataRepository';

describe('Rows of the versions of data', function () {
  this.timeout(60_000);
  let data: DataRepository;
  let repository: CodeRepository;
  let code: CodeReader;
  let reader: DataReader;
  let runs: KnownRun[];
  const start = 1_700_000_000;
  let clock: number;

  beforeEach(() => {
    data = new DataRepository();
    repository = new CodeRepository(data.root);
    repository.git('init', '--quiet', '--initial-branch=main');
    writeFileSync(data.path('.gitignore'), '/.dvc/cache\n*.csv\nimgs\n');
    code = new CodeReader(() => undefined);
    reader = new DataReader(() => undefined, { revisions: new GitRevisions(code) });
    runs = [];
    clock = start;
  });
  afterEach(() => {
    delete process.env['GIT_COMMITTER_DATE'];
    reader.dispose();
    repository.dispose();
  });

  function commit(subject: string): void {
    process.env['GIT_COMMITTER_DATE'] = `${(clock += 60)} +0000`;
    repository.git('add', '-A');
    repository.git('commit', '--quiet', '-m', subject);
  }
  function run(name: string, digest: string, accuracy?: number): void {
    const metrics =
      accuracy === undefined
        ? []
        : [{ key: 'test_accuracy', last: { value: accuracy, step: 0, timestamp: 0 }, min: undefined, max: undefined, count: 1 }];
    const found: Run = {
      runId: name,
      runName: name,
      experimentId: '0',
      userId: 'ada',
      status: accuracy === undefined ? 'FAILED' : 'FINISHED',
      startTime: clock * 1000 + runs.length,
      endTime: undefined,
      lifecycleStage: 'active',
      artifactUri: '',
      params: [],
      metrics,
      tags: {},
      inputs: [
        {
          dataset: { name: 'x', digest, sourceType: 'dvc', source: '{"uri": "imgs"}', schema: undefined, profile: undefined },
          tags: { 'mlflow.data.context': 'train' },
        },
      ],
      modelInputs: [],
      modelOutputs: [],
    };
    runs.push(['/store', found]);
  }
  async function drawn(rows: readonly TreeRow[], indent = ''): Promise<string> {
    const texts = rows.map(async ({ label, description = '', icon, children, load }) => {
      const inner = (await load?.()) ?? children ?? [];
      const line = `${indent}$(${icon?.id}) ${label} — ${description}`.replace(/[0-9a-f]{8}$/, '#');
      return `${line}\n${await drawn(inner, `${indent}  `)}`;
    });
    return (await Promise.all(texts)).join('');
  }
  const partOf = (): VersionRows =>
    new VersionRows(
      reader,
      { known: new DataRuns(runs), ancestors: (root, commits) => code.graph(root, commits) },
      () => (start + 3_600) * 1000,
    );
  async function versions(): Promise<TreeRow> {
    const status = await reader.status(data.root);
    const part = partOf();
    await part.look();
    const rows = dataRows([status], () => Promise.resolve({ bytes: 0, files: 0 }), untranslated, [part]);
    return rows.find(({ label }) => label === 'imgs/' || label === 'imgs')?.children?.[0] ?? assert.fail('no row');
  }

  it('tell what changed, what is here, and who used it; the newest first', async () => {
    data.write('imgs/a', 'a\n');
    const one = data.add('imgs');
    commit('First <images>');
    repository.git('tag', 'v1');
    run('first', one, 0.8);
    data.write('imgs/b', 'bbbb\n');
    const two = data.add('imgs');
    commit('More');
    run('second', two, 0.9);
    run('failed', two);
    run('third', two, 0.85);
    rmSync(data.cached(one));
    data.write('imgs/c', 'c\n');
    const three = data.add('imgs');
    run('by record', three, 0.7);
    run('by hand', `${'d'.repeat(32)}.dir`, 0.6);
    data.write('imgs/c', 'changed\n');
    assert.equal(
      await drawn([await versions()]),
      [
        '$(history) Versions — ',
        '  $(edit) Working Tree — modified, not committed to DVC',
        '  $(git-commit) Committed to DVC, not to Git — 9 B (+2 B) · 3 files (+1) · 1 run, 0.7',
        '    $(pass) by record — 0.7 · test_accuracy · train · 57 min',
        '  $(git-commit) More — 7 B (+5 B) · 2 files (+1) · 3 runs, best 0.9 · 58 min · #',
        '    $(pass) third — 0.85 · test_accuracy · train · 57 min',
        '    $(error) failed — failed · train · 57 min',
        '    $(pass) second — 0.9 · test_accuracy · train · 57 min',
        '  $(cloud-download) First <images> — (v1) · 2 B · 1 file · 1 run, 0.8 · not in cache · 59 min · #',
        '    $(pass) first — 0.8 · test_accuracy · train · 59 min',
        '  $(warning) Never Recorded — used by 1 run',
        '    $(pass) by hand — 0.6 · test_accuracy · train · 57 min',
        '',
      ].join('\n'),
    );
  });

  it('say which version a command is about, and which one came before', async () => {
    data.write('imgs/a', 'a\n');
    const one = data.add('imgs');
    commit('One');
    const first = repository.git('rev-parse', 'HEAD');
    data.write('imgs/b', 'b\n');
    const two = data.add('imgs');
    commit('Two');
    const rows = (await (await versions()).load?.()) ?? [];
    const base = { kind: 'version', root: data.root, path: data.path('imgs'), recordedPath: 'imgs' };
    assert.deepEqual(
      rows.map((row) => row.data),
      [
        { ...base, digest: two, commit: repository.git('rev-parse', 'HEAD'), before: first },
        { ...base, digest: one, commit: first, before: undefined },
      ],
    );
    assert.deepEqual(
      rows.map(({ context }) => context),
      ['dataVersion recorded current here', 'dataVersion recorded here'],
    );
  });

  it('of data that a stage makes say that it comes back with the commit', async () => {
    const record = (content: string): void => {
      data.write('imgs', content);
      const digest = createHash('md5').update(content).digest('hex');
      data.write('dvc.yaml', 'stages:\n  make:\n    cmd: make\n    outs:\n    - imgs\n');
      const out = `    - path: imgs\n      hash: md5\n      md5: ${digest}\n      size: ${content.length}\n`;
      data.write('dvc.lock', `schema: '2.0'\nstages:\n  make:\n    cmd: make\n    outs:\n${out}`);
    };
    record('one');
    commit('One');
    record('the other one');
    commit('Other');
    const rows = (await (await versions()).load?.()) ?? [];
    assert.deepEqual(
      rows.map(({ context, tooltip }) => [context, /Made by the stage make/.test(tooltip ?? '')]),
      [
        ['dataVersion recorded current missing made', false],
        ['dataVersion recorded missing made', true],
      ],
    );
  });

  it('come a page at a time', async () => {
    for (let index = 1; index <= 23; index++) {
      data.write('imgs/a', `${'a'.repeat(index)}\n`);
      data.add('imgs');
      commit(`v${index}`);
    }
    const labels: string[] = [];
    let row: TreeRow | undefined = await versions();
    while (row) {
      const rows: readonly TreeRow[] = (await row.load?.()) ?? [];
      labels.push(rows.map(({ label }) => label).join(' '));
      row = rows.find(({ load }) => load !== undefined);
    }
    const names = (from: number, to: number): string => Array.from({ length: from - to + 1 }, (_, index) => `v${from - index}`).join(' ');
    assert.deepEqual(labels, [`${names(23, 4)} Older Versions`, names(3, 1)]);
  });
});
