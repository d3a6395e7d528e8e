import { once } from 'node:events';
import { resolve } from 'node:path';
import { version } from '../../package.json';
import { TrackingError, invalid } from '../core/errors';
import { Ending } from '../server/ending';
import { isLoopback } from '../server/guard';
import { Lease } from '../server/lease';
import { findPortOwner, suggestPort } from '../server/portOwner';
import { createServer } from '../server/server';
import { identifyProcess } from '../store/processIdentity';
import { claimServerFile, findServer, readServerFile, removeServerFile, type ServerFile, serverLiveness } from '../store/serverFile';
import { openStore } from '../store/sqlite/store';
import type { Output } from './output';
import { storeFolder } from './storeOption';

export interface ServerFlags {
  readonly store?: string;
  readonly artifacts?: string;
  readonly host: string;
  readonly port: number;
  /** False: none is wanted, whoever may reach it. */
  readonly token?: string | false;
  readonly allowedHost?: readonly string[];
  /** It ends when for so many seconds nobody was connected. */
  readonly lease?: number;
}

/** Serves a store to MLflow's clients until it is told to end; what is under way then is finished first. */
export async function serve(flags: ServerFlags, output: Output): Promise<void> {
  const token = tokenFor(flags, output);
  const folder = storeFolder(flags.store);
  const ended = nextSignal();
  const identity = identifyProcess();
  refuseSecond(await findServer(folder), output);
  const elsewhere = await readServerFile(folder);
  if (elsewhere && (await serverLiveness(elsewhere)) === 'unknown')
    output.say(`ml-tracking: ${elsewhere.machine} may be serving this store, too, at ${elsewhere.url}: it can't be asked from here\n`);
  const artifacts = flags.artifacts === undefined ? undefined : resolve(flags.artifacts);
  const engine = await openStore(folder, { artifacts });
  try {
    const server = createServer(engine, {
      host: flags.host,
      allowedHosts: flags.allowedHost,
      token,
      log: (line) => output.say(`ml-tracking: ${line}\n`),
    });
    const ending = new Ending(server);
    const lease = flags.lease === undefined ? undefined : new Lease(server.server, flags.lease);
    for (const warning of engine.info.warnings) output.say(`ml-tracking: ${warning}\n`);
    const self = await identity;
    try {
      const url = addressOf(await listening(server.listen({ host: flags.host, port: flags.port }), flags, output), flags.host);
      const port = Number(new URL(url).port || 80);
      if (!engine.info.readOnly)
        refuseSecond(await claimServerFile(folder, self, { version, host: flags.host, port, url, lease: flags.lease }), output);
      const { location } = engine.info;
      output.out(
        output.json
          ? `${JSON.stringify({ url, pid: process.pid, port, store: location })}\n`
          : `Listening on ${url} for the store ${location}\n`,
      );
      await Promise.race([ended, ...(lease ? [lease.ended] : [])]);
    } finally {
      lease?.dispose();
      await ending.close();
      await removeServerFile(folder, self);
    }
  } finally {
    await engine.close();
  }
}

/** Whoever can be reached by others needs a token, or somebody who has said that none is wanted. */
function tokenFor({ token, host }: ServerFlags, output: Output): string | undefined {
  const given = token ?? process.env['ML_TRACKING_TOKEN'];
  if (given === '') throw invalid('an empty token protects nothing: give one, or none at all');
  if (given !== undefined && given !== false) {
    // Anything else can't be sent in a header.
    if (!/^[\x21-\x7e]+$/.test(given)) throw invalid('a token must be of visible ASCII characters, without spaces');
    return given;
  }
  if (isLoopback(host)) return undefined;
  if (given === undefined)
    throw invalid(
      `other machines can reach ${host}: protect the store with --token (or ML_TRACKING_TOKEN), or say --no-token to let everybody in`,
    );
  output.say(`ml-tracking: everybody who can reach ${host} may read and change this store, since there is no token\n`);
  return undefined;
}

/** One server serves a store: clients, and the editor, know then whom to ask. */
function refuseSecond(there: ServerFile | undefined, output: Output): void {
  if (!there) return;
  const { url, pid } = there;
  if (output.json) output.out(`${JSON.stringify({ error: 'already-served', url, pid })}\n`);
  throw new TrackingError('INVALID_STATE', `this store is served already at ${url} (process ${pid}): use that one, or end it first`);
}

/** Resolves at the first signal to end; a second one ends the process as it always does. */
async function nextSignal(): Promise<void> {
  const waiting = new AbortController();
  await Promise.race(['SIGTERM', 'SIGINT', 'SIGHUP'].map((signal) => once(process, signal, { signal: waiting.signal })));
  waiting.abort();
}

function addressOf(address: string, host: string): string {
  // A person reads the name that was given, with the port that was picked; what stands for every address is no address to go to.
  const { port } = new URL(address);
  const name = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `http://${name.includes(':') ? `[${name}]` : name}${port === '' ? '' : `:${port}`}`;
}

/** Waits until the server listens; where it can't, says why and what to do. */
async function listening(address: Promise<string>, { host, port }: ServerFlags, output: Output): Promise<string> {
  try {
    return await address;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EACCES') throw invalid(`port ${port} of ${host} may not be used by this user: choose one above 1023 with --port`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw invalid(`${host} is no address of this machine: choose another with --host`);
    if (code !== 'EADDRINUSE') throw error;
    const [owner, suggestion] = await Promise.all([findPortOwner(port), suggestPort(host, port)]);
    if (output.json) output.out(`${JSON.stringify({ error: 'port-taken', host, port, owner: owner ?? null, suggestion })}\n`);
    const who = owner === undefined ? 'another program' : `${owner.name} (process ${owner.pid})`;
    const free = suggestion === 0 ? '--port 0, which picks a free one' : `--port ${suggestion}, which is free`;
    throw new TrackingError('INVALID_STATE', `port ${port} of ${host} is taken by ${who}: end it, or use ${free}`, { cause: error });
  }
}
