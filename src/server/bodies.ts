import { RequestError } from './errors';
import type { App } from './resources';

/** Reads JSON bodies as MLflow does, and refuses every other kind. */
export function readJsonBodies(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, async (_request: unknown, body: string) => parseBody(body));
  app.addContentTypeParser('*', async () => {
    throw new RequestError('BAD_REQUEST', "Bad Request. Content-Type must be one of ['application/json'].");
  });
}

/** A body that is absent is an empty object; one that is JSON within a JSON string, as old clients send it, is opened. */
function parseBody(text: string): unknown {
  let body = text === '' ? {} : parseJson(text);
  if (typeof body === 'string') body = parseJson(body);
  // In protocol buffers' JSON a field that is null is a field that is absent.
  return withOldNames(text.includes('null') ? withoutNulls(body) : body);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestError('BAD_REQUEST', 'Bad Request. The body is not valid JSON.');
  }
}

/** Runs were once named by `run_uuid`. */
export function withOldNames(fields: unknown): unknown {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return fields;
  const { run_id: runId, run_uuid: runUuid } = fields as { run_id?: unknown; run_uuid?: unknown };
  return runId === undefined && runUuid !== undefined ? { ...fields, run_id: runUuid } : fields;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNulls(inner)]));
}
