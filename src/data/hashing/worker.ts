import { parentPort, workerData } from 'node:worker_threads';
import { hashAll, statAll } from './hashWork';
import { STOP_PLACES, type FromHashThread, type HashThreadData, type ToHashThread } from './hashMessages';

/** One of the threads that read and hash files for a HashPool. Reading holds up the thread, which has nothing else to do. */
if (parentPort) {
  const port = parentPort;
  const stop = new Int32Array((workerData as HashThreadData).stop);
  const answer = (message: ToHashThread): FromHashThread => {
    const { id, paths } = message;
    try {
      if (message.kind === 'stats') return { kind: 'stats', id, values: statAll(paths).values };
      return { kind: 'hashed', id, hashed: hashAll(paths, message.name, () => Atomics.load(stop, id % STOP_PLACES) === id) };
    } catch (error) {
      const { message: text, code } = error as NodeJS.ErrnoException;
      return { kind: 'error', id, message: text, code: code ?? '' };
    }
  };
  port.on('message', (message: ToHashThread) => port.postMessage(answer(message)));
}
