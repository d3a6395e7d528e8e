import { Agent as HttpAgent, get as httpGet, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet, request as httpsRequest } from 'node:https';

/** A refusal or a broken connection. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';

  constructor(
    message: string,
    /** The server's answer; undefined when the connection failed. */
    readonly status?: number,
  ) {
    super(message);
  }
}

export interface HttpOptions {
  /** Milliseconds until an answer begins, and of silence between its parts. */
  readonly patience: number;
  readonly signal?: AbortSignal;
}

const REDIRECTS = 5;
/** Node ≥ 24.5 takes HTTPS_PROXY, HTTP_PROXY and NO_PROXY from here; an older one connects directly. */
const proxies = { proxyEnv: process.env };

/** Whether a server answers at all; never throws. */
export async function answers(url: string, options: HttpOptions): Promise<boolean> {
  const agent = agentFor(url);
  return new Promise<boolean>((resolve) => {
    const start = url.startsWith('https:') ? httpsRequest : httpRequest;
    const request = start(url, { method: 'HEAD', agent, signal: options.signal }, (response) => {
      response.resume();
      finish((response.statusCode ?? 500) < 500);
    });
    // A timer of our own: the socket's does not run while a name is being looked up.
    const timer = setTimeout(() => finish(false), options.patience);
    const finish = (answer: boolean): void => {
      clearTimeout(timer);
      resolve(answer);
      request.destroy();
      agent.destroy();
    };
    request.on('error', () => finish(false));
    request.end();
  });
}

/**
 * Fetches a file's bytes from a position on.
 * @param from the first byte wanted
 * @param receive gets `start` (the position of the first byte that comes, 0 where the server does not resume), then each part
 */
export async function fetchFrom(
  url: string,
  from: number,
  receive: { start(at: number): Promise<void>; part(bytes: Uint8Array): Promise<void> },
  options: HttpOptions,
): Promise<void> {
  const agent = agentFor(url);
  try {
    const response = await open(url, from, agent, options, REDIRECTS);
    response.setTimeout(options.patience, () => response.destroy(new Error(`nothing came for ${options.patience / 1000} s`)));
    await receive.start(startOf(response, from));
    const announced = Number(response.headers['content-length'] ?? NaN);
    let received = 0;
    for await (const part of response as AsyncIterable<Uint8Array>) {
      received += part.length;
      await receive.part(part);
    }
    if (received < announced) throw new HttpFailure(`the connection ended after ${received} of ${announced} bytes`);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof HttpFailure) throw error;
    throw new HttpFailure(error instanceof Error ? error.message : String(error));
  } finally {
    agent.destroy();
  }
}

async function open(url: string, from: number, agent: HttpAgent, options: HttpOptions, redirects: number): Promise<IncomingMessage> {
  const response = await answerTo(url, from, agent, options);
  const status = response.statusCode ?? 0;
  if (status === 200 || status === 206) return response;
  response.resume();
  const location = response.headers.location;
  if (status >= 300 && status < 400 && location) {
    const next = new URL(location, url);
    if (redirects === 0) throw new HttpFailure('it redirects in a circle');
    if (next.protocol !== new URL(url).protocol) throw new HttpFailure(`it redirects to ${next.protocol}//`);
    return open(next.href, from, agent, options, redirects - 1);
  }
  throw new HttpFailure(`the server answered ${status}`, status);
}

function answerTo(url: string, from: number, agent: HttpAgent, options: HttpOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { 'accept-encoding': 'identity', ...(from > 0 ? { range: `bytes=${from}-` } : {}) };
    const settings: RequestOptions = { agent, headers, signal: options.signal };
    const request = (url.startsWith('https:') ? httpsGet : httpGet)(url, settings, (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${options.patience / 1000} s`)), options.patience);
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

function startOf(response: IncomingMessage, from: number): number {
  if (response.statusCode === 200) return 0;
  const range = /^bytes (\d+)-/.exec(response.headers['content-range'] ?? '');
  if (Number(range?.[1]) !== from) throw new HttpFailure('the server resumed at another place than asked');
  return from;
}

function agentFor(url: string): HttpAgent {
  return url.startsWith('https:') ? new HttpsAgent(proxies) : new HttpAgent(proxies);
}
