import { ReadableStream } from 'node:stream/web';
import { Type } from 'typebox';
import { filled, writeFile } from '../encoding';
import { sendArtifact } from '../download';
import { RequestError } from '../errors';
import { Text } from '../fields';
import { checkHidden } from '../percent';
import { UPLOAD } from '../limits';
import { steadily } from '../steadyStream';
import type { App, Resources } from '../resources';

/** The artifacts behind `mlflow-artifacts:/<path>`. */
export function artifactProxyRoutes(app: App, { engine: { artifactTree }, pace }: Resources): void {
  app.get('/mlflow-artifacts/artifacts', { schema: { querystring: Type.Object({ path: Type.Optional(Text) }) } }, async ({ query }) => {
    const files = await artifactTree.list(checked(query.path ?? ''));
    const named = files.map((file) => writeFile({ ...file, path: file.path.slice(file.path.lastIndexOf('/') + 1) }));
    return filled('files', named);
  });
  app.route<Proxied>({
    method: ['GET', 'HEAD'],
    url: '/mlflow-artifacts/artifacts/*',
    handler: async (request, reply) => sendArtifact(artifactTree, checked(request.params['*']), request, reply),
  });
  app.delete<Proxied>('/mlflow-artifacts/artifacts/*', async ({ params }) => {
    await artifactTree.remove(checked(params['*']));
    return {};
  });
  // Clients that hear this download the file with GET.
  app.get<Proxied>('/mlflow-artifacts/presigned/*', async ({ params }) => {
    checked(params['*']);
    throw new RequestError('NOT_IMPLEMENTED', 'Multipart download is not supported for the current artifact repository');
  });

  void app.register(async (uploads) => {
    // A file's bytes come as they are, whatever their type.
    uploads.removeAllContentTypeParsers();
    uploads.addContentTypeParser('*', (_request, _payload, done) => done(null));
    uploads.put<Proxied>('/mlflow-artifacts/artifacts/*', UPLOAD, async ({ params, raw }, reply) => {
      await artifactTree.write(checked(params['*']), ReadableStream.from<Uint8Array>(steadily(raw, pace)));
      return reply.send();
    });
  });
}

interface Proxied {
  Params: { '*': string };
}

function checked(path: string): string {
  checkHidden(path);
  return path;
}
