// Brings what a client and a server have said to each other into a form in which two such dialogues can be compared: ids, times, addresses
// and made-up names by their kind, and what comes in no certain order in one order.
import { createHash } from 'node:crypto';
import type { Exchange, RecordedBody } from './recordingProxy';

/** One request with its answer, without what differs from one time to the next. */
export interface Turn {
  /** Method, path and query. */
  readonly ask: string;
  readonly sent: unknown;
  readonly status: number;
  readonly answer: unknown;
}

/**
 * The requests with their answers, in order. What a client may send in any order among themselves (reading, transferring files) stands sorted
 * between the others; of a client that does everything at once, everything is sorted. Batches of measurements stand at the end: autologging
 * sends them when a clock says so.
 */
export function comparable(exchanges: readonly Exchange[], { atOnce = false }: { atOnce?: boolean } = {}): Turn[] {
  const memory = new Memory(exchanges);
  const all = withoutRepeatedQuestions(exchanges).map((exchange) => turnOf(exchange, memory));
  const windows: { kind: Kind; turns: Turn[] }[] = [];
  for (const turn of (atOnce ? withoutEarlierAnswers(all) : all).filter((each) => !isBatch(each))) {
    const kind = atOnce ? 'log' : kindOf(turn);
    const last = windows.at(-1);
    if (last?.kind === kind) last.turns.push(turn);
    else windows.push({ kind, turns: [turn] });
  }
  const text = (turn: Turn): string => `${turn.ask} ${JSON.stringify(turn)}`;
  const sorted = (turns: readonly Turn[]): Turn[] => turns.toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
  const before = windows.flatMap(({ kind, turns }) => (kind === 'change' ? turns : sorted(turns)));
  return [...before, ...sorted(joined(all.filter(isBatch)))];
}

/** Of a question that was asked while others were still writing only the last answer is certain. */
function withoutEarlierAnswers(turns: readonly Turn[]): Turn[] {
  const key = (turn: Turn): string => `${turn.ask} ${JSON.stringify(turn.sent)}`;
  const last = new Map(turns.map((turn) => [key(turn), turn]));
  return turns.filter((turn) => kindOf(turn) !== 'read' || last.get(key(turn)) === turn);
}

/** What a server can do is asked again when a client's knowledge of it has grown old, so that the clock says how often. */
function withoutRepeatedQuestions(exchanges: readonly Exchange[]): Exchange[] {
  const first = exchanges.find(({ path }) => path.endsWith('/server-info'));
  const rest = exchanges.filter(({ path }) => !path.endsWith('/server-info'));
  return first ? [first, ...rest] : rest;
}

/** Where two dialogues differ, a line for each place with theirs after `-` and ours after `+`; what is the same in many turns, once. */
export function differences(ours: readonly Turn[], theirs: readonly Turn[], most = 40): string {
  const found = new Map<string, number>();
  const note = (text: string): unknown => found.set(text, (found.get(text) ?? 0) + 1);
  let [i, j] = [0, 0];
  while (i < ours.length || j < theirs.length) {
    const [our, their] = [ours[i], theirs[j]];
    if (our && their && question(our) === question(their)) {
      const places = placesThatDiffer(our, their);
      if (places.length > 0) note([question(our), ...places].join('\n'));
      [i, j] = [i + 1, j + 1];
    } else {
      const [more, missing] = nearestMeeting(ours.slice(i, i + 40), theirs.slice(j, j + 40));
      for (let k = j; k < j + missing; k++) note(`- ${inPlace(theirs, k)}`);
      for (let k = i; k < i + more; k++) note(`+ ${inPlace(ours, k)}`);
      [i, j] = [i + more, j + missing];
    }
  }
  const lines = [...found].map(([text, times]) => (times > 1 ? `${text} (${times} times)` : text));
  const rest = lines.length > most ? [`… and ${lines.length - most} more`] : [];
  return [...lines.slice(0, most), ...rest].join('\n');
}

/** A turn with all that was sent, and what came before it: where only the order differs, that is what tells. */
function inPlace(turns: readonly Turn[], index: number): string {
  const [before, turn] = [turns[index - 1], turns[index]];
  return `${turn?.ask} ${shortText(turn?.sent)} → ${turn?.status}, after ${before ? `${before.ask} ${shortText(before.sent)}` : 'nothing'}`;
}

function shortText(value: unknown, most = 300): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** What is asked; of what changes something, what is sent with it may differ and is then told. */
function question(turn: Turn): string {
  return kindOf(turn) === 'read' ? `${turn.ask} ${JSON.stringify(turn.sent)}` : turn.ask;
}

/** How far to go in both until the same is asked again, by the shortest way. */
function nearestMeeting(a: readonly Turn[], b: readonly Turn[]): [number, number] {
  for (let sum = 1; sum < a.length + b.length; sum++)
    for (let i = Math.max(0, sum - b.length + 1); i <= sum && i < a.length; i++) {
      const [our, their] = [a[i], b[sum - i]];
      if (our && their && question(our) === question(their)) return [i, sum - i];
    }
  return [a.length, b.length];
}

function placesThatDiffer(ours: unknown, theirs: unknown, place = ''): string[] {
  if (JSON.stringify(ours) === JSON.stringify(theirs) || isLostNaN(place, ours, theirs)) return [];
  const both = [ours, theirs].every(isRecord) || [ours, theirs].every(Array.isArray);
  if (!both) return [`  ${place}: - ${JSON.stringify(theirs)} + ${JSON.stringify(ours)}`];
  const [our, their] = [ours as Record<string, unknown>, theirs as Record<string, unknown>];
  const names = [...new Set([...Object.keys(their), ...Object.keys(our)])];
  return names.flatMap((name) => placesThatDiffer(our[name], their[name], place ? `${place}.${name}` : name));
}

/** MLflow keeps NaN among a run's metrics, but forgets it among those of a logged model, where it answers 0; we keep it in both. */
function isLostNaN(place: string, ours: unknown, theirs: unknown): boolean {
  return /^answer\.models?\.(?:\d+\.)?data\.metrics\.\d+\.value$/.test(place) && ours === 'NaN' && theirs === 0;
}

type Kind = 'read' | 'log' | 'change';

function kindOf({ ask }: Turn): Kind {
  if (ask.startsWith('GET ') || /^POST \S+\/(?:search|get-latest-versions)$/.test(ask)) return 'read';
  return /^PUT \S+\/mlflow-artifacts\/|\/runs\/(?:log-batch|log-metric|log-inputs|set-tag|outputs)$/.test(ask) ? 'log' : 'change';
}

/** A batch of measurements that the server took. */
function isBatch({ ask, sent, status }: Turn): boolean {
  return ask.endsWith('/runs/log-batch') && status === 200 && isRecord(sent);
}

/** All that was sent to a run counts as one batch. */
function joined(batches: readonly Turn[]): Turn[] {
  const runs = new Map<string, { turn: Turn; lists: Record<string, Set<string>> }>();
  for (const turn of batches) {
    const sent = turn.sent as Record<string, unknown>;
    const key = JSON.stringify([turn.ask, sent.run_id, turn.answer]);
    const run = runs.get(key) ?? { turn, lists: {} };
    runs.set(key, run);
    for (const [name, list] of Object.entries(sent))
      if (Array.isArray(list)) for (const item of list) (run.lists[name] ??= new Set()).add(JSON.stringify(item));
  }
  return [...runs.values()].map(({ turn, lists }) => {
    const sent = Object.fromEntries(Object.entries(lists).map(([name, items]) => [name, [...items].sort()]));
    return { ...turn, sent: { ...(turn.sent as object), ...sent } };
  });
}

function turnOf(exchange: Exchange, memory: Memory): Turn {
  const url = new URL(exchange.path, 'http://server');
  const path = memory.text(decodeURIComponent(url.pathname));
  const query = [...url.searchParams].map(([name, value]) => `${name}=${String(memory.value(value, name))}`).sort();
  const ask = `${exchange.method} ${path}${query.length > 0 ? `?${query.join('&')}` : ''}`;
  const file = uploaded(exchange.path) !== undefined && exchange.method !== 'DELETE';
  if (!file) return { ask, sent: memory.body(exchange.request), status: exchange.status, answer: answerOf(exchange, memory) };
  const sent = exchange.method === 'PUT' ? { type: exchange.requestHeaders['content-type'] } : '';
  if (exchange.method === 'PUT' || exchange.status >= 400)
    return { ask, sent, status: exchange.status, answer: answerOf(exchange, memory) };
  return { ask, sent, status: exchange.status, answer: memory.isUploaded(exchange) ? 'what was uploaded' : 'something else' };
}

/** Of an error only its code counts: the words are each server's own. */
function answerOf({ status, response, responseHeaders }: Exchange, memory: Memory): unknown {
  const type = responseHeaders['content-type']?.split(';')[0];
  const body = memory.body(response);
  if (status >= 400 && isRecord(body)) return { type, error_code: body.error_code };
  return type === 'application/json' ? body : { type, body };
}

/** The place of a file in the artifact proxy, where a request is about one. */
function uploaded(path: string): string | undefined {
  return /\/mlflow-artifacts\/artifacts\/([^?]+)/.exec(path)?.[1];
}

/** Told by MLflow and of no use to its clients, or about what only it offers (its gateway, uploads past the server). */
const EXTRA = /^(?:sqlstate|error_class|workspace|is_default_workspace|features_enabled|presigned_upload_\w+_supported)$/;
/** Measured by a clock, or made up from one. */
const CLOCK = /(?:_time|_times|_timestamp|_timestamp_ms|timestamp|page_token|model_size_bytes|mlflow\.source\.git\.commit)$/;
const IDS = /m-[0-9a-f]{32}(?![0-9a-f])|(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-f])/g;

/** What one dialogue has been about: its ids, by what the client has done with each, and the files that it has brought. */
class Memory {
  private readonly names = new Map<string, string>();
  private readonly digests = new Map<string, Set<string>>();
  private readonly sizes = new Map<string, Set<number>>();

  constructor(exchanges: readonly Exchange[]) {
    for (const { method, path, request } of exchanges) {
      const place = uploaded(path);
      if (method !== 'PUT' || place === undefined) continue;
      const name = decodeURIComponent(place.split('/').at(-1) ?? '');
      this.digests.set(place, (this.digests.get(place) ?? new Set()).add(request.digest));
      this.sizes.set(name, (this.sizes.get(name) ?? new Set()).add(request.size));
    }
    this.nameIds(exchanges);
  }

  /** An id is named after everything that the client has done with it, which is the same whatever came first. */
  private nameIds(exchanges: readonly Exchange[]): void {
    const deeds = new Map<string, Set<string>>();
    const note = (asked: string, content: unknown, about: string): void => {
      const deed = asked.startsWith('GET ') ? 'reading' : `${asked} ${JSON.stringify(this.value(content))}`;
      for (const [id] of about.matchAll(IDS)) deeds.set(id, (deeds.get(id) ?? new Set()).add(deed));
    };
    for (const { method, path, request } of exchanges) {
      const asked = `${method} ${this.text(path)}`;
      const body = uploaded(path) === undefined ? json(request.content.toString('utf8')) : undefined;
      if (isRecord(body) && path.endsWith('/log-batch')) {
        for (const item of Object.values(body).filter(Array.isArray).flat())
          note(asked, item, `${String(body.run_id)} ${JSON.stringify(item)}`);
      } else note(asked, body, `${path} ${JSON.stringify(body) ?? ''}`);
    }
    for (const [id, done] of deeds) {
      const hash = createHash('sha256')
        .update([...done].sort().join('\n'))
        .digest('hex');
      this.names.set(id, `{${id.startsWith('m-') ? 'model' : 'id'} ${hash.slice(0, 6)}}`);
    }
  }

  isUploaded({ path, response }: Exchange): boolean {
    return this.digests.get(uploaded(path) ?? '')?.has(response.digest) ?? false;
  }

  body({ content, size }: RecordedBody): unknown {
    const text = content.toString('utf8');
    const parsed = json(text);
    return size === 0 ? '' : this.value(parsed === undefined ? text : parsed);
  }

  value(value: unknown, key = '', beside: Readonly<Record<string, unknown>> = {}): unknown {
    if (CLOCK.test(key) || (CLOCK.test(String(beside.key)) && key === 'value')) return `{${typeof value}}`;
    if (key === 'file_size' && this.sizes.get(String(beside.path).split('/').at(-1) ?? '')?.has(Number(value))) return '{as uploaded}';
    if (typeof value === 'number')
      return isMoment(String(value)) ? '{time}' : Number.isInteger(value) ? value : Number(value.toPrecision(6));
    if (typeof value === 'string') {
      const inner = /^\s*[[{]/.test(value) ? json(value) : undefined;
      return inner === undefined ? this.text(value) : JSON.stringify(this.value(inner));
    }
    if (Array.isArray(value))
      return inOrder(
        value.map((item) => this.value(item)),
        key,
      );
    if (!isRecord(value)) return value;
    const entries = Object.entries(value).filter(([name]) => !EXTRA.test(name));
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, this.value(inner, name, value)]));
  }

  text(text: string): string {
    if (isMoment(text)) return '{time}';
    if (/^[a-z]+-[a-z]+-\d{1,3}$/.test(text)) return '{name}';
    return text
      .replace(IDS, (id) => this.names.get(id) ?? '{id}')
      .replace(/http:\/\/127\.0\.0\.1:\d+/g, '{server}')
      .replace(/events\.out\.tfevents\.\d+\.[^/\s]+?\.\d+(?=\.|\/|$|\s)(?:\.\d+)?/g, 'events.out.tfevents')
      .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?/g, '{date}')
      .replace(/ml-python-\w+/g, '{folder}');
  }
}

/** Milliseconds since 1970, of the years 2017 to 2065. */
function isMoment(text: string): boolean {
  return /^(?:1[5-9]|2\d)\d{11}$/.test(text);
}

/** Params, tags, metrics, aliases, a run's models and the latest versions of each stage have no order of their own. */
function inOrder(items: unknown[], key: string): unknown[] {
  const keyed = items.every((item) => isRecord(item) && ('key' in item || 'alias' in item || 'model_id' in item));
  return keyed || key === 'latest_versions' ? items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
