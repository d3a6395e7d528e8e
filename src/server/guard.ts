import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { RequestError } from './errors';

export interface GuardOptions {
  /** The address that the server listens on. */
  readonly host: string;
  /** Names by which the machine may be called beside its own. */
  readonly allowedHosts?: readonly string[];
  /** What every request has to show; absent: nothing. */
  readonly token?: string;
}

/** Who may ask: refuses what no honest client sends, before anything of a request is read. */
export class Guard {
  private readonly names: ReadonlySet<string>;
  private readonly loopback: boolean;
  private readonly token: Buffer | undefined;

  constructor({ host, allowedHosts = [], token }: GuardOptions) {
    this.loopback = isLoopback(host);
    const own = this.loopback ? ['localhost', host] : ['localhost', host, hostname()];
    this.names = new Set([...own, ...allowedHosts].map((name) => name.toLowerCase()));
    this.token = token === undefined ? undefined : digest(token);
  }

  /** @throws RequestError */
  check(headers: IncomingHttpHeaders): void {
    this.checkHost(headers.host);
    this.checkOrigin(headers);
    this.checkToken(headers.authorization);
  }

  /** A name that somebody else may point at this machine (DNS rebinding) is not ours; an address can't be pointed anywhere. */
  private checkHost(host: string | undefined): void {
    const name = host === undefined ? undefined : hostName(`http://${host}`);
    if (name !== undefined && (this.names.has(name) || (this.loopback ? isLoopback(name) : isIP(name) !== 0))) return;
    throw new RequestError(
      'PERMISSION_DENIED',
      'Invalid Host header: call this server by the address that it has printed, or allow the name.',
    );
  }

  /** No page of another site may ask anything: neither read nor write. */
  private checkOrigin(headers: IncomingHttpHeaders): void {
    const { origin, host } = headers;
    const site = headers['sec-fetch-site'];
    const foreign = site !== undefined && site !== 'same-origin' && site !== 'none';
    if (!foreign && (origin === undefined || origin.toLowerCase() === `http://${host}`.toLowerCase())) return;
    throw new RequestError('PERMISSION_DENIED', 'Cross-origin request blocked.');
  }

  private checkToken(authorization: string | undefined): void {
    if (this.token === undefined) return;
    const given = tokenOf(authorization);
    // Digests have one length, whatever was sent.
    if (given !== undefined && timingSafeEqual(digest(given), this.token)) return;
    throw new RequestError(
      'UNAUTHENTICATED',
      'You are not authenticated. Set MLFLOW_TRACKING_TOKEN to the token of this server, or MLFLOW_TRACKING_PASSWORD with any user name.',
    );
  }
}

/** `127.0.0.0/8`, `::1` and `localhost`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The host of a URL without port and brackets; undefined where it is none. */
function hostName(url: string): string | undefined {
  try {
    const { hostname: name, username, pathname } = new URL(url);
    return username === '' && pathname === '/' ? name.replace(/^\[|\]$/g, '') : undefined;
  } catch {
    return undefined;
  }
}

function tokenOf(authorization: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+)$/.exec(authorization ?? '') ?? [];
  if (/^bearer$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;
  const pair = Buffer.from(value, 'base64').toString();
  const colon = pair.indexOf(':');
  return colon < 0 ? undefined : pair.slice(colon + 1);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
