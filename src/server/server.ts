import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyServerOptions } from 'fastify';
import type { TSchema } from 'typebox';
import { messageOf } from '../core/errors';
import type { Engine } from '../store/engine';
import { ArtifactUris } from './artifactUris';
import { readJsonBodies, withOldNames } from './bodies';
import { toWireError, wireError } from './errors';
import { Guard, type GuardOptions } from './guard';
import { type Limits, USUAL_LIMITS, checkHeaders, limitBodyTime, refuseUnreadable } from './limits';
import { MultipartUploads } from './multipartUploads';
import type { App } from './resources';
import { artifactProxyRoutes } from './routes/artifactProxy';
import { artifactRoutes, downloadRoutes, uploadRoutes } from './routes/artifacts';
import { datasetRoutes } from './routes/datasets';
import { experimentRoutes } from './routes/experiments';
import { loggedModelRoutes } from './routes/loggedModels';
import { metricRoutes } from './routes/metrics';
import { multipartRoutes } from './routes/multipart';
import { modelVersionRoutes } from './routes/modelVersions';
import { presignedRoutes } from './routes/presigned';
import { probeRoutes } from './routes/probes';
import { registeredModelRoutes } from './routes/registeredModels';
import { runRoutes } from './routes/runs';
import { Turns } from './turns';
import { validator } from './validation';

export interface ServerOptions extends GuardOptions {
  /** Told of failures that are ours, and of what the server does. */
  readonly log?: (line: string) => void;
  /** Where uploads that come in parts wait for the rest; absent: beside the artifacts. */
  readonly uploadFolder?: string;
  readonly limits?: Partial<Limits>;
}

/** The framework's own name for it knows only its usual compilers. */
type ValidatorFactory = NonNullable<
  NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>['buildValidator']
>;

/**
 * MLflow's tracking server over a store, not listening yet. Closing it ends what is under way first; the store stays open.
 */
export function createServer(engine: Engine, options: ServerOptions): FastifyInstance {
  const { log = () => undefined } = options;
  const guard = new Guard(options);
  const limits: Limits = { ...USUAL_LIMITS, ...options.limits };
  const app = fastify({
    logger: false,
    bodyLimit: limits.bodySize,
    connectionTimeout: limits.silence,
    forceCloseConnections: 'idle',
    http: {
      maxHeaderSize: limits.headerSize,
      headersTimeout: limits.headerTime,
      connectionsCheckingInterval: Math.min(5_000, limits.headerTime),
    },
    routerOptions: { maxParamLength: limits.headerSize },
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
  app.server.maxConnections = limits.connections;

  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'X-Content-Type-Options': 'nosniff', 'X-Frame-Options': 'DENY', 'Cache-Control': 'no-store' });
    guard.check(request.headers);
    checkHeaders(request.raw, limits);
  });
  limitBodyTime(app, limits.bodyTime);
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
    // The rest of what is too much is not waited for.
    if (status === 408 || status === 413) void reply.header('Connection', 'close');
    return reply.status(status).send(body);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const { status, body } = wireError('ENDPOINT_NOT_FOUND', `This server has no ${request.method} ${pathOf(request.url)}.`);
    return reply.status(status).send(body);
  });

  const uploads = new MultipartUploads(engine.artifactTree, options.uploadFolder ?? besideArtifacts(engine.info.artifactRoot));
  sweepRegularly(app, uploads);
  const resources = {
    engine,
    uploads,
    pace: limits.pace,
    uris: new ArtifactUris(engine.info.artifactRoot),
    turns: new Turns(),
  };
  probeRoutes(app);
  downloadRoutes(app, resources);
  const underApi = [
    experimentRoutes,
    runRoutes,
    metricRoutes,
    datasetRoutes,
    artifactRoutes,
    uploadRoutes,
    presignedRoutes,
    artifactProxyRoutes,
    multipartRoutes,
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

/** No path of the tree begins with a dot: nobody reaches what waits there but by the upload's id. */
function besideArtifacts(root: string): string {
  return root.startsWith('file:') ? join(fileURLToPath(root), '.uploads') : join(tmpdir(), 'ml-tracking-uploads');
}

/** Uploads that were given up are thrown away when the server starts, and now and then. */
function sweepRegularly(app: App, uploads: MultipartUploads): void {
  // What can't be thrown away today may be tomorrow.
  const sweep = (): void => void uploads.sweep().catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  app.addHook('onListen', () => {
    sweep();
    timer = setInterval(sweep, 6 * 3_600_000).unref();
  });
  app.addHook('onClose', async () => clearInterval(timer));
}
