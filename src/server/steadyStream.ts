import type { IncomingMessage } from 'node:http';
import { refuseSlow } from './limits';
import type { Pace } from './pace';

/** Slower than any line that carries models; who trickles on below it only holds a connection. */
const SLOWEST: Pace = { bytes: 64 * 1024, span: 60_000 };

/**
 * The body of a request for as long as it comes at some pace; whoever only waits for us to take more is not slow. Whoever is, is
 * told so with a 408 and cut off. A refusal for other reasons must not cut the connection before all has been read, so the request
 * itself is left open.
 */
export async function* steadily(request: IncomingMessage, pace: Pace = SLOWEST): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  let waited = 0;
  let waitingSince: number | undefined = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    if (waitingSince !== undefined) {
      waited += now - waitingSince;
      waitingSince = now;
    }
    if (bytes < pace.bytes && waited >= pace.span * 0.9) refuseSlow(request);
    bytes = 0;
    waited = 0;
  }, pace.span);
  try {
    for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      bytes += piece.length;
      waited += performance.now() - waitingSince;
      waitingSince = undefined;
      yield piece;
      waitingSince = performance.now();
    }
  } finally {
    clearInterval(timer);
  }
}
