import { invalid } from '../../core/errors';

/** Where a server is, apart from who asks. */
export interface RemoteAddress {
  /** Origin and path without a slash at its end and without credentials: what people are shown. */
  readonly base: string;
  readonly origin: string;
  /** Before every path of the API: empty, or e.g. `/mlflow`. */
  readonly prefix: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Whether the server is on this machine, where no proxy leads. */
  readonly isLoopback: boolean;
}

/** Reads a server's address; what is none is INVALID_PARAMETER_VALUE. */
export function parseAddress(uri: string): RemoteAddress {
  const url = URL.canParse(uri.trim()) ? new URL(uri.trim()) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '')
    throw invalid(`${shown(uri)} is no address of an MLflow server: write http://HOST:PORT or https://HOST.`);
  const prefix = url.pathname.replace(/\/+$/, '');
  return {
    base: `${url.origin}${prefix}`,
    origin: url.origin,
    prefix,
    username: url.username === '' ? undefined : decoded(url.username),
    password: url.password === '' ? undefined : decoded(url.password),
    isLoopback: /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname),
  };
}

/** A URI as it may be shown. */
export function withoutCredentials(uri: string): string {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (!url || (url.username === '' && url.password === '')) return uri;
  [url.username, url.password] = ['', ''];
  return url.href.replace(/\/$/, '');
}

/** What is no address: whatever stands before the last @ may be a password, which may hold any character itself. */
function shown(text: string): string {
  return JSON.stringify(text.replace(/^([^/]*\/\/)?.*@/s, '$1').slice(0, 200));
}

/** Without its percent signs; as it is where they don't encode anything. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
