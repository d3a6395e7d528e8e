import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

export interface Patience {
  /** How long a connection may be silent before it is cut, in milliseconds. */
  readonly silence?: number;
  /** How long it takes at the most, in milliseconds. */
  readonly longest?: number;
}

interface Watched {
  bytes: number;
  heard: number;
}

/**
 * Follows a server's connections, so that it can end without waiting for ever: what is under way is finished for as long as
 * bytes flow, a client that has fallen silent is cut off.
 */
export class Ending {
  private readonly sockets = new Map<Socket, Watched>();

  constructor(private readonly app: FastifyInstance) {
    app.server.on('connection', (socket: Socket) => {
      this.sockets.set(socket, { bytes: 0, heard: Date.now() });
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  /** Takes no new connections, finishes what is under way, and resolves when everything is closed. */
  async close({ silence = 10_000, longest = 120_000 }: Patience = {}): Promise<void> {
    const begun = Date.now();
    for (const watched of this.sockets.values()) watched.heard = begun;
    const timer = setInterval(
      () => {
        const now = Date.now();
        for (const [socket, watched] of this.sockets) {
          const bytes = socket.bytesRead + socket.bytesWritten;
          if (bytes !== watched.bytes) Object.assign(watched, { bytes, heard: now });
          if (now - watched.heard >= silence || now - begun >= longest) socket.destroy();
        }
      },
      Math.min(500, silence / 4),
    );
    try {
      await this.app.close();
    } finally {
      clearInterval(timer);
    }
  }
}
