import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, TrackingError } from '../../../core/errors';
import { valuePieces } from '../../thread/valuePieces';
import { answerContent } from './contentAnswer';
import type { ContentQuestion, FromContentWorker } from './contentMessages';

/** Milliseconds between two messages of how far reading has come. */
const PACE = 100;

/** A thread that answers one question, and ends. Whoever doesn't wait any more ends it: it only reads. */
async function run(question: ContentQuestion, send: (message: FromContentWorker) => void, taken: () => Promise<unknown>): Promise<void> {
  let last = 0;
  try {
    const answer = await answerContent(question, {
      onProgress: (progress) => {
        if (Date.now() - last < PACE) return;
        last = Date.now();
        send({ kind: 'progress', progress });
      },
    });
    for (const piece of valuePieces(answer)) {
      const next = taken();
      send({ kind: 'piece', piece });
      await next;
    }
    send({ kind: 'end' });
  } catch (error) {
    send({ kind: 'error', message: messageOf(error), code: error instanceof TrackingError ? error.code : undefined });
  }
}

if (parentPort) {
  const port = parentPort;
  await run(
    workerData as ContentQuestion,
    (message) => port.postMessage(message),
    () => once(port, 'message'),
  );
}
