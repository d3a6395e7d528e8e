import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PNG } from 'pngjs';
import { openStore } from '../../src/store/sqlite/store';
import { drawDigits, writeSyntheticDigits } from '../../src/train/data/synthetic';

const PROGRAM = resolve('dist/ml-tracking.js');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

interface RunRecord {
  readonly runId: string;
  readonly name: string;
  readonly status: string;
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** The built program as scripts use it: its own process, real files, a training on drawn digits. */
describe('ml-tracking', function () {
  this.timeout(240_000);
  let folder: string;
  let digits: string;
  const children = new Set<ChildProcess>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ml-cli-'));
    digits = join(folder, 'digits');
    await writeSyntheticDigits(digits, { train: 1500, test: 300, seed: 5 });
  });

  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  function start(...args: string[]): ChildProcess {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: folder,
      env: { ...process.env, ML_TRACKING_STORE: '', NODE_NO_WARNINGS: '' },
    });
    children.add(child);
    child.once('close', () => children.delete(child));
    return child;
  }

  async function ended(child: ChildProcess): Promise<Ended> {
    let out = '';
    let said = '';
    child.stdout?.on('data', (chunk) => (out += String(chunk)));
    child.stderr?.on('data', (chunk) => (said += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, out, said };
  }

  const run = (...args: string[]): Promise<Ended> => ended(start(...args));

  async function json<T>(...args: string[]): Promise<T> {
    const { code, out, said } = await run(...args, '--json');
    assert.equal(code, 0, said);
    return JSON.parse(out) as T;
  }

  /** Resolves when the training says how its first batches go. */
  function training(child: ChildProcess): Promise<void> {
    return new Promise((fulfil, reject) => {
      child.stderr?.on('data', (chunk) => String(chunk).includes('Epoch 1/') && fulfil());
      child.once('close', (code) => reject(new Error(`the training ended with ${code}`)));
    });
  }

  const trainArgs = (...more: string[]): string[] => ['train', '--data', 'digits', '--backend', 'wasm', '--store', 'store', ...more];

  it('trains, and the same seed gives the same curve with any number of threads', async () => {
    const first = await json<RunRecord>(...trainArgs('--epochs', '1', '--limit', '600', '--seed', '3', '--threads', '1', '--name', 'one'));
    const second = await json<RunRecord>(...trainArgs('--epochs', '1', '--limit', '600', '--seed', '3', '--threads', '2', '--name', 'two'));
    assert.equal(first.status, 'FINISHED');
    for (const metric of ['loss', 'val_loss', 'test_accuracy', 'test_f1'])
      assert.equal(second.metrics[metric], first.metrics[metric], metric);
    assert.ok(Object.keys(first.params).length >= 29, `${Object.keys(first.params).length} parameters`);
    for (const param of [
      'batch_size',
      'epochs',
      'validation_split',
      'shuffle',
      'initial_epoch',
      'steps_per_epoch',
      'opt_name',
      'opt_learning_rate',
      'opt_beta_1',
    ])
      assert.ok(param in first.params, param);
  });

  it('lists, filters, shows and compares', async () => {
    const runs = await json<RunRecord[]>('runs', '--store', 'store', '--order-by', 'metrics.test_accuracy DESC');
    assert.deepEqual(runs.map((record) => record.name).sort(), ['one', 'two']);
    assert.equal((await json<RunRecord[]>('runs', '--store', 'store', '--filter', "params.threads = '2'"))[0]?.name, 'two');
    const shown = await json<{ artifacts: { path: string }[]; inputs: unknown[] }>('show', 'one', '--store', 'store');
    const paths = shown.artifacts.map((artifact) => artifact.path);
    for (const path of [
      'models/model.json',
      'models/weights.bin',
      'models/MLmodel',
      'checkpoints/best/weights.bin',
      'evaluation/confusion_matrix.csv',
      'model_summary.txt',
    ])
      assert.ok(paths.includes(path), path);
    assert.equal(shown.inputs.length, 3);
    const compared = await json<{ rows: { key: string }[] }>('compare', 'one', 'two', '--store', 'store');
    const keys = compared.rows.map((row) => row.key);
    assert.ok(keys.includes('threads') && !keys.includes('batch_size'), keys.join());
    assert.match((await run('show', 'latest', '--store', 'store')).out, /^model {6}\S.* \(.*m-[0-9a-f]{32}\)$[^]*test_accuracy/m);
  });

  it('registers a model and reads digits with it', async () => {
    await json('register', 'one', 'digits', '--alias', 'champion', '--store', 'store');
    const images = drawDigits(3, 11);
    for (let index = 0; index < 3; index++)
      await writeFile(join(folder, `digit ${index}.png`), paper(images.images.subarray(index * 784, index * 784 + 784)));
    const files = ['digit 0.png', 'digit 1.png', 'digit 2.png'];
    const predictions = await json<{ digit: number; probabilities: number[] }[]>(
      'predict',
      'models:/digits@champion',
      ...files,
      '--store',
      'store',
    );
    assert.equal(predictions.length, 3);
    for (const { digit, probabilities } of predictions) {
      assert.ok(Math.abs(probabilities.reduce((sum, value) => sum + value, 0) - 1) < 1e-4);
      assert.equal(probabilities.indexOf(Math.max(...probabilities)), digit);
    }
    assert.deepEqual(await json('predict', 'one', ...files, '--store', 'store'), predictions);
  });

  it('renames, tags, deletes and restores', async () => {
    const edited = await json<RunRecord>(
      'edit',
      'two',
      '--name',
      'twice',
      '--note',
      'a second try',
      '--tag',
      'kept=yes',
      '--store',
      'store',
    );
    assert.deepEqual([edited.name, edited.tags['kept'], edited.tags['mlflow.note.content']], ['twice', 'yes', 'a second try']);
    await json('delete', 'twice', '--store', 'store');
    assert.deepEqual(
      (await json<RunRecord[]>('runs', '--store', 'store')).map((record) => record.name),
      ['one'],
    );
    await json('restore', 'twice', '--store', 'store');
    assert.equal((await json<RunRecord[]>('runs', '--store', 'store')).length, 2);
  });

  if (process.platform !== 'win32') {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      it(`marks a run KILLED on ${signal}, and keeps what was logged`, async () => {
        const child = start(...trainArgs('--epochs', '500', '--name', signal));
        const end = ended(child);
        await training(child);
        child.kill(signal);
        child.kill(signal);
        assert.equal((await end).code, code);
        const [killed] = await json<RunRecord[]>('runs', '--store', 'store', '--filter', `attributes.run_name = '${signal}'`);
        assert.equal(killed?.status, 'KILLED');
        assert.ok(killed && 'batch_loss' in killed.metrics);
      });
    }

    it('deletes no run that still trains, and finds a training that died without a word', async () => {
      const child = start(...trainArgs('--epochs', '500', '--name', 'silent'));
      const end = ended(child);
      await training(child);
      const refused = await run('delete', 'silent', '--store', 'store');
      assert.equal(refused.code, 2, refused.said);
      assert.match(refused.said, /silent is still training \(process \d+\): end that first/);
      child.kill('SIGKILL');
      await end;
      const [dead] = await json<RunRecord[]>('runs', '--store', 'store', '--filter', "attributes.run_name = 'silent'");
      assert.equal(dead?.status, 'FAILED');
      assert.match(dead?.tags['mlTracking.error'] ?? '', /ended without a word/);
    });
  }

  it('goes in silence when its reader goes, and obeys nothing that a name says to a terminal', async () => {
    const engine = await openStore(join(folder, 'hostile'));
    const tags = { 'mlTracking.error': '\u001b]0;title\u0007', long: 'x'.repeat(8_000) };
    for (let count = 0; count < 100; count++) await engine.runs.create({ experimentId: '0', name: '\u001b[31mred', tags });
    await engine.close();
    const child = start('runs', '--json', '--store', 'hostile');
    child.stdout?.destroy();
    assert.deepEqual(await ended(child), { code: 0, out: '', said: '' });
    const { out } = await run('show', 'latest', '--store', 'hostile');
    assert.match(out, /^run {8} \[31mred /);
    assert.ok(!out.includes('\u001b'));
  });

  const mistakes: [string, string[], RegExp][] = [
    ['no command', [], /say what to do/],
    ['an unknown command', ['trian'], /unknown command 'trian'/],
    ['epochs that are no number', ['train', '--epochs', 'many'], /--epochs.*whole number/],
    ['no epochs', ['train', '--epochs', '0'], /--epochs.*whole number/],
    ['an unknown backend', ['train', '--backend', 'cuda', '--store', 'other'], /--backend.*auto, tfjs-node or wasm/],
    ['a missing data folder', ['train', '--data', 'nowhere', '--store', 'other'], /no folder .*nowhere/],
    ['a missing configuration', ['train', '--config', 'nowhere.yaml', '--store', 'other'], /no configuration .*nowhere\.yaml/],
    ['no store', ['runs', '--store', 'nowhere'], /no runs are recorded at .*nowhere/],
    ['an unknown run', ['show', 'nothing', '--store', 'store'], /no run 'nothing'/],
    ['one run to compare', ['compare', 'one', '--store', 'store'], /two runs or more/],
    ['a filter that is cut off', ['runs', '--filter', 'metrics.loss >', '--store', 'store'], /Invalid filter/],
    ['an unknown alias', ['predict', 'models:/digits@nobody', 'x.png', '--store', 'store'], /nobody/],
    ['a missing image', ['predict', 'one', 'nowhere.png', '--store', 'store'], /nowhere\.png/],
    ['a backend that cannot be installed', ['backend', 'install', 'torch'], /no backend 'torch'/],
  ];
  for (const [what, args, message] of mistakes) {
    it(`answers ${what} with one line`, async () => {
      const { code, out, said } = await run(...args);
      assert.equal(code, 2, said);
      assert.equal(out, '');
      const lines = said.trimEnd().split('\n');
      assert.equal(lines.length, 1, said);
      assert.match(lines[0] ?? '', /^ml-tracking: /);
      assert.match(lines[0] ?? '', message);
    });
  }
});

/** Ink on paper as a photograph has it: dark on light, with a margin. */
function paper(ink: Uint8Array): Buffer {
  const png = new PNG({ width: 60, height: 48 });
  png.data.fill(235);
  for (let y = 0; y < 28; y++)
    for (let x = 0; x < 28; x++) {
      const at = 4 * ((y + 12) * 60 + x + 20);
      png.data.fill(235 - Math.round(((ink[y * 28 + x] ?? 0) / 255) * 215), at, at + 3);
    }
  for (let at = 3; at < png.data.length; at += 4) png.data[at] = 255;
  return PNG.sync.write(png);
}
