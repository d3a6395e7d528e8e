import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../core/errors';
import { KeptData } from '../actions/keptData';
import { HashPool } from '../hashing/hashPool';
import { CacheTransfers } from './cacheTransfers';
import { transferParts } from './transferSurroundings';
import type { FromTransferThread, ToTransferThread, TransferThreadData } from './transferMessages';
import { RepositoryBusyError } from './transfers';

/** The thread of one transfer: walking, hashing and copying happen here. */
if (parentPort) {
  const port = parentPort;
  const { kind, root, options, hashWorker } = workerData as TransferThreadData;
  const send = (message: FromTransferThread): void => port.postMessage(message);
  const pool = hashWorker === undefined ? undefined : new HashPool(hashWorker);
  const stop = new AbortController();
  port.on('message', (message: ToTransferThread) => {
    if (message.kind === 'stop') stop.abort(new Error('The transfer was stopped.'));
  });
  const log = (line: string): void => send({ kind: 'log', line });
  const parts = transferParts(log, pool, new KeptData());
  new CacheTransfers(parts)
    .run(kind, root, options, (progress) => send({ kind: 'progress', progress }), stop.signal)
    .then(
      (result) => send({ kind: 'done', result }),
      (error: unknown) => send({ kind: 'error', message: messageOf(error), isBusy: error instanceof RepositoryBusyError }),
    )
    .finally(() => parts.save(root))
    .finally(() => {
      pool?.dispose();
      port.close();
    });
}
