// Stands between a client and a server, hands everything on as it comes, and keeps what both have said.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What went over in one direction: all of it as a digest, its begin as bytes. */
export interface RecordedBody {
  readonly size: number;
  /** SHA-256 in hex. */
  readonly digest: string;
  /** The whole content up to 1 MiB, else the first MiB of it. */
  readonly content: Buffer;
}

/** One request and its answer. */
export interface Exchange {
  readonly method: string;
  /** With its query, as the client wrote it. */
  readonly path: string;
  readonly status: number;
  readonly requestHeaders: IncomingHttpHeaders;
  readonly responseHeaders: IncomingHttpHeaders;
  readonly request: RecordedBody;
  readonly response: RecordedBody;
}

const KEPT = 1024 * 1024;
/** Headers that belong to one connection, and the host, which is the server's own here. */
const OWN = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host', 'accept-encoding', 'proxy-connection', 'upgrade']);

/** A proxy before one server; its exchanges stand in the order in which the requests came. */
export class RecordingProxy {
  /** A connection for each request: one that is kept may be closed by the server in the moment in which it is used again. */
  private readonly agent = new Agent({ keepAlive: false });
  private readonly server = createServer((incoming, outgoing) => {
    this.handOn(incoming, outgoing).catch((error: unknown) => {
      this.failures.push(`${incoming.method} ${incoming.url}: ${error instanceof Error ? error.message : String(error)}`);
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end();
    });
  });
  private slots: (Exchange | undefined)[] = [];
  private failures: string[] = [];

  constructor(private readonly target: string) {}

  /** @returns the address that clients use instead of the server's */
  async start(): Promise<string> {
    // Nor does the proxy close one that the client is about to use.
    this.server.keepAliveTimeout = 0;
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What has been said since the last time, in order; throws where handing on has failed. */
  take(): Exchange[] {
    const [slots, failures] = [this.slots, this.failures];
    [this.slots, this.failures] = [[], []];
    if (failures.length > 0) throw new Error(`The recording is not whole: ${failures.join('; ')}`);
    return slots.filter((slot) => slot !== undefined);
  }

  /** Drops what has been said so far, e.g. by a client that has failed. @returns where handing on has failed, which may be why */
  forget(): readonly string[] {
    const { failures } = this;
    [this.slots, this.failures] = [[], []];
    return failures;
  }

  async end(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    this.agent.destroy();
    if (this.server.listening) await once(this.server, 'close');
  }

  private async handOn(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { slots } = this;
    const slot = slots.push(undefined) - 1;
    const { method = 'GET', url: path = '/' } = incoming;
    const url = new URL(this.target);
    const headers = own(incoming.headers);
    const ask = request({ host: url.hostname, port: url.port, method, path, headers, agent: this.agent });
    const answered = once(ask, 'response') as Promise<[IncomingMessage]>;
    const asked = new Copy();
    const sending = pipeline(incoming, asked, ask);
    const [answer] = await answered;
    const said = new Copy();
    outgoing.writeHead(answer.statusCode ?? 502, own(answer.headers));
    // A server may answer before it has read everything; the client then sees the answer all the same.
    await Promise.all([sending.catch(() => undefined), pipeline(answer, said, outgoing)]);
    slots[slot] = {
      method,
      path,
      status: answer.statusCode ?? 0,
      requestHeaders: incoming.headers,
      responseHeaders: answer.headers,
      request: asked.body(),
      response: said.body(),
    };
  }
}

function own(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.has(name)));
}

/** Lets everything through and remembers it. */
class Copy extends Transform {
  private readonly hash = createHash('sha256');
  private readonly chunks: Buffer[] = [];
  private size = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: null, chunk: Buffer) => void): void {
    if (this.size < KEPT) this.chunks.push(chunk);
    this.size += chunk.length;
    this.hash.update(chunk);
    done(null, chunk);
  }

  body(): RecordedBody {
    return { size: this.size, digest: this.hash.digest('hex'), content: Buffer.concat(this.chunks).subarray(0, KEPT) };
  }
}
