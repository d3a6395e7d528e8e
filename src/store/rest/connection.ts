import { readFileSync } from 'node:fs';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { invalid, messageOf } from '../../core/errors';
import type { RemoteAddress } from './address';
import type { RemoteOptions } from './options';

const CONNECT_TIMEOUT = 10_000;
/** Shorter than any server's own: a connection that is closed while a request is on its way leaves its fate unknown. */
const KEEP_ALIVE = 1_500;
const CONNECTIONS = 8;

/**
 * The connections to a server, through the proxy that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name; this machine is always reached
 * directly. A certificate's file that can't be read is INVALID_PARAMETER_VALUE.
 */
export function connectionsTo(address: RemoteAddress, options: RemoteOptions, timeout: number): Dispatcher {
  const tls = tlsOptions(options);
  const common = {
    connections: CONNECTIONS,
    keepAliveTimeout: KEEP_ALIVE,
    keepAliveMaxTimeout: KEEP_ALIVE,
    headersTimeout: timeout,
    bodyTimeout: timeout,
    connect: { ...tls, timeout: CONNECT_TIMEOUT },
  };
  if (address.isLoopback) return new Agent(common);
  return new EnvHttpProxyAgent({ ...common, requestTls: tls, proxyTunnel: false });
}

interface TlsOptions {
  readonly rejectUnauthorized?: false;
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

function tlsOptions({ insecureTls, serverCertificate, clientCertificate }: RemoteOptions): TlsOptions {
  const client = clientCertificate === undefined ? undefined : pem(clientCertificate, "this client's certificate and key");
  return {
    ...(insecureTls ? { rejectUnauthorized: false } : {}),
    ...(serverCertificate === undefined ? {} : { ca: pem(serverCertificate, 'the authorities to trust') }),
    ...(client === undefined ? {} : { cert: client, key: client }),
  };
}

function pem(path: string, what: string): Buffer {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    throw invalid(`The file with ${what} can't be read: ${messageOf(error)}`);
  }
  if (!content.includes('-----BEGIN')) throw invalid(`${path} holds no certificate in PEM form: ${what} belong there.`);
  return content;
}
