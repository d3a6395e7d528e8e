import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { RequestError, wireError, type WireCode } from './errors';
import type { Pace } from './pace';
import type { App } from './resources';

/** How much, and how slowly, anybody may send. Times are in milliseconds, sizes in bytes. */
export interface Limits {
  /** The largest JSON body. */
  readonly bodySize: number;
  /** Within which a JSON body has to be there, however its parts come. */
  readonly bodyTime: number;
  /** All headers and the address together. */
  readonly headerSize: number;
  readonly headerTime: number;
  readonly headers: number;
  /** How long a connection may be silent in the middle of a request or an answer. */
  readonly silence: number;
  readonly connections: number;
  /** What an upload has to keep up; absent: what any line that carries models does. */
  readonly pace: Pace | undefined;
}

export const USUAL_LIMITS: Limits = {
  // A batch of the largest params and tags, each character written as an escape.
  bodySize: 16 * 1024 * 1024,
  bodyTime: 60_000,
  headerSize: 32 * 1024,
  headerTime: 20_000,
  headers: 200,
  silence: 120_000,
  connections: 1_000,
  pace: undefined,
};

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route reads its body itself, as a stream that may take its time. */
    streams?: boolean;
  }
}

/** The options of a route that takes a file. */
export const UPLOAD = { config: { streams: true } } as const;

/** @throws RequestError 431 for too many headers, 400 for two hosts, of which somebody before us may have believed the other. */
export function checkHeaders({ rawHeaders, url = '' }: IncomingMessage, { headers }: Limits): void {
  if (rawHeaders.length / 2 > headers) throw new RequestError('BAD_REQUEST', `There are more than ${headers} headers.`, 431);
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length > 1 || !url.startsWith('/')) throw new RequestError('BAD_REQUEST', 'The request names more than one host.');
}

/** Cuts off who trickles a request so slowly that it never ends; a route that takes a file looks to that itself until it has answered. */
export function limitBodyTime(app: App, time: number): void {
  const cutLater = (raw: IncomingMessage, cut: () => void): void => {
    const timer = setTimeout(() => {
      if (!raw.complete) cut();
    }, time).unref();
    raw.once('end', () => clearTimeout(timer));
    raw.once('close', () => clearTimeout(timer));
  };
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = raw.headers;
    if ((length === '0' && encoding === undefined) || routeOptions.config.streams === true) return;
    cutLater(raw, () => refuseSlow(raw));
  });
  app.addHook('onResponse', async ({ raw, routeOptions }) => {
    // Refused before all of it was there: the rest is read and thrown away, since a client that still sends would not hear us.
    if (!raw.complete && routeOptions.config.streams === true) cutLater(raw, () => raw.socket.destroy());
  });
}

/** Answers a request that comes too slowly, and closes its connection. */
export function refuseSlow({ socket }: IncomingMessage): void {
  refuse(socket, 'BAD_REQUEST', 'The request came too slowly and was given up: send it again.', 408);
}

/** Importing Node's own list would load all of its HTTP client when the server starts. */
const REASONS: Readonly<Record<number, string>> = { 400: 'Bad Request', 408: 'Request Timeout', 431: 'Request Header Fields Too Large' };

/** What is no HTTP, or has headers that are too large or too slow, never comes to a route. */
export function refuseUnreadable({ code }: Error & { readonly code?: string }, socket: Socket): void {
  if (code === 'HPE_HEADER_OVERFLOW') refuse(socket, 'BAD_REQUEST', 'The headers are too large.', 431);
  else if (code === 'ERR_HTTP_REQUEST_TIMEOUT') refuse(socket, 'BAD_REQUEST', 'The headers came too slowly.', 408);
  else refuse(socket, 'BAD_REQUEST', 'This is no HTTP request.', 400);
}

/** Answers without the framework, and closes. */
function refuse(socket: Socket, code: WireCode, message: string, status: number): void {
  const json = JSON.stringify(wireError(code, message, status).body);
  if (socket.writable)
    socket.write(
      `HTTP/1.1 ${status} ${REASONS[status]}\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\nConnection: close\r\n\r\n${json}`,
    );
  socket.destroySoon();
}
