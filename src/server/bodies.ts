import type { IncomingHttpHeaders } from 'node:http';
import { RequestError } from './errors';
import type { App } from './resources';

/** Reads JSON bodies as MLflow does, and refuses every other kind. */
export function readJsonBodies(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, async (_request: unknown, body: string) => parseBody(body));
  app.addContentTypeParser('*', async ({ headers }: { readonly headers: IncomingHttpHeaders }) => {
    const wrong = headers['content-type'] ? "must be one of ['application/json']." : 'header is missing.';
    throw new RequestError('INVALID_PARAMETER_VALUE', `Bad Request. Content-Type ${wrong}`);
  });
}

/** A body that is absent is an empty object; one that is JSON within a JSON string, as old clients send it, is opened. */
function parseBody(text: string): unknown {
  let body = text === '' ? {} : parseJson(text);
  if (typeof body === 'string') body = parseJson(body);
  // In protocol buffers' JSON a field that is null is a field that is absent.
  return withOldNames(text.includes('null') ? withoutNulls(body) : body);
}

/** As deep as protocol buffers' JSON goes; whatever walks through a body may then call itself. */
const DEEPEST = 100;

function parseJson(text: string): unknown {
  if (isDeep(text)) throw new RequestError('BAD_REQUEST', `Bad Request. The body is nested more than ${DEEPEST} levels deep.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestError('BAD_REQUEST', 'Bad Request. The body is not valid JSON.');
  }
}

function isDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = endOfString(text, index);
    else if (code === BRACKET || code === BRACE) {
      if (++depth > DEEPEST) return true;
    } else if (code === BRACKET + 2 || code === BRACE + 2) depth--;
  }
  return false;
}

const QUOTE = 0x22;
const BRACKET = 0x5b;
const BRACE = 0x7b;
const BACKSLASH = 0x5c;

/** Where the string ends that begins at a quote. */
function endOfString(text: string, start: number): number {
  let end = start;
  do {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length;
  } while (isEscaped(text, end));
  return end;
}

function isEscaped(text: string, position: number): boolean {
  let before = position - 1;
  while (text.charCodeAt(before) === BACKSLASH) before--;
  return (position - before) % 2 === 0;
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
