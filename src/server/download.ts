import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { ByteRange, ArtifactTree } from '../store/engine';
import { TrackingError } from '../core/errors';

/** What a browser may be told to show; everything else is bytes or plain text, so that nothing that was stored is ever executed. */
const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  json: 'application/json',
};
const PLAIN = /^(?:txt|log|md|csv|tsv|ya?ml|toml|ini|cfg|py|ipynb|MLmodel)$/;

/** Answers with a file of the tree, or the part of it that the request asks for. */
export async function sendArtifact(tree: ArtifactTree, path: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const range = rangeOf(request.headers.range) ?? (await endOf(tree, path, request.headers.range));
  const { size, content } = await tree.open(path, range).catch(async (error: unknown) => {
    if (range === undefined || !(error instanceof TrackingError) || error.code !== 'INVALID_PARAMETER_VALUE') throw error;
    // Either the range or the path is wrong: the path is asked for alone to tell.
    const whole = await tree.open(path);
    await whole.content.cancel();
    return { size: whole.size, content: undefined };
  });
  const name = path.slice(path.lastIndexOf('/') + 1);
  void reply.headers({
    'Content-Disposition': `attachment; filename*=UTF-8''${encoded(name)}`,
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Accept-Ranges': 'bytes',
  });
  if (content === undefined) return reply.status(416).header('Content-Range', `bytes */${size}`).send();
  const end = Math.min(range?.end ?? size - 1, size - 1);
  if (range) void reply.status(206).header('Content-Range', `bytes ${range.start}-${end}/${size}`);
  void reply.type(typeOf(name)).header('Content-Length', range ? end - range.start + 1 : size);
  if (request.method !== 'HEAD') return reply.send(Readable.fromWeb(content));
  await content.cancel();
  return reply.send();
}

/** The last so many bytes; none of them is a range that begins behind the end. */
async function endOf(tree: ArtifactTree, path: string, header: string | undefined): Promise<ByteRange | undefined> {
  const found = /^bytes=-(\d{1,15})$/.exec(header ?? '');
  if (!found) return undefined;
  const whole = await tree.open(path);
  await whole.content.cancel();
  return { start: Math.max(0, whole.size - Number(found[1])) };
}

/** One range from its start; several at once are left unheard, which the protocol allows. */
function rangeOf(header: string | undefined): ByteRange | undefined {
  const found = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? '');
  if (!found) return undefined;
  const start = Number(found[1]);
  const end = found[2] ? Number(found[2]) : undefined;
  return end !== undefined && end < start ? undefined : { start, end };
}

function typeOf(name: string): string {
  const extension = name.slice(name.lastIndexOf('.') + 1);
  if (PLAIN.test(extension)) return 'text/plain; charset=utf-8';
  const type = extension.toLowerCase();
  return Object.hasOwn(TYPES, type) ? TYPES[type]! : 'application/octet-stream';
}

function encoded(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
