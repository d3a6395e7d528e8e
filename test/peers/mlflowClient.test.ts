// MLflow's own server, as `node scripts/peers.mjs mlflow` installs it, and ours: the same requests, among them what no client sends.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingMlflow, startMlflow } from '../support/mlflowPeers';
import { type ServerProcess, startOurServer } from '../support/serverProcess';
import { dialogue } from './mlflowDialogue';
import { REQUESTS } from './mlflowRequests';

const missing = missingMlflow();

if (missing) console.log(`Skipped: requests to MLflow's own server. ${missing}`);
else
  describe('Requests', function () {
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

    it("are answered as by MLflow's own server", async () => {
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
