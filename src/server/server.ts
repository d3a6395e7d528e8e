import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyServerOptions } from 'fastify';
import type { TSchema } from 'typebox';
import { messageOf } from '../core/errors';
import type { Engine } from '../store/engine';
import { ArtifactUris } from './artifactUris';
import { readJsonBodies, withOldNames } from './bodies';
import { toWireError, wireError } from './errors';
import { Guard, type GuardOptions } from './guard';
import type { App } from './resources';
import { artifactProxyRoutes } from './routes/artifactProxy';
import { artifactRoutes, downloadRoutes } from './routes/artifacts';
import { datasetRoutes } from './routes/datasets';
import { experimentRoutes } from './routes/experiments';
import { loggedModelRoutes } from './routes/loggedModels';
import { metricRoutes } from './routes/metrics';
import { modelVersionRoutes } from './routes/modelVersions';
import { probeRoutes } from './routes/probes';
import { registeredModelRoutes } from './routes/registeredModels';
import { runRoutes } from './routes/runs';
import { validator } from './validation';

export interface ServerOptions extends GuardOptions {
  /** Told of failures that are ours, and of what the server does. */
  readonly log?: (line: string) => void;
}

/** The framework's own name for it knows only its usual compilers. */
type ValidatorFactory = NonNullable<
  NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>['buildValidator']
>;

/** The largest JSON body: a batch of the largest params and tags, each character written as an escape. */
const LARGEST_BODY = 16 * 1024 * 1024;
const LARGEST_HEADERS = 32 * 1024;
const HEADERS_TIMEOUT = 20_000;
/** How long a connection may be silent in the middle of a request. */
const SILENCE = 120_000;

/**
 * MLflow's tracking server over a store, not listening yet. Closing it ends what is under way first; the store stays open.
 */
export function createServer(engine: Engine, options: ServerOptions): FastifyInstance {
  const { log = () => undefined } = options;
  const guard = new Guard(options);
  const app = fastify({
    logger: false,
    bodyLimit: LARGEST_BODY,
    connectionTimeout: SILENCE,
    forceCloseConnections: 'idle',
    http: { maxHeaderSize: LARGEST_HEADERS, headersTimeout: HEADERS_TIMEOUT },
    routerOptions: { maxParamLength: LARGEST_HEADERS },
    exposeHeadRoutes: false,
    rewriteUrl: ({ url = '/' }) => url.replace(/^\/ajax-api\//, '/api/'),
    // With a compiler of its own the framework leaves its usual ones, which are large, unloaded.
    schemaController: {
      compilersFactory: {
        buildValidator: (() => (route: { schema: TSchema }) => validator(route.schema)) as unknown as ValidatorFactory,
        buildSerializer: () => () => (value: unknown) => JSON.stringify(value),
      },
    },
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: (error, _request, reply) => {
      const { status, body } = toWireError(error);
      void (reply as FastifyReply).status(status).send(body);
    },
  }) as unknown as App;
  readJsonBodies(app);

  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'X-Content-Type-Options': 'nosniff', 'X-Frame-Options': 'DENY', 'Cache-Control': 'no-store' });
    guard.check(request.headers);
  });
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    // A connection that stays open would keep the server from ending.
    if (closing) void reply.header('Connection', 'close');
  });
  app.addHook('preValidation', async (request) => {
    request.query = withOldNames(request.query);
    if (request.body === undefined) request.body = {};
  });
  app.setErrorHandler(async (error, request, reply) => {
    const { status, body } = toWireError(error);
    if (status >= 500) log(`${request.method} ${request.url}: ${messageOf(error)}`);
    if (status === 401) void reply.header('WWW-Authenticate', 'Basic realm="mlflow"');
    return reply.status(status).send(body);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const { status, body } = wireError('ENDPOINT_NOT_FOUND', `This server has no ${request.method} ${pathOf(request.url)}.`);
    return reply.status(status).send(body);
  });

  const resources = { engine, uris: new ArtifactUris(engine.info.artifactRoot) };
  probeRoutes(app);
  downloadRoutes(app, resources);
  const underApi = [
    experimentRoutes,
    runRoutes,
    metricRoutes,
    datasetRoutes,
    artifactRoutes,
    artifactProxyRoutes,
    registeredModelRoutes,
    modelVersionRoutes,
    loggedModelRoutes,
  ];
  for (const routes of underApi)
    void app.register(
      async (part) => {
        routes(part, resources);
      },
      { prefix: '/api/2.0' },
    );
  return app;
}

function pathOf(url: string): string {
  return url.replace(/\?.*$/s, '').slice(0, 200);
}

/** What is no HTTP, or has headers that are too large, never comes to a route. */
function refuseUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const { status, body } = wireError(
    'BAD_REQUEST',
    tooLarge ? 'The headers are too large.' : 'This is no HTTP request.',
    tooLarge ? 431 : 400,
  );
  const json = JSON.stringify(body);
  if (socket.writable)
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\nConnection: close\r\n\r\n${json}`,
    );
  socket.destroySoon();
}
