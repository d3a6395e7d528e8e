import { setTimeout as wait } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import { TrackingError } from '../../core/errors';
import { parseAddress } from './address';
import { connectionsTo } from './connection';
import { RemoteError, refusal, unreachable } from './failures';
import type { RemoteOptions } from './options';
import { type Repeatable, mayRetryAnswer, mayRetryFailure, waitBefore } from './retry';

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Asked {
  readonly method: Method;
  /** From the server's root on, e.g. `/api/2.0/mlflow/runs/get`; its parts are encoded already. */
  readonly path: string;
  readonly query?: Query;
  readonly json?: object;
  /** Bytes to send, made anew for each try. */
  readonly body?: () => Buffer | Readable;
  readonly headers?: Readonly<Record<string, string>>;
  readonly repeatable: Repeatable;
  /** Instead of the usual number of tries after the first. */
  readonly retries?: number;
  /** Is shown the headers of a successful answer. */
  readonly onHeaders?: (headers: Answer['headers']) => void;
}

type Answer = Dispatcher.ResponseData;

const TIMEOUT = 120_000;
const RETRIES = 4;
const REDIRECTS = 3;

/** Speaks to one server: who asks, time limits, further tries, redirects. Credentials go to no other host and into no message. */
export class HttpClient {
  readonly base: string;
  private readonly origin: string;
  private readonly prefix: string;
  private readonly connections: Dispatcher;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly retries: number;
  private readonly log: (line: string) => void;
  private readonly closing = new AbortController();

  constructor(options: RemoteOptions) {
    const address = parseAddress(options.uri);
    ({ base: this.base, origin: this.origin, prefix: this.prefix } = address);
    this.connections = connectionsTo(address, options, options.timeout ?? TIMEOUT);
    this.retries = options.retries ?? RETRIES;
    this.log = options.log ?? (() => undefined);
    const authorization = authorizationOf(options.username ?? address.username, options.password ?? address.password, options.token);
    this.headers = {
      'user-agent': 'ml-tracking',
      ...(authorization === undefined ? {} : { authorization }),
      ...(options.workspace === undefined ? {} : { 'x-mlflow-workspace': options.workspace }),
    };
  }

  /** The answer's JSON. */
  json<T>(asked: Asked): Promise<T> {
    return this.attempts(asked, async (answer) => parsed<T>(this.base, asked, answer.statusCode, await answer.body.text()));
  }

  text(asked: Asked): Promise<string> {
    return this.attempts(asked, (answer) => answer.body.text());
  }

  bytes(asked: Asked): Promise<Uint8Array> {
    return this.attempts(asked, (answer) => answer.body.bytes());
  }

  /** Waits for the answer's head only: its body is still to be read, or to be let go. */
  open(asked: Asked): Promise<Answer> {
    return this.attempts(asked, (answer) => Promise.resolve(answer));
  }

  /** Sends a request until it is answered or hope is gone; anything but a success is thrown. */
  private async attempts<T>(asked: Asked, take: (answer: Answer) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const last = attempt >= (asked.retries ?? this.retries);
      let retryAfter: string | undefined;
      let failure: RemoteError;
      try {
        const answer = await this.followed(asked);
        if (answer.statusCode < 300) {
          asked.onHeaders?.(answer.headers);
          return await take(answer);
        }
        failure = refusal(this.base, describe(asked), answer.statusCode, await answer.body.text());
        if (last || !mayRetryAnswer(answer.statusCode, asked.repeatable)) throw failure;
        retryAfter = headerOf(answer.headers, 'retry-after');
      } catch (error) {
        if (error instanceof TrackingError) throw error;
        this.throwIfClosed();
        failure = unreachable(this.base, error);
        if (last || !mayRetryFailure(error, asked.repeatable)) throw failure;
      }
      const delay = waitBefore(attempt, retryAfter);
      this.log(`${describe(asked)} failed: ${failure.message} Trying again in ${(delay / 1000).toFixed(1)} s.`);
      await wait(delay, undefined, { signal: this.closing.signal }).catch(() => this.throwIfClosed());
    }
  }

  /** Ends what is under way; nothing can be asked afterwards. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.connections.destroy();
  }

  private async followed(asked: Asked): Promise<Answer> {
    let url = `${this.origin}${this.prefix}${asked.path}${queryText(asked.query)}`;
    for (let hop = 0; ; hop++) {
      this.throwIfClosed();
      const body = asked.body?.() ?? (asked.json === undefined ? undefined : JSON.stringify(asked.json));
      const answer = await request(url, {
        dispatcher: this.connections,
        method: asked.method,
        signal: this.closing.signal,
        headers: { ...this.headers, ...(asked.json === undefined ? {} : { 'content-type': 'application/json' }), ...asked.headers },
        ...(body === undefined ? {} : { body }),
      });
      const { statusCode } = answer;
      const to = statusCode >= 300 && statusCode < 400 && statusCode !== 304 ? headerOf(answer.headers, 'location') : undefined;
      if (to === undefined) return answer;
      await answer.body.dump();
      url = this.redirected(to, url, asked, statusCode);
      if (hop >= REDIRECTS) throw this.wrongPlace('sends every request on and on: check the address.', statusCode);
    }
  }

  /** Only within the server itself: another place would be shown the credentials, and most often is a page to log in at. */
  private redirected(to: string, from: string, asked: Asked, status: number): string {
    const target = URL.canParse(to, from) ? new URL(to, from) : undefined;
    if (target?.origin !== this.origin)
      throw this.wrongPlace(
        `sends requests on to ${target?.origin ?? 'nowhere'}: give that address if it is the server's, or a token if it is a page to log in at.`,
        status,
      );
    if (asked.method !== 'GET' && status !== 307 && status !== 308)
      throw this.wrongPlace(`sends what is written on to ${target.origin}${target.pathname}: give the address that it leads to.`, status);
    return target.href;
  }

  private wrongPlace(what: string, status: number): RemoteError {
    return new RemoteError('PERMISSION_DENIED', `The MLflow server at ${this.base} ${what}`, status);
  }

  private throwIfClosed(): void {
    if (this.closing.signal.aborted)
      throw new TrackingError('TEMPORARILY_UNAVAILABLE', `The connection to the MLflow server at ${this.base} is closed.`);
  }
}

function authorizationOf(username: string | undefined, password: string | undefined, token: string | undefined): string | undefined {
  if (username && password) return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return token ? `Bearer ${token}` : undefined;
}

function queryText(query: Query | undefined): string {
  const pairs = Object.entries(query ?? {}).flatMap(([key, value]) =>
    value === undefined ? [] : (Array.isArray(value) ? (value as readonly string[]) : [String(value)]).map((each) => [key, each]),
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}

/** The request without its parameters. */
function describe({ method, path }: Asked): string {
  return `${method} ${path}`;
}

export function headerOf(headers: Answer['headers'], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function parsed<T>(base: string, asked: Asked, status: number, text: string): T {
  try {
    return JSON.parse(text === '' ? '{}' : text) as T;
  } catch (error) {
    throw new RemoteError(
      'INVALID_STATE',
      `${base} is no MLflow server: it answered ${describe(asked)} with something else than JSON. Check the address.`,
      status,
      { cause: error },
    );
  }
}
