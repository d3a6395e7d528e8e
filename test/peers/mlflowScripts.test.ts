// Unchanged Python scripts with MLflow's clients of 2.8 and of the newest 3, Keras and scikit-learn: each runs against our server and against
// MLflow's own, and both its result and every answer on the way have to be the same.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingMlflow, runPython, startMlflow, type MlflowVersion } from '../support/mlflowPeers';
import { type ServerProcess, startOurServer } from '../support/serverProcess';
import { comparable, differences } from './recordedDialogue';
import { type Exchange, RecordingProxy } from './recordingProxy';

interface Script {
  readonly name: string;
  /** It does much at once, so that its requests come in no certain order. */
  readonly atOnce?: boolean;
}

interface Played {
  readonly result: Record<string, unknown>;
  readonly exchanges: readonly Exchange[];
}

const SCRIPTS: readonly Script[] = [
  { name: 'practice.py' },
  { name: 'client_calls.py' },
  { name: 'keras_digits.py' },
  { name: 'sklearn_digits.py', atOnce: true },
];
const VERSIONS: Readonly<Record<string, MlflowVersion>> = { 'MLflow 2.8': 'mlflow2', 'the newest MLflow': 'mlflow3' };
const place = fileURLToPath(new URL('mlflow', import.meta.url));
const missing = missingMlflow();

/** A server with the proxy before it. */
class Stage {
  private constructor(
    private readonly server: ServerProcess,
    private readonly proxy: RecordingProxy,
    private readonly url: string,
  ) {}

  static async before(starting: Promise<ServerProcess>): Promise<Stage> {
    const server = await starting;
    const proxy = new RecordingProxy(server.url);
    return new Stage(server, proxy, await proxy.start());
  }

  async play(version: MlflowVersion, script: string): Promise<Played> {
    try {
      const result = await runPython(version, join(place, script), [this.url]);
      return { result, exchanges: this.proxy.take() };
    } catch (error) {
      const failures = this.proxy.forget();
      throw failures.length > 0 ? new Error(`The proxy failed, too: ${failures.join('; ')}`, { cause: error }) : error;
    }
  }

  async end(): Promise<void> {
    await this.proxy.end();
    await this.server.end();
  }
}

if (missing) console.log(`Skipped: unchanged Python scripts. ${missing}`);
else
  for (const [title, version] of Object.entries(VERSIONS))
    describe(`Unchanged scripts with ${title}`, function () {
      this.timeout(400_000);
      let folder: string;
      let stages: readonly Stage[] = [];
      before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'ml-scripts-'));
        const ours = Stage.before(startOurServer(join(folder, 'ours', '.tracking')));
        const theirs = Stage.before(startMlflow(join(folder, 'theirs')));
        stages = await Promise.all([ours, theirs]);
      });
      after(async () => {
        for (const stage of stages) await stage.end();
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      });

      for (const { name, atOnce } of SCRIPTS)
        it(`find our server like MLflow's own: ${name}`, async () => {
          const [ours, theirs] = await both(stages.map((stage) => stage.play(version, name)));
          assert.deepEqual(ours.result, theirs.result);
          const found = differences(comparable(ours.exchanges, { atOnce }), comparable(theirs.exchanges, { atOnce }));
          assert.equal(found, '', `Our answers (+) and those of MLflow's own server (-):\n${found}`);
          // Which of the digits there are decides how well they can be learnt.
          if ('f1' in ours.result && process.env.MNIST_DIR) assert.equal(ours.result.f1, true, JSON.stringify(ours.result.test));
          console.log(`      ${ours.exchanges.length} requests`);
        });
    });

/** Waits for both also where one fails. */
async function both(playing: readonly Promise<Played>[]): Promise<[Played, Played]> {
  await Promise.allSettled(playing);
  return (await Promise.all(playing)) as [Played, Played];
}
