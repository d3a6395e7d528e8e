import { invalid } from '../../core/errors';

/** How a server proves itself, and how we do to it; paths of PEM files. */
export interface TlsOptions {
  readonly insecureTls?: boolean;
  readonly serverCertificate?: string;
  readonly clientCertificate?: string;
}

/** A tracking server that a person, a workspace or the environment names. */
export interface Remote extends TlsOptions {
  readonly name: string;
  /** Normalized, and without credentials. */
  readonly uri: string;
  readonly from: 'user' | 'workspace' | 'environment';
}

export type Credentials = { readonly token: string } | { readonly username: string; readonly password: string };

export interface ParsedUri {
  readonly uri: string;
  /** What stood before the `@`. */
  readonly credentials?: Credentials;
}

/** A server's address as it is compared and kept. Throws INVALID_PARAMETER_VALUE with what to write instead. */
export function parseRemoteUri(text: string): ParsedUri {
  const url = URL.parse(text.trim());
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '')
    throw invalid('The address of an MLflow server begins with http:// or https://, e.g. https://mlflow.example.org');
  const { username, password } = url;
  const uri = `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
  if (username === '') return { uri };
  return { uri, credentials: { username: decoded(username), password: decoded(password) } };
}

/** Whether a text, as it stands in settings, names the server at an address in our own spelling. */
export function namesServer(text: unknown, uri: string): boolean {
  try {
    return typeof text === 'string' && parseRemoteUri(text).uri === uri;
  } catch {
    return false;
  }
}

/** What secrets belong to: the scheme, the host and the port. */
export function originOf(uri: string): string {
  return new URL(uri).origin;
}

/** Whether what is sent can be read on the way. */
export function isOpenToEavesdroppers(uri: string): boolean {
  const { protocol, hostname } = new URL(uri);
  return protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** A server in the list that a person keeps, as it stands in the settings: anything may be missing or wrong. */
export type ServerEntry = { readonly [K in 'name' | 'uri' | keyof TlsOptions]?: unknown };

export interface RemoteSettings {
  /** `mlTracking.remote.servers`, of the person. */
  readonly servers: readonly ServerEntry[];
  /** `mlTracking.remote.uri`, and whether the workspace names it. */
  readonly uri: string;
  readonly uriFromWorkspace: boolean;
  /** `MLFLOW_TRACKING_URI`; undefined when it is our own server's. */
  readonly environmentUri: string | undefined;
}

/**
 * The remotes by these settings, each server once: the person's first. How certificates are checked is the person's word alone,
 * whoever else names the same server. `complain` hears of what can't be used.
 */
export function configuredRemotes(settings: RemoteSettings, complain: (line: string) => void): Remote[] {
  const found = new Map<string, Remote>();
  const add = (text: string, from: Remote['from'], where: string, entry: ServerEntry = {}): void => {
    try {
      const { uri } = parseRemoteUri(text);
      if (!found.has(uri)) found.set(uri, { name: textOf(entry.name) ?? new URL(uri).host, uri, from, ...tlsOf(entry) });
    } catch {
      complain(`${where} names no server that can be reached over http:// or https://; it is left out.`);
    }
  };
  settings.servers.forEach((entry, index) => add(textOf(entry.uri) ?? '', 'user', `mlTracking.remote.servers[${index}]`, entry));
  if (settings.uri.trim() !== '') add(settings.uri, settings.uriFromWorkspace ? 'workspace' : 'user', 'mlTracking.remote.uri');
  // Clients understand more than servers by it, e.g. a folder: that is nobody's mistake.
  if (/^https?:/.test(settings.environmentUri ?? '')) add(settings.environmentUri ?? '', 'environment', 'MLFLOW_TRACKING_URI');
  return [...found.values()];
}

/** A server that a process is to record on, and what it needs in its environment for that. */
export interface RemoteDestination {
  readonly uri: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** What opens a server's engine, as plain data. */
export type RemotePlace = TlsOptions & {
  readonly uri: string;
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
};

export function placeOf(
  { uri, insecureTls, serverCertificate, clientCertificate }: Remote,
  credentials: Credentials | undefined,
): RemotePlace {
  return {
    uri,
    ...(insecureTls && { insecureTls }),
    ...(serverCertificate !== undefined && { serverCertificate }),
    ...(clientCertificate !== undefined && { clientCertificate }),
    ...credentials,
  };
}

/**
 * How `ml-tracking` is told of a server and its credentials: nobody sees a process's environment in a list of processes. It is a
 * variable of our own, since MLflow's may be set for every terminal, for another server.
 */
export function remoteEnvironment(place: RemotePlace): Record<string, string> {
  return { ML_TRACKING_REMOTE: JSON.stringify(place) };
}

function tlsOf({ insecureTls, serverCertificate, clientCertificate }: ServerEntry): TlsOptions {
  const [server, client] = [textOf(serverCertificate), textOf(clientCertificate)];
  return {
    ...(insecureTls === true && { insecureTls }),
    ...(server !== undefined && { serverCertificate: server }),
    ...(client !== undefined && { clientCertificate: client }),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
