import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { type ServerOptions, createServer } from '../../../src/server/server';
import { openStore } from '../../../src/store/sqlite/store';
import type { Engine } from '../../../src/store/engine';
import { temporaryFolder } from '../store/temporaryFolder';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Question {
  readonly headers?: OutgoingHttpHeaders;
  /** JSON, unless it is text or bytes. */
  readonly body?: unknown;
}

/** A server over a fresh store for each test; paths and headers go out exactly as they are written. */
export class Served {
  readonly path = temporaryFolder();
  engine!: Engine;
  private app!: FastifyInstance;
  private port = 0;
  readonly lines: string[] = [];

  constructor(options: Partial<ServerOptions> = {}) {
    beforeEach(async () => {
      this.engine = await openStore(this.path('.tracking'));
      this.lines.length = 0;
      this.app = createServer(this.engine, { host: '127.0.0.1', ...options, log: (line) => this.lines.push(line) });
      await this.app.listen({ host: '127.0.0.1', port: 0 });
      this.port = (this.app.server.address() as AddressInfo).port;
    });
    afterEach(async () => {
      await this.app.close();
      await this.engine.close();
    });
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  async ask(method: string, path: string, { headers = {}, body }: Question = {}): Promise<Answer> {
    const plain = typeof body === 'string' || body instanceof Uint8Array;
    const content = plain ? body : body === undefined ? undefined : JSON.stringify(body);
    const sent = request({
      host: '127.0.0.1',
      port: this.port,
      method,
      path,
      agent: false,
      headers: {
        ...(content === undefined
          ? {}
          : { 'Content-Type': plain ? 'text/plain' : 'application/json', 'Content-Length': Buffer.byteLength(content) }),
        ...headers,
      },
    });
    // A server that refuses a large body closes while it is still being sent.
    sent.on('error', () => undefined);
    sent.end(content);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 0, headers: response.headers, text: await text(response) };
  }

  /** Asks MLflow's API; the answer's JSON. */
  async api(method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    const { status, text: json } = await this.ask(method, `/api/2.0/mlflow/${path}`, { body });
    return { status, body: JSON.parse(json) as Record<string, unknown> };
  }
}
