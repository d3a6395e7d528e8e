import { parentPort, workerData } from 'node:worker_threads';
import { CodeReader } from './code/reader';
import { HashPool } from './data/hashing/hashPool';
import { DataReader } from './data/reader';
import { DataThread } from './data/thread/dataThread';
import type { DataWorkerData, FromDataWorker } from './data/thread/workerMessages';
import { GitRevisions } from './lineage/gitRevisions';

/** Root of the thread in which data is read: with git, where it may be run. */
if (parentPort) {
  const port = parentPort;
  const { git, hashWorker } = workerData as DataWorkerData;
  const log = (line: string): void => port.postMessage({ kind: 'log', line } satisfies FromDataWorker);
  const work = hashWorker === undefined ? undefined : new HashPool(hashWorker);
  const revisions = git && new GitRevisions(new CodeReader(log, git));
  new DataThread(port, new DataReader(log, { revisions, work }), () => work?.dispose());
}
