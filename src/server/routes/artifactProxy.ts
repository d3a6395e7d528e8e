import { ReadableStream } from 'node:stream/web';
import { Type } from 'typebox';
import { filled, writeFile } from '../encoding';
import { sendArtifact } from '../download';
import { RequestError } from '../errors';
import { Text } from '../fields';
import { checkHidden } from '../percent';
import type { App, Resources } from '../resources';

/** The artifacts behind `mlflow-artifacts:/<path>`. */
export function artifactProxyRoutes(app: App, { engine: { artifactTree } }: Resources): void {
  app.get('/mlflow-artifacts/artifacts', { schema: { querystring: Type.Object({ path: Type.Optional(Text) }) } }, async ({ query }) => {
    const files = await artifactTree.list(checked(query.path ?? ''));
    const named = files.map((file) => writeFile({ ...file, path: file.path.slice(file.path.lastIndexOf('/') + 1) }));
    return filled('files', named);
  });
  app.get<Proxied>('/mlflow-artifacts/artifacts/*', async (request, reply) =>
    sendArtifact(artifactTree, checked(request.params['*']), request, reply),
  );
  app.delete<Proxied>('/mlflow-artifacts/artifacts/*', async ({ params }) => {
    await artifactTree.remove(checked(params['*']));
    return {};
  });
  for (const step of ['create', 'complete', 'abort'])
    app.post(`/mlflow-artifacts/mpu/${step}/*`, async () => {
      throw new RequestError('NOT_IMPLEMENTED', 'Multipart upload is not supported by this server: upload the file with PUT.');
    });
  app.get('/mlflow-artifacts/presigned/*', async () => {
    throw new RequestError('NOT_IMPLEMENTED', 'Presigned download URLs are not supported by this server: download the file with GET.');
  });

  void app.register(async (uploads) => {
    // A file's bytes come as they are, whatever their type.
    uploads.removeAllContentTypeParsers();
    uploads.addContentTypeParser('*', (_request, _payload, done) => done(null));
    uploads.put<Proxied>('/mlflow-artifacts/artifacts/*', async ({ params, raw }, reply) => {
      // A refusal must not cut the connection before it has been read.
      await artifactTree.write(checked(params['*']), ReadableStream.from<Uint8Array>(raw.iterator({ destroyOnReturn: false })));
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
