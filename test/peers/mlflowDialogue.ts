import type { Request } from './mlflowRequest';

export interface Answer {
  readonly status: number;
  /** JSON where it is some, else the text. */
  readonly body: unknown;
}

/** Asks one server everything in order, filling in what it has answered before. */
export async function dialogue(url: string, requests: readonly Request[]): Promise<Answer[]> {
  const names = new Map<string, string>();
  const answers: Answer[] = [];
  for (const request of requests) {
    const filled = (text: string): string => text.replace(/\{(\w+)\}/g, (whole, name: string) => names.get(name) ?? whole);
    const body = typeof request.body === 'string' ? request.body : filled(JSON.stringify(request.body) ?? '');
    const response = await fetch(url + filled(request.path), {
      method: request.method,
      ...(body === '' ? {} : { body, headers: { 'Content-Type': typeof request.body === 'string' ? 'text/plain' : 'application/json' } }),
    });
    const answer = { status: response.status, body: parsed(await response.text()) };
    for (const [name, place] of Object.entries(request.keep ?? {})) names.set(name, String(at(answer.body, place)));
    answers.push(normal(answer, new Map([...names].map(([name, value]) => [value, name]))));
  }
  return answers;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function at(value: unknown, place: string): unknown {
  return place.split('.').reduce<unknown>((inner, part) => (inner as Record<string, unknown> | undefined)?.[part], value);
}

/** Moments that a server notes by its own clock. */
const CLOCK =
  /^(?:creation_time|last_update_time|creation_timestamp|last_updated_timestamp|creation_timestamp_ms|last_updated_timestamp_ms|next_page_token)$/;
/** Told by MLflow and of no use to its clients. */
const EXTRA = /^(?:sqlstate|error_class|workspace|is_default_workspace)$/;

/** The answer with ids by their names, lists of keys in order, and without what differs from one call to the next. */
function normal(answer: Answer, names: ReadonlyMap<string, string>): Answer {
  const text = (value: string): string =>
    [...names].reduce((inner, [id, name]) => (id.length > 4 ? inner.replaceAll(id, `{${name}}`) : inner), value);
  const visit = (value: unknown, key = ''): unknown => {
    if (CLOCK.test(key)) return typeof value;
    if (typeof value === 'string') return text(spaced(value));
    if (Array.isArray(value)) return sorted(value.map((item) => visit(item)));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).filter(([name]) => !EXTRA.test(name));
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, visit(inner, name)]));
  };
  return { status: answer.status, body: visit(answer.body) };
}

/** JSON within a text is the same with other spaces. */
function spaced(value: string): string {
  return /^\[\{.*\}\]$/.test(value) ? JSON.stringify(parsed(value)) : value;
}

/** Params, tags and the like have no order of their own; several points of one metric of a run do. */
function sorted(items: unknown[]): unknown[] {
  const keyed = items.every((item) => typeof item === 'object' && item !== null && ('key' in item || 'alias' in item));
  return keyed ? items.toSorted((a, b) => compare(nameOf(a), nameOf(b))) : items;
}

function nameOf(item: unknown): string {
  const { key, alias, run_id: run } = item as { readonly key?: unknown; readonly alias?: unknown; readonly run_id?: unknown };
  return `${String(key ?? alias)} ${String(run)}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
