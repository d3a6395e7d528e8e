import { once } from 'node:events';
import { TrackingError, invalid } from '../core/errors';
import { createServer } from '../server/server';
import { openStore } from '../store/sqlite/store';
import { jsonText, type Output } from './output';
import { storeFolder } from './storeOption';

export interface ServerFlags {
  readonly store?: string;
  readonly host: string;
  readonly port: number;
  readonly token?: string;
  readonly allowedHost?: readonly string[];
}

/** Serves a store to MLflow's clients until it is told to end; what is under way then is finished first. */
export async function serve(flags: ServerFlags, output: Output): Promise<void> {
  const token = flags.token ?? process.env['ML_TRACKING_TOKEN'];
  if (token === '') throw invalid('an empty token protects nothing: give one, or none at all');
  const ended = nextSignal();
  const engine = await openStore(storeFolder(flags.store));
  try {
    const server = createServer(engine, {
      host: flags.host,
      allowedHosts: flags.allowedHost,
      token,
      log: (line) => output.say(`ml-tracking: ${line}\n`),
    });
    for (const warning of engine.info.warnings) output.say(`ml-tracking: ${warning}\n`);
    try {
      const url = addressOf(await server.listen({ host: flags.host, port: flags.port }), flags.host);
      const { location } = engine.info;
      output.out(
        output.json ? `${jsonText({ url, store: location, pid: process.pid })}` : `Listening on ${url} for the store ${location}\n`,
      );
      await ended;
    } catch (error) {
      throw explained(error, flags);
    } finally {
      await server.close();
    }
  } finally {
    await engine.close();
  }
}

/** Resolves at the first signal to end; a second one ends the process as it always does. */
async function nextSignal(): Promise<void> {
  const waiting = new AbortController();
  await Promise.race(['SIGTERM', 'SIGINT', 'SIGHUP'].map((signal) => once(process, signal, { signal: waiting.signal })));
  waiting.abort();
}

function addressOf(listening: string, host: string): string {
  // A person reads the name that was given, with the port that was picked.
  const { port } = new URL(listening);
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function explained(error: unknown, { host, port }: ServerFlags): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return new TrackingError(
      'INVALID_STATE',
      `port ${port} of ${host} is taken by another program: end it, or choose another port with --port (0 picks a free one)`,
      { cause: error },
    );
  if (code === 'EACCES') return invalid(`port ${port} of ${host} may not be used by this user: choose one above 1023 with --port`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return invalid(`${host} is no address of this machine: choose another with --host`);
  return error;
}
