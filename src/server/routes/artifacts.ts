import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { invalid } from '../../core/errors';
import { quote } from '../../store/limits';
import { writeFile, filled } from '../encoding';
import { joined } from '../artifactUris';
import { sendArtifact } from '../download';
import { Needed, Text } from '../fields';
import { checkHidden } from '../percent';
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

/** The addresses from which pages take files; they stand beside the API. */
export function downloadRoutes(app: App, resources: Resources): void {
  const { engine, uris } = resources;
  const send = sender(resources);
  app.get('/get-artifact', { schema: { querystring: OfRun } }, async (request, reply) => {
    const { artifactUri } = await engine.runs.get(request.query.run_id);
    return send(artifactUri, request.query.path, request, reply);
  });
  app.get('/model-versions/get-artifact', { schema: { querystring: OfVersion } }, async (request, reply) => {
    const { name, version, path } = request.query;
    const { source } = await engine.registry.getVersion(name, readVersion(version));
    return send(await downloadUri(engine, uris, source), path, request, reply);
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
function normalizedInside(path: string): string {
  if (path.startsWith('/') || path.split(/[/\\]/).includes('..')) throw invalid(`Invalid path: ${quote(path)}`);
  return path;
}
