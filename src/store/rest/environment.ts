import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { homeFolder } from '../../core/homeFolder';
import { parseAddress, withoutCredentials } from './address';
import type { RemoteOptions } from './options';

/**
 * The options for a server as the environment tells them to MLflow's own clients: the variables MLFLOW_TRACKING_USERNAME,
 * _PASSWORD, _TOKEN, _INSECURE_TLS, _SERVER_CERT_PATH and _CLIENT_CERT_PATH, MLFLOW_WORKSPACE, MLFLOW_HTTP_REQUEST_TIMEOUT
 * (seconds) and _MAX_RETRIES, and the file `~/.mlflow/credentials`, whose entries the variables go before. What the editor tells
 * a process that it starts, in ML_TRACKING_REMOTE, goes before all of that for its server: in terminals of the editor MLflow's
 * variables may speak of another.
 */
export function remoteFromEnvironment(uri: string, env: NodeJS.ProcessEnv, warn: (line: string) => void = () => undefined): RemoteOptions {
  const told = toldByEditor(uri, env['ML_TRACKING_REMOTE']);
  if (told) return told;
  const isForeign = isForeignToken(uri, env);
  if (isForeign)
    warn(
      `MLFLOW_TRACKING_TOKEN belongs to ${withoutCredentials(env['MLFLOW_TRACKING_URI'] ?? '')} on this machine and is not shown to another: for a token of ${withoutCredentials(uri)} set MLFLOW_TRACKING_URI to that as well.`,
    );
  const file = credentials(env);
  const seconds = numberOf(env['MLFLOW_HTTP_REQUEST_TIMEOUT']);
  return withoutEmpty({
    uri,
    token: isForeign ? undefined : env['MLFLOW_TRACKING_TOKEN'],
    username: env['MLFLOW_TRACKING_USERNAME'] || file['mlflow_tracking_username'],
    password: env['MLFLOW_TRACKING_PASSWORD'] || file['mlflow_tracking_password'],
    insecureTls: /^(?:true|1)$/i.test(env['MLFLOW_TRACKING_INSECURE_TLS'] ?? '') || undefined,
    serverCertificate: env['MLFLOW_TRACKING_SERVER_CERT_PATH'],
    clientCertificate: env['MLFLOW_TRACKING_CLIENT_CERT_PATH'],
    workspace: env['MLFLOW_WORKSPACE'],
    timeout: seconds === undefined ? undefined : seconds * 1000,
    retries: numberOf(env['MLFLOW_HTTP_REQUEST_MAX_RETRIES']),
  });
}

/**
 * Whether the token of the environment is that of a server of this machine, which MLFLOW_TRACKING_URI names as in the editor's
 * terminals: another machine is not to see it.
 */
function isForeignToken(uri: string, env: NodeJS.ProcessEnv): boolean {
  const named = env['MLFLOW_TRACKING_URI'] ?? '';
  if (!env['MLFLOW_TRACKING_TOKEN'] || !/^https?:\/\/[^/]/i.test(named) || !URL.canParse(named)) return false;
  return parseAddress(named).isLoopback && !parseAddress(uri).isLoopback;
}

/** The options in JSON, where they are of this server; only what is known of them is taken. */
function toldByEditor(uri: string, text: string | undefined): RemoteOptions | undefined {
  if (!text) return undefined;
  let told: Partial<Record<keyof RemoteOptions, unknown>>;
  try {
    told = (JSON.parse(text) ?? {}) as typeof told;
  } catch {
    return undefined;
  }
  const [named, wanted] = [URL.parse(typeof told.uri === 'string' ? told.uri : ''), URL.parse(uri)];
  if (!named || named.origin !== wanted?.origin) return undefined;
  const string = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return withoutEmpty({
    uri,
    token: string(told.token),
    username: string(told.username),
    password: string(told.password),
    insecureTls: told.insecureTls === true || undefined,
    serverCertificate: string(told.serverCertificate),
    clientCertificate: string(told.clientCertificate),
  });
}

/** The entries of the section `[mlflow]` in the file that `mlflow login` users keep; empty where there is none. */
function credentials(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const home = (process.platform === 'win32' ? env['USERPROFILE'] : env['HOME']) || homeFolder(homedir);
  try {
    return iniSection(readFileSync(join(home, '.mlflow', 'credentials'), 'utf8'), 'mlflow');
  } catch {
    return {};
  }
}

/** One section of an INI file; names are read in lower case, as Python's configparser does. */
export function iniSection(text: string, section: string): Readonly<Record<string, string>> {
  const entries: Record<string, string> = {};
  let inside = false;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[([^\]]+)\]/.exec(line);
    if (header) inside = header[1] === section;
    else if (inside && !/^\s*[#;]/.test(line)) {
      const [, name, value] = /^\s*([^=:]+?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) entries[name.toLowerCase()] = value;
    }
  }
  return entries;
}

function numberOf(text: string | undefined): number | undefined {
  const value = Number(text?.trim() || NaN);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

function withoutEmpty(
  options: { readonly [Name in keyof RemoteOptions]: RemoteOptions[Name] | undefined } & { uri: string },
): RemoteOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== '')) as unknown as RemoteOptions;
}
