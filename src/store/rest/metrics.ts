import { invalid } from '../../core/errors';
import type { EnvelopeBucket, MetricPoint } from '../../core/metric';
import type { EnvelopeQuery, HistoryQuery, Metrics, Page } from '../engine';
import { EnvelopeBuilder, checkEnvelopeQuery } from '../envelope';
import { decodePageToken, encodePageToken, pageSize } from '../pageToken';
import { comparePoints } from '../pointOrder';
import type { Histories } from './histories';
import type { PointColumns } from './pointColumns';

const PAGE = 25_000;
const LARGEST_PAGE = 1_000_000;

/** Curves from whole histories: a server's samples of them may leave out a spike. */
export class RestMetrics implements Metrics {
  constructor(private readonly histories: Histories) {}

  async history(runId: string, key: string, query: HistoryQuery = {}): Promise<Page<MetricPoint>> {
    const size = pageSize(query.maxResults, PAGE, LARGEST_PAGE);
    const after = query.pageToken ? positionOf(query.pageToken) : undefined;
    // A page that follows belongs to the reading that its first page came from.
    const kept = after === undefined ? undefined : this.histories.peek(runId, key);
    const { points } = kept ?? (await this.histories.read(runId, key));
    const start = after === undefined ? 0 : placeAfter(points, after);
    const places = points.order.subarray(start, start + size);
    const items = Array.from(places, (place) => points.at(place));
    const last = items.at(-1);
    const more = last !== undefined && start + size < points.length;
    return {
      items,
      nextPageToken: more ? encodePageToken([last.step, last.timestamp, Number.isNaN(last.value) ? 'NaN' : last.value]) : undefined,
    };
  }

  async envelope(runId: string, key: string, query: EnvelopeQuery): Promise<readonly EnvelopeBucket[]> {
    const { axis, buckets } = query;
    checkEnvelopeQuery(query);
    if (Number.isNaN(query.from) || Number.isNaN(query.to)) throw invalid(`Invalid range: 'from' and 'to' must be numbers.`);
    const { points } = await this.histories.read(runId, key);
    const [least, greatest] = rangeOf(axis === 'step' ? points.steps : points.times, points.length);
    const from = query.from !== undefined && Number.isFinite(query.from) ? query.from : least;
    const to = query.to !== undefined && Number.isFinite(query.to) ? query.to : greatest;
    if (points.length === 0 || !(from <= to)) return [];
    const builder = new EnvelopeBuilder(axis, from, to, buckets);
    builder.takePoints(points);
    return builder.finish();
  }
}

function rangeOf(column: Float64Array, length: number): [number, number] {
  let least = Infinity;
  let greatest = -Infinity;
  for (let index = 0; index < length; index++) {
    const value = column[index]!;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return [least, greatest];
}

/** Where the points after one begin, by bisection. */
function placeAfter(points: PointColumns, after: MetricPoint): number {
  const { order } = points;
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (comparePoints(points.at(order[middle]!), after) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function positionOf(token: string): MetricPoint {
  const [step, timestamp, value] = decodePageToken(token);
  if (typeof step !== 'number' || typeof timestamp !== 'number') throw invalid('Invalid page token: ask for the first page again.');
  return { key: '', step, timestamp, value: typeof value === 'number' ? value : NaN };
}
