// Stores that MLflow 2.8 and the newest MLflow 3 have made themselves, imported, and compared with what MLflow's own clients
// read in them; and written out again as a file store that both versions read.
import assert from 'node:assert/strict';
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../../src/store/engine';
import { openStore } from '../../src/store/sqlite/store';
import { copyRuns } from '../../src/transfer/copy';
import { EngineSource } from '../../src/transfer/engineSource';
import { writeFolder } from '../../src/transfer/exports/exportFolder';
import { exportFileStore } from '../../src/transfer/exports/fileStoreExport';
import { openImport } from '../../src/transfer/openImport';
import { type MlflowVersion, missingMlflow, runPython } from '../support/mlflowPeers';
import { type Contents, ordered, storeContents } from '../support/storeContents';

const SCRIPT = fileURLToPath(new URL('./mlflow/store.py', import.meta.url));
const env = { MLFLOW_ALLOW_FILE_STORE: 'true' };
const skipped = missingMlflow();

if (skipped) console.log(`Skipped: imports of MLflow's stores. ${skipped}`);
else
  describe("Import of MLflow's own stores", function () {
    this.timeout(600_000);
    let folder: string;
    const engines: Engine[] = [];
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'ml-import-'));
    });
    afterEach(async () => {
      for (const engine of engines.splice(0)) await engine.close();
    });
    after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

    const read = async (version: MlflowVersion, uri: string): Promise<Contents> =>
      (await runPython(version, SCRIPT, ['read', uri], { env })) as Contents;

    for (const version of ['mlflow2', 'mlflow3'] as const)
      for (const kind of ['mlruns', 'mlflow.db'] as const) {
        const place = (): string => join(folder, version, kind === 'mlruns' ? 'files' : 'database', kind);
        const uriOf = (path: string): string => (kind === 'mlruns' ? path : `sqlite:///${path.replaceAll('\\', '/')}`);
        let theirs: Contents;

        it(`has all that ${version} reads in its ${kind}, once`, async () => {
          const path = place();
          await mkdir(join(path, '..'), { recursive: true });
          await runPython(version, SCRIPT, ['make', uriOf(path), join(path, '..')], { env });
          theirs = await read(version, uriOf(path));
          const engine = await openStore(join(path, '..', '.tracking'));
          engines.push(engine);
          for (const again of [false, true]) {
            const source = await openImport(path);
            const report = await copyRuns(source, engine, { registry: true });
            await source.close();
            assert.deepEqual(report.problems, []);
            assert.deepEqual([report.created, report.resumed, report.unchanged], again ? [0, 0, 6] : [6, 0, 0]);
            assert.deepEqual(comparable(await storeContents(engine)), comparable(theirs));
          }
          if (kind === 'mlflow.db') await assert.rejects(access(`${path}-shm`));
        });

        it(`writes a file store from it that ${version} reads as the same`, async () => {
          const engine = await openStore(join(place(), '..', '.tracking'));
          engines.push(engine);
          const out = join(place(), '..', 'exported');
          const report = await writeFolder(out, false, async (temporary, there) => ({
            keep: true,
            result: await exportFileStore(new EngineSource(engine), temporary, there, {}),
          }));
          assert.deepEqual(report.problems, []);
          assert.deepEqual(comparable(await read(version, out)), comparable(theirs));
          if (version === 'mlflow3') assert.deepEqual(withoutModels(await read('mlflow2', out)), withoutModels(theirs));
        });
      }
  });

/** Every store has the experiment Default already, made when the store was. */
function comparable(contents: Contents): unknown {
  const { experiments, ...rest } = contents;
  const { Default, ...others } = experiments!;
  return ordered({ ...rest, experiments: { ...others, Default: { ...(Default as object), created: 0 } } });
}

/** What MLflow 2 can read of MLflow 3's: it knows no logged models, and so not which run has made them. */
function withoutModels(contents: Contents): unknown {
  return JSON.parse(JSON.stringify(comparable({ ...contents, models: {} })), (key, value: unknown) => (key === 'outputs' ? [] : value));
}
