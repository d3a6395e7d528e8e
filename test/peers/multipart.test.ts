// Uploads in parts as MLflow's newest client sends them when it is told to.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingMlflow, runPython } from '../support/mlflowPeers';
import { startOurServer } from '../support/serverProcess';

const SCRIPT = fileURLToPath(new URL('mlflow/parts.py', import.meta.url));
const missing = missingMlflow();

if (missing) console.log(`Skipped: uploads in parts. ${missing}`);
else
  describe("MLflow's uploads in parts", function () {
    this.timeout(180_000);
    for (const token of [undefined, 's3cret'])
      it(`arrive whole, ${token === undefined ? 'without a token' : 'with a token'}`, async () => {
        const folder = await mkdtemp(join(tmpdir(), 'ml-parts-'));
        const store = join(folder, '.tracking');
        const server = await startOurServer(store, ...(token === undefined ? [] : ['--token', token]));
        try {
          const told = await runPython('mlflow3', SCRIPT, [server.url], {
            env: token === undefined ? {} : { MLFLOW_TRACKING_TOKEN: token },
          });
          assert.deepEqual(told, { parts: [1, 2, 3, 4, 5, 6], same: true, failed: true, kept: [] });
          const waiting = join(store, 'artifacts', '.uploads');
          assert.deepEqual(existsSync(waiting) ? readdirSync(waiting) : [], [], 'nothing is left of the upload that failed');
        } finally {
          await server.end();
          await rm(folder, { recursive: true, force: true, maxRetries: 5 });
        }
      });
  });
