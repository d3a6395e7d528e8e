import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Answering {
  readonly url: string;
  readonly seen: Seen[];
  readonly server: Server;
  close(): Promise<void>;
}

type Answer = (seen: Seen, response: ServerResponse) => void;

/** A real HTTP server whose answers a test chooses; it remembers what it was asked. */
export async function answering(answer: Answer, server: Server = createServer(), scheme = 'http'): Promise<Answering> {
  const seen: Seen[] = [];
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const each = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(parts).toString(),
      };
      seen.push(each);
      answer(each, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    server,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function json(response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** As much of MLflow as opening needs, and nothing else. */
export function likeMlflow(also: Answer = (_seen, response) => json(response, {})): Answer {
  return (seen, response) => {
    if (seen.path === '/version') response.writeHead(200, { 'content-type': 'text/plain' }).end('3.17.2');
    else if (seen.path === '/api/2.0/mlflow/experiments/search') json(response, {});
    else also(seen, response);
  };
}
