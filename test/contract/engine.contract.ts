import type { Engine } from '../../src/store/engine';
import { artifactTreeContract } from './artifactTree.contract';
import { artifactsContract } from './artifacts.contract';
import { experimentsContract } from './experiments.contract';
import { feedContract } from './feed.contract';
import type { Lacks } from './lacks';
import { loggedModelsContract } from './loggedModels.contract';
import { metricsContract } from './metrics.contract';
import { registryContract } from './registry.contract';
import { runsContract } from './runs.contract';
import { searchContract } from './search.contract';

/** A fresh, empty store for one test, and how to let it go. */
export interface OpenedEngine {
  readonly engine: Engine;
  close(): Promise<void>;
}

/** What every engine behind the port does alike. `open` makes a new, empty store each time; what it lacks is left out. */
export function engineContract(name: string, open: () => Promise<OpenedEngine>, lacks: Lacks = {}): void {
  describe(`The engine's contract: ${name}`, function () {
    this.timeout(30_000);
    let opened: OpenedEngine;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened.close();
    });
    const engine = (): Engine => opened.engine;
    experimentsContract(engine);
    runsContract(engine, lacks);
    searchContract(engine, lacks);
    metricsContract(engine, lacks);
    artifactsContract(engine);
    artifactTreeContract(engine, lacks);
    loggedModelsContract(engine, lacks);
    registryContract(engine, lacks);
    feedContract(engine, lacks);
  });
}
