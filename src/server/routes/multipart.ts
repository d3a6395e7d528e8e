import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { invalid } from '../../core/errors';
import { quote } from '../../store/limits';
import { Int, Needed, Text } from '../fields';
import { UPLOAD } from '../limits';
import { checkHidden } from '../percent';
import { steadily } from '../steadyStream';
import type { App, Resources } from '../resources';

const Create = Type.Object({ path: Needed, num_parts: Type.Optional(Int) });
const Complete = Type.Object({
  path: Needed,
  upload_id: Needed,
  parts: Type.Array(Type.Object({ part_number: Int, etag: Type.Optional(Text) }), { maxItems: 10_000 }),
});
const Abort = Type.Object({ path: Needed, upload_id: Needed });
const PREFIX = '/mlflow-artifacts/mpu';

/** Uploads in parts; the addresses that the parts are sent to are our own. */
export function multipartRoutes(app: App, { uploads, pace }: Resources): void {
  void app.register(async (part) => {
    const names = part as unknown as App;
    names.post(`${PREFIX}/create/*`, { schema: { body: Create } }, async (request) => {
      const parts = Number(request.body.num_parts ?? 1);
      const id = await uploads.create(placeOf(request, request.body.path), parts);
      const base = `${ownAddress(request)}/api/2.0${PREFIX}/parts/${id}`;
      const { authorization } = request.headers;
      // Clients send a part with these headers and no other: what they have shown us just now lets them in again.
      const headers = authorization === undefined ? {} : { headers: { Authorization: authorization } };
      const credentials = Array.from({ length: parts }, (_, index) => ({
        url: `${base}/${index + 1}`,
        part_number: index + 1,
        ...headers,
      }));
      return { upload_id: id, credentials };
    });
    names.post(`${PREFIX}/complete/*`, { schema: { body: Complete } }, async (request) => {
      const { path, upload_id: id, parts } = request.body;
      const named = parts.map(({ part_number: number, etag = '' }) => ({ number: Number(number), etag }));
      await uploads.complete(id, placeOf(request, path), named);
      return {};
    });
    names.post(`${PREFIX}/abort/*`, { schema: { body: Abort } }, async (request) => {
      await uploads.abort(request.body.upload_id, placeOf(request, request.body.path));
      return {};
    });
  });
  void app.register(async (parts) => {
    parts.removeAllContentTypeParsers();
    parts.addContentTypeParser('*', (_request, _payload, done) => done(null));
    parts.put<{ Params: { id: string; number: string } }>(`${PREFIX}/parts/:id/:number`, UPLOAD, async ({ params, raw }, reply) => {
      const etag = await uploads.savePart(params.id, Number(params.number), steadily(raw, pace));
      return reply.header('ETag', `"${etag}"`).send();
    });
  });
}

/** The folder stands in the address; of the client's own path only the file's name counts. */
function placeOf({ params }: FastifyRequest, local: string): string {
  const folder = (params as { '*': string })['*'];
  const name = local.replace(/^.*[/\\]/s, '');
  if (name === '') throw invalid(`Invalid artifact path ${quote(local)}: name the file to write.`);
  const path = folder === '' ? name : `${folder.replace(/\/+$/, '')}/${name}`;
  checkHidden(path);
  return path;
}

/** Where this client reaches us; the guard has looked at the name. A proxy that speaks TLS to the client says so. */
function ownAddress({ headers }: FastifyRequest): string {
  const secure = String(headers['x-forwarded-proto'] ?? '').toLowerCase() === 'https';
  return `${secure ? 'https' : 'http'}://${headers.host}`;
}
