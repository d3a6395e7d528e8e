import type { EnvelopeBucket, MetricPoint } from '../../core/metric';
import { invalid } from '../../core/errors';
import type { EnvelopeQuery, HistoryQuery, Metrics, Page } from '../engine';
import { checkEnvelopeQuery } from '../envelope';
import { comparePoints } from '../pointOrder';
import { decodePageToken, encodePageToken, pageSize } from '../pageToken';
import { type ChunkRow, Chunks, chunkRange } from './chunks';
import type { Database } from './database';
import { ChunkEnvelope } from './envelope';
import { findRun } from './runRows';

/** MLflow's page of a history. */
const HISTORY_PAGE = 25_000;
const LARGEST_HISTORY_PAGE = 1_000_000;

export class SqliteMetrics implements Metrics {
  private readonly chunks: Chunks;

  constructor(private readonly database: Database) {
    this.chunks = new Chunks(database);
  }

  async history(runId: string, key: string, query: HistoryQuery = {}): Promise<Page<MetricPoint>> {
    const size = pageSize(query.maxResults, HISTORY_PAGE, LARGEST_HISTORY_PAGE);
    const after = query.pageToken ? positionOf(query.pageToken) : undefined;
    return this.database.read(() => {
      const metric = this.metricId(runId, key);
      if (metric === undefined) return { items: [], nextPageToken: undefined };
      const points = this.pointsAfter(metric, key, after, size + 1);
      const items = points.slice(0, size);
      const last = items.at(-1);
      const more = points.length > size && last !== undefined;
      return {
        items,
        nextPageToken: more ? encodePageToken([last.step, last.timestamp, Number.isNaN(last.value) ? 'NaN' : last.value]) : undefined,
      };
    });
  }

  async envelope(runId: string, key: string, query: EnvelopeQuery): Promise<readonly EnvelopeBucket[]> {
    const { axis, buckets } = query;
    checkEnvelopeQuery(query);
    return this.database.read(() => {
      const metric = this.metricId(runId, key);
      if (metric === undefined) return [];
      const [from, to] = this.range(metric, query);
      if (!(from <= to)) return [];
      const builder = new ChunkEnvelope(axis, from, to, buckets);
      const rows = this.database.all<Pick<ChunkRow, 'id' | 'count' | 'summary'>>(
        `SELECT id, count, summary FROM chunk WHERE id BETWEEN ? AND ? AND max_${axis} >= ? AND min_${axis} <= ?`,
        ...chunkRange(metric),
        from,
        to,
      );
      for (const { id, count, summary } of rows)
        if (!builder.takeSummary(summary, count)) builder.takePoints(this.chunks.points(id, count));
      return builder.finish();
    });
  }

  /** The range asked for, closed by the metric's own where an end is left open. */
  private range(metric: number, { axis, from, to }: EnvelopeQuery): [number, number] {
    if (Number.isNaN(from) || Number.isNaN(to)) throw invalid(`Invalid range: 'from' and 'to' must be numbers.`);
    if (from !== undefined && to !== undefined && Number.isFinite(from) && Number.isFinite(to)) return [from, to];
    const own = this.database.get<{ least: number; greatest: number }>(
      `SELECT min(min_${axis}) AS least, max(max_${axis}) AS greatest FROM chunk WHERE id BETWEEN ? AND ?`,
      ...chunkRange(metric),
    )!;
    return [from !== undefined && Number.isFinite(from) ? from : own.least, to !== undefined && Number.isFinite(to) ? to : own.greatest];
  }

  private metricId(runId: string, key: string): number | undefined {
    return this.database.get<{ id: number }>('SELECT id FROM metric WHERE run = ? AND key = ?', findRun(this.database, runId).id, key)?.id;
  }

  /**
   * The next `size` points by (step, timestamp, value). Chunks are in the order of arrival, which nearly always is that of
   * the steps: they are read by their least step, until no chunk that is left can hold one of the points wanted.
   */
  private pointsAfter(metric: number, key: string, after: MetricPoint | undefined, size: number): MetricPoint[] {
    const rows = this.database.all<Pick<ChunkRow, 'id' | 'count' | 'min_step'>>(
      'SELECT id, count, min_step FROM chunk WHERE id BETWEEN ? AND ? AND max_step >= ? ORDER BY min_step, id',
      ...chunkRange(metric),
      after?.step ?? -Number.MAX_VALUE,
    );
    const found: MetricPoint[] = [];
    let sortedAt = size;
    for (const { id, count, min_step: least } of rows) {
      if (found.length >= sortedAt) {
        found.sort(comparePoints);
        if (found[size - 1]!.step < least) break;
        // Overlapping chunks: sort again only when there is a good part more to sort.
        sortedAt = Math.max(size, found.length * 2);
      }
      const points = this.chunks.points(id, count);
      for (let index = 0; index < count; index++) {
        const point = { key, value: points.values[index]!, timestamp: points.times[index]!, step: points.steps[index]! };
        if (after === undefined || comparePoints(point, after) > 0) found.push(point);
      }
    }
    return found.sort(comparePoints).slice(0, size);
  }
}

function positionOf(token: string): MetricPoint {
  const [step, timestamp, value] = decodePageToken(token);
  if (typeof step !== 'number' || typeof timestamp !== 'number') throw invalid('Invalid page token: ask for the first page again.');
  return { key: '', step, timestamp, value: typeof value === 'number' ? value : NaN };
}
