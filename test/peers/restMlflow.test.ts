import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRemote } from '../../src/store/rest/engine';
import { type OpenedEngine, engineContract } from '../contract/engine.contract';
import { type MlflowServer, missingMlflow, startMlflow } from '../support/mlflowPeers';
import { MlflowReset } from './mlflowReset';

const missing = missingMlflow();

if (missing) console.log(`Skipped: a real MLflow server behind the engine's contract. ${missing}`);
else
  describe('With a real MLflow server', function () {
    this.timeout(180_000);
    let folder: string;
    let server: MlflowServer;
    let reset: MlflowReset;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'ml-contract-'));
      server = await startMlflow(folder);
      reset = new MlflowReset(folder);
    });
    after(async () => {
      reset.close();
      await server.end();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    });

    const open = async (): Promise<OpenedEngine> => {
      await reset.run();
      const engine = await openRemote({ uri: server.url, pollInterval: 3_600_000, retries: 0 });
      return { engine, close: () => engine.close() };
    };
    engineContract('REST, MLflow', open, {
      summaries: 'it tells only the last point of a metric: the rest is known once its history has been read',
      earlyTimes: 'it takes no times before 1970',
      runPath: 'it gives every logged model a folder of its own',
      versionUser: 'it does not ask who makes a version',
      sources: 'it takes sources that name nothing',
      steadyPages: 'it counts runs from the newest on',
      consequences: 'it tells nobody of changes: what a write leads to is seen when it is asked next',
      unchanged: 'it does not say whether a batch held anything new',
      arrivals: 'it gives points by their times and steps',
      deletedRuns: 'its artifact proxy knows no runs',
      ownersOnly: 'its artifact proxy knows no runs',
      outputOrder: "it gives a run's models in no order",
      grammar: 'it wants keys with slashes quoted, reads doubled quotes as they are, and takes some filters that mean nothing',
      codes: 'it answers some mistakes with INTERNAL_ERROR',
      wording: 'it says some refusals in other words',
    });
  });
