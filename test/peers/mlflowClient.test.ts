// Real MLflow clients, of version 2 and of the newest 3, and MLflow's own server, as `node scripts/peers.mjs mlflow` installs them.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingMlflow, runPython, startMlflow } from '../support/mlflowPeers';
import { type ServerProcess, startOurServer } from '../support/serverProcess';
import { dialogue } from './mlflowDialogue';
import { REQUESTS } from './mlflowRequests';

const SCRIPT = fileURLToPath(new URL('mlflow/practice.py', import.meta.url));
const environments = { '2.8': 'mlflow2', newest: 'mlflow3' } as const;
const missing = missingMlflow();

if (missing) console.log(`Skipped: MLflow clients. ${missing}`);
else
  describe('MLflow clients', function () {
    this.timeout(600_000);
    let folder: string;
    const servers: ServerProcess[] = [];
    const ours = async (name: string): Promise<string> => {
      const server = await startOurServer(join(folder, name, '.tracking'));
      servers.push(server);
      return server.url;
    };
    const theirs = async (): Promise<string> => {
      const server = await startMlflow(await mkdtemp(join(folder, 'mlflow-')));
      servers.push(server);
      return server.url;
    };
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'ml-mlflow-'));
    });
    afterEach(async () => {
      for (const server of servers.splice(0)) await server.end();
    });
    after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

    for (const [version, environment] of Object.entries(environments))
      it(`of version ${version} work as with MLflow's own server`, async () => {
        const [here, there] = [await ours(environment), await theirs()];
        assert.deepEqual(await runPython(environment, SCRIPT, [here]), await runPython(environment, SCRIPT, [there]));
      });

    it("cannot tell the answers from those of MLflow's own server", async () => {
      const [here, there] = [await dialogue(await ours('requests'), REQUESTS), await dialogue(await theirs(), REQUESTS)];
      REQUESTS.forEach(({ method, path, wordsDiffer }, index) => {
        const [answer, expected] = [here[index]!, there[index]!];
        const what = `request ${index}, ${method} ${path}`;
        if (wordsDiffer) assert.deepEqual([answer.status, codeOf(answer.body)], [expected.status, codeOf(expected.body)], what);
        else assert.deepEqual(answer, expected, what);
      });
    });
  });

function codeOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'error_code' in body ? body.error_code : undefined;
}
