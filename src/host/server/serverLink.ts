import { connect, type Socket } from 'node:net';
import type { Disposable } from '../../core/disposable';

/** How long the server may take to answer, and how often it is asked, in milliseconds. */
const ANSWER = 10_000;
const PAUSE = 20_000;
/** What answers with more than so many characters is no tracking server. */
const LONGEST = 64 * 1024;

/** The server wants a token that was not shown, or another one. */
export class TokenRefused extends Error {}

/**
 * A window's connection to a server, held for as long as the window is open: while there is one the server stays, and its breaking
 * tells at once that the server has gone. A socket of its own, so that no proxy of the editor's settings gets in between.
 */
export class ServerLink implements Disposable {
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly socket: Socket,
    private readonly request: string,
    private readonly broken: () => void,
    alive: () => void,
  ) {
    socket.once('close', () => {
      clearInterval(this.timer);
      this.broken();
    });
    this.timer = setInterval(
      () =>
        void this.ask().then(alive, () => {
          socket.destroy();
        }),
      PAUSE,
    );
    this.timer.unref();
  }

  /** Rejects when nobody answers there as a server does, with TokenRefused when it wants another token. `alive` is called now and then. */
  static async open(url: string, token: string | undefined, broken: () => void, alive: () => void): Promise<ServerLink> {
    const { hostname, host, port } = new URL(url);
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), keepAlive: true });
    const headers = [`Host: ${host}`, 'Connection: keep-alive', ...(token === undefined ? [] : [`Authorization: Bearer ${token}`])];
    const request = `GET /health HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`;
    // Failing to connect is told by `ask`.
    socket.on('error', () => undefined);
    try {
      const status = await ask(socket, request);
      if (status === 401) throw new TokenRefused(`The server at ${url} wants another token.`);
      if (status !== 200) throw new Error(`What listens at ${url} answers with status ${status}.`);
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return new ServerLink(socket, request, broken, alive);
  }

  private async ask(): Promise<void> {
    if ((await ask(this.socket, this.request)) !== 200) throw new Error('It is not well.');
  }

  dispose(): void {
    clearInterval(this.timer);
    this.socket.removeAllListeners('close');
    this.socket.destroy();
  }
}

/** One request and its whole answer. @returns the status */
function ask(socket: Socket, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      socket.off('data', hear).off('close', gone);
      act();
    };
    const gone = (): void => settle(() => reject(new Error('It does not answer.')));
    const hear = (chunk: Buffer): void => {
      answer += chunk.toString('latin1');
      if (answer.length > LONGEST) return settle(() => reject(new Error('It answers with something else.')));
      const [, status, length = '0'] = /^HTTP\/1\.1 (\d+) [^]*?\r\ncontent-length: (\d+)\r\n/i.exec(answer) ?? [];
      const body = answer.indexOf('\r\n\r\n');
      if (status !== undefined && body >= 0 && answer.length >= body + 4 + Number(length)) settle(() => resolve(Number(status)));
    };
    const timer = setTimeout(gone, ANSWER);
    socket.on('data', hear).once('close', gone);
    socket.write(request);
  });
}
