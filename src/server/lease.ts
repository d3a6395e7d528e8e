import type { Server } from 'node:http';
import type { Disposable } from '../core/disposable';

/** As long as a timer can be, less what Node adds to it. */
const FOR_EVER = 2 ** 31 - 10_000;

/**
 * Tells when a server is used by nobody any more: when for so long nobody was connected to it. An editor's window is connected
 * while it is open; an MLflow client keeps its connection from one request to the next, however long an epoch takes.
 */
export class Lease implements Disposable {
  /** Resolves when the lease has run out. */
  readonly ended: Promise<void>;
  private connected = 0;
  private timer: NodeJS.Timeout | undefined;
  private end: () => void = () => undefined;

  constructor(
    server: Server,
    private readonly seconds: number,
  ) {
    this.ended = new Promise((resolve) => (this.end = resolve));
    // Who cuts off silent clients can't tell a long epoch from a client that has gone.
    server.keepAliveTimeout = FOR_EVER;
    server.on('connection', (socket) => {
      this.connected++;
      clearTimeout(this.timer);
      socket.once('close', () => {
        this.connected--;
        this.wait();
      });
    });
    this.wait();
  }

  private wait(): void {
    if (this.connected > 0) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(this.end, this.seconds * 1000);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.wait = () => undefined;
  }
}
