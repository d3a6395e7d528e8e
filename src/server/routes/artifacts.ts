import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { invalid } from '../../core/errors';
import { quote } from '../../store/limits';
import { filled, writeFile } from '../encoding';
import { joined } from '../artifactUris';
import { sendArtifact } from '../download';
import { Needed, Text } from '../fields';
import { UPLOAD } from '../limits';
import { checkHidden } from '../percent';
import { steadily } from '../steadyStream';
import { VersionNumber, readVersion } from '../versionNumber';
import { downloadUri } from './modelVersions';
import type { App, Resources } from '../resources';

const OfRun = Type.Object({ run_id: Needed, path: Needed });
const OfVersion = Type.Object({ name: Needed, version: VersionNumber, path: Needed });
const OfModel = Type.Object({ artifact_file_path: Needed });
const Id = Type.Object({ id: Needed });
const List = Type.Object({ run_id: Needed, path: Type.Optional(Text), page_token: Type.Optional(Text) });

export function artifactRoutes(app: App, resources: Resources): void {
  const { engine, uris } = resources;
  const send = sender(resources);
  app.get('/mlflow/artifacts/list', { schema: { querystring: List } }, async ({ query }) => {
    const { artifactUri } = await engine.runs.get(query.run_id);
    const files = await engine.artifacts.list(query.run_id, query.path);
    return { root_uri: uris.toWire(artifactUri), ...filled('files', files.map(writeFile)) };
  });
  app.get('/mlflow/logged-models/:id/artifacts/files', { schema: { querystring: OfModel, params: Id } }, async (request, reply) => {
    const { artifactUri } = await engine.loggedModels.get(request.params.id);
    return send(artifactUri, request.query.artifact_file_path, request, reply);
  });
}

/** What MLflow's pages upload: small files, whole. */
export function uploadRoutes(app: App, { engine, pace }: Resources): void {
  void app.register(async (uploads) => {
    uploads.removeAllContentTypeParsers();
    uploads.addContentTypeParser('*', (_request, _payload, done) => done(null));
    uploads.post<{ Querystring: { run_id?: unknown; path?: unknown } }>(
      '/mlflow/upload-artifact',
      UPLOAD,
      async ({ query, raw }, reply) => {
        const { run_id: runId, path } = query;
        if (typeof runId !== 'string' || runId === '') throw invalid('Request must specify run_uuid.');
        if (typeof path !== 'string' || path === '') throw invalid('Request must specify path.');
        checkHidden(path);
        const parts: Uint8Array[] = [];
        let size = Number(raw.headers['content-length'] ?? 0);
        if (size > LARGEST_SMALL) throw tooLarge();
        size = 0;
        for await (const part of steadily(raw, pace)) {
          size += part.length;
          if (size > LARGEST_SMALL) throw tooLarge();
          parts.push(part);
        }
        if (size === 0) throw invalid('Request must specify data.');
        await engine.artifacts.write(runId, path, Buffer.concat(parts));
        return reply.type('application/json').send();
      },
    );
  });
}

const LARGEST_SMALL = 10 * 1024 * 1024;

function tooLarge(): Error {
  return invalid('Artifact size is too large. Max size is 10MB.');
}

/** The addresses from which pages take files; they stand beside the API. */
export function downloadRoutes(app: App, resources: Resources): void {
  const { engine, uris } = resources;
  const send = sender(resources);
  app.route({
    method: ['GET', 'HEAD'],
    url: '/get-artifact',
    schema: { querystring: OfRun },
    handler: async (request, reply) => {
      const { artifactUri } = await engine.runs.get(request.query.run_id);
      return send(artifactUri, request.query.path, request, reply);
    },
  });
  app.route({
    method: ['GET', 'HEAD'],
    url: '/model-versions/get-artifact',
    schema: { querystring: OfVersion },
    handler: async (request, reply) => {
      const { name, version, path } = request.query;
      const { source } = await engine.registry.getVersion(name, readVersion(version));
      return send(await downloadUri(engine, uris, source), path, request, reply);
    },
  });
}

type Send = (folder: string, path: string, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** Answers with a file under a folder's URI. */
function sender({ engine, uris }: Resources): Send {
  return async (folder, path, request, reply) => {
    checkHidden(path);
    return sendArtifact(engine.artifactTree, joined(uris.toPath(folder), normalizedInside(path)), request, reply);
  };
}

/** What is asked for must lie in the folder, not somewhere else in the tree. */
export function normalizedInside(path: string): string {
  if (path.startsWith('/') || path.split(/[/\\]/).includes('..')) throw invalid(`Invalid path: ${quote(path)}`);
  return path;
}
