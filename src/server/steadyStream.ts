import type { IncomingMessage } from 'node:http';
import { RequestError } from './errors';

/** What a sender has to keep up: so many bytes in each span of time, in milliseconds, once the first has passed. */
export interface Pace {
  readonly bytes: number;
  readonly span: number;
}

/** Slower than any line that carries models; who trickles on below it only holds a connection. */
const SLOWEST: Pace = { bytes: 64 * 1024, span: 60_000 };

/**
 * The body of a request for as long as it comes at some pace; whoever only waits for us to take more is not slow.
 * A refusal must not cut the connection before it has been read, so the request itself is left open.
 * @throws RequestError 408
 */
export async function* steadily(request: IncomingMessage, pace: Pace = SLOWEST): AsyncGenerator<Uint8Array> {
  let due = pace.bytes;
  let waited = 0;
  const chunks = request.iterator({ destroyOnReturn: false });
  for (;;) {
    const begun = performance.now();
    const next = await within(chunks.next() as Promise<IteratorResult<Uint8Array>>, pace.span - waited);
    if (next.done === true) return;
    waited += performance.now() - begun;
    due -= next.value.length;
    if (due <= 0) {
      due = pace.bytes;
      waited = 0;
    } else if (waited >= pace.span) throw tooSlow();
    yield next.value;
  }
}

async function within<T>(promise: Promise<T>, time: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(tooSlow()), Math.max(0, time));
  });
  // The one that comes second has nobody who hears it.
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(): RequestError {
  return new RequestError('BAD_REQUEST', 'The upload came too slowly and was given up: send it again.', 408);
}
