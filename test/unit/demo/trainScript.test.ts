import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { makeDemo } from '../../../src/demo/demoWorkspace';
import { obtainDigits } from '../../../src/train/data/source';

const call = promisify(execFile);
const root = resolve(import.meta.dirname, '../../..');

interface RunRecord {
  readonly status: string;
  readonly experiment: string;
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
}

describe('The demo’s script', () => {
  let parent: string;
  before(async () => (parent = await realpath(await mkdtemp(join(tmpdir(), 'script-')))));
  after(() => rm(parent, { recursive: true, force: true }));

  it('trains by the public API under plain Node, and records the run', async () => {
    const folder = join(parent, 'digits');
    const digits = await obtainDigits({ cacheFolder: join(parent, 'cache'), offline: true, synthetic: { train: 400, test: 100, seed: 1 } });
    await makeDemo({ folder, digits: () => Promise.resolve(digits), packageFolder: root, log: () => undefined });
    const config = join(folder, 'configs', 'cnn.yaml');
    await writeFile(config, (await readFile(config, 'utf8')).replace(/^epochs: \d+$/m, 'epochs: 2\nlimit: 300'));
    const env = { ...process.env, NODE_OPTIONS: '', ML_TRACKING_STORE: '', ML_TRACKING_EXPERIMENT: '', ML_TRACKING_RUN_ID: '' };
    await call(process.execPath, ['train.mjs'], { cwd: folder, env, timeout: 120_000 });
    const program = join(root, 'dist', 'ml-tracking.js');
    const { stdout } = await call(process.execPath, [program, 'runs', '--json', '--store', join(folder, '.tracking')], {
      env,
      timeout: 60_000,
    });
    const [run, ...more] = JSON.parse(stdout) as RunRecord[];
    assert.ok(run);
    assert.equal(more.length, 0);
    assert.equal(run.status, 'FINISHED');
    assert.equal(run.experiment, 'cnn');
    assert.equal(run.params['epochs'], '2');
    assert.equal(run.params['seed'], '42');
    assert.ok((run.metrics['test_accuracy'] ?? 0) > 0.1);
    assert.equal(run.tags['mlflow.source.name'], 'train.mjs');
    assert.equal(run.tags['mlflow.source.git.branch'], 'main');
    assert.equal(run.tags['mlTracking.git.dirty'], 'true');
  }).timeout(180_000);
});
