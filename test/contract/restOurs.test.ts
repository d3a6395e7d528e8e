import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from '../../src/server/server';
import { openRemote } from '../../src/store/rest/engine';
import { openStore } from '../../src/store/sqlite/store';
import { type OpenedEngine, engineContract } from './engine.contract';

/** A remote engine over our own server over an embedded store. */
async function openServed(): Promise<OpenedEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'served-'));
  const store = await openStore(join(folder, '.tracking'));
  const server = createServer(store, { host: '127.0.0.1', token: 'secret' });
  const uri = await server.listen({ host: '127.0.0.1', port: 0 });
  // Asked so seldom, the feed tells of this engine's own writes only, as the contract has it.
  const engine = await openRemote({ uri, token: 'secret', pollInterval: 3_600_000, retries: 0 });
  return {
    engine,
    close: async () => {
      await engine.close();
      await server.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

engineContract('REST, our server, SQLite', openServed, {
  summaries: 'MLflow tells only the last point of a metric: the rest is known once its history has been read',
  earlyTimes: "MLflow takes no times before 1970, and so doesn't our server",
  runPath: 'MLflow gives every logged model a folder of its own',
  versionUser: 'MLflow does not ask who makes a version',
  consequences: 'MLflow tells nobody of changes: what a write leads to is seen when the server is asked next',
  unchanged: 'MLflow does not say whether a batch held anything new',
  arrivals: 'MLflow gives points by their times and steps',
});
