import { isCount, isFields, isFinite, isId } from './fields';
import type { CompareRequest, CompareState, CompareView, SeriesWanted, XAxis } from './compare';

/** A page may ask for at most so many buckets and series at once, so that a page gone wrong cannot stall the store. */
const MAX_BUCKETS = 4000;
const MAX_SERIES = 1000;
const MAX_PNG = 64 * 1024 * 1024;
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47];

/** A page's message, checked; undefined for anything that the protocol does not know. */
export function parseCompareRequest(message: unknown): CompareRequest | undefined {
  if (!isFields(message)) return undefined;
  const { type, runId, key, request, axis, wanted } = message;
  switch (type) {
    case 'ready':
    case 'showLog':
      return { type };
    case 'removeRun':
    case 'revealRun':
      return isId(runId) ? { type, runId } : undefined;
    case 'series': {
      if (!isCount(request, Number.MAX_SAFE_INTEGER)) return undefined;
      if ((axis !== 'step' && axis !== 'time') || !Array.isArray(wanted) || wanted.length > MAX_SERIES) return undefined;
      const parsed = wanted.map(parseWanted);
      return parsed.every((item) => item !== undefined) ? { type, request, axis, wanted: parsed } : undefined;
    }
    case 'savePng': {
      const png = bytesOf(message['png']);
      return isId(key) && png && PNG_SIGNATURE.every((byte, index) => png[index] === byte) ? { type, key, png } : undefined;
    }
    case 'saveCsv': {
      const runIds = idsOf(message['runIds']);
      return isId(key) && runIds ? { type, key, runIds } : undefined;
    }
    default:
      return undefined;
  }
}

function parseWanted(item: unknown): SeriesWanted | undefined {
  if (!isFields(item) || !isId(item['runId']) || !isId(item['key'])) return undefined;
  const { from, to, buckets } = item;
  if (!isCount(buckets, MAX_BUCKETS) || buckets === 0) return undefined;
  const bounds = { ...(isFinite(from) && { from }), ...(isFinite(to) && { to }) };
  if ((from !== undefined && !isFinite(from)) || (to !== undefined && !isFinite(to))) return undefined;
  return { runId: item['runId'], key: item['key'], buckets, ...bounds };
}

export const DEFAULT_VIEW: CompareView = {
  axis: 'step',
  logScale: false,
  smoothing: 0,
  filter: '',
  onlyDiffering: false,
  hiddenRuns: [],
  openGroups: {},
  slots: {},
};

/** A kept state, checked; undefined when it names no comparison. A setting that makes no sense gets its default. */
export function parseCompareState(state: unknown): CompareState | undefined {
  if (!isFields(state) || !isId(state['location'])) return undefined;
  const runIds = idsOf(state['runIds']);
  return runIds && { version: 1, location: state['location'], runIds, view: parseView(state['view']) };
}

function parseView(value: unknown): CompareView {
  if (!isFields(value)) return DEFAULT_VIEW;
  const { axis, logScale, smoothing, filter, onlyDiffering, hiddenRuns, openGroups, slots } = value;
  return {
    axis: isAxis(axis) ? axis : DEFAULT_VIEW.axis,
    logScale: logScale === true,
    smoothing: isFinite(smoothing) ? Math.min(0.99, Math.max(0, smoothing)) : DEFAULT_VIEW.smoothing,
    filter: typeof filter === 'string' ? filter : DEFAULT_VIEW.filter,
    onlyDiffering: onlyDiffering === true,
    hiddenRuns: idsOf(hiddenRuns) ?? [],
    openGroups: recordOf(openGroups, (open): open is boolean => typeof open === 'boolean'),
    slots: recordOf(slots, (slot): slot is number => isCount(slot, 10_000)),
  };
}

function isAxis(value: unknown): value is XAxis {
  return value === 'step' || value === 'time' || value === 'relative';
}

function idsOf(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.length <= MAX_SERIES && value.every(isId) ? [...new Set(value)] : undefined;
}

function bytesOf(value: unknown): Uint8Array | undefined {
  const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
  return bytes instanceof Uint8Array && bytes.byteLength <= MAX_PNG ? bytes : undefined;
}

function recordOf<T>(value: unknown, accepts: (item: unknown) => item is T): Record<string, T> {
  if (!isFields(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, T] => accepts(entry[1])));
}
