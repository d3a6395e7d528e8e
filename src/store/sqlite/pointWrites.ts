import type { MetricPoint } from '../../core/metric';
import type { ChangeLog } from './changeLog';
import { type ChunkRow, Chunks, chunkRange } from './chunks';
import type { Database } from './database';
import { METRIC_COLUMNS, type MetricRow, include, newMetricRow } from './metricRow';

/** Writes points: each metric's chunks, and its last, least, greatest and count with them. */
export class PointWrites {
  private readonly chunks: Chunks;

  constructor(private readonly database: Database) {
    this.chunks = new Chunks(database);
  }

  write(run: number, points: readonly MetricPoint[], changes: ChangeLog): void {
    for (const [key, group] of groupByKey(points)) this.writeMetric(run, key, group, changes);
  }

  private writeMetric(run: number, key: string, points: readonly MetricPoint[], changes: ChangeLog): void {
    const row = this.database.get<MetricRow>(`SELECT ${METRIC_COLUMNS} FROM metric WHERE run = ? AND key = ?`, run, key);
    const fresh = this.withoutKnown(row, points);
    if (fresh.length === 0) return;
    const sequence = changes.next();
    const metric = row ?? newMetricRow(this.insertMetric(run, key, sequence), key);
    metric.chunks = this.chunks.append(metric.id, metric.chunks, fresh, sequence);
    for (const point of fresh) include(metric, point);
    this.database.run(
      `UPDATE metric SET count = ?, chunks = ?, last_value = ?, last_step = ?, last_time = ?, newest_time = ?,
         min_value = ?, min_step = ?, max_value = ?, max_step = ?, sequence = ? WHERE id = ?`,
      metric.count,
      metric.chunks,
      metric.last_value,
      metric.last_step,
      metric.last_time,
      metric.newest_time,
      metric.min_value,
      metric.min_step,
      metric.max_value,
      metric.max_step,
      sequence,
      metric.id,
    );
  }

  private insertMetric(run: number, key: string, sequence: number): number {
    return this.database.insert(
      'INSERT INTO metric (run, key, count, chunks, last_step, last_time, newest_time, sequence) VALUES (?, ?, 0, 0, 0, 0, 0, ?)',
      run,
      key,
      sequence,
    );
  }

  /**
   * Leaves out points that are there already. One whose step or whose timestamp is beyond all before it is surely new,
   * which is how points nearly always come; the others are looked for in the chunks whose ranges they fall into.
   */
  private withoutKnown(row: MetricRow | undefined, points: readonly MetricPoint[]): readonly MetricPoint[] {
    let step = row?.last_step ?? -Infinity;
    let time = row?.newest_time ?? -Infinity;
    const doubtful: MetricPoint[] = [];
    for (const point of points) {
      if (point.step <= step && point.timestamp <= time) doubtful.push(point);
      if (point.step > step) step = point.step;
      if (point.timestamp > time) time = point.timestamp;
    }
    if (doubtful.length === 0) return points;
    const steps = new Set(doubtful.map((point) => point.step));
    const known = new Set(row ? this.pointsAt(row.id, doubtful, steps) : []);
    return points.filter((point) => {
      if (!steps.has(point.step)) return true;
      const identity = identityOf(point.step, point.timestamp, point.value);
      return !known.has(identity) && known.add(identity);
    });
  }

  private *pointsAt(metric: number, wanted: readonly MetricPoint[], steps: ReadonlySet<number>): Generator<string> {
    const times = wanted.map((point) => point.timestamp);
    const found = this.database.all<Pick<ChunkRow, 'id' | 'count'>>(
      'SELECT id, count FROM chunk WHERE id BETWEEN ? AND ? AND min_step <= ? AND max_step >= ? AND min_time <= ? AND max_time >= ?',
      ...chunkRange(metric),
      Math.max(...steps),
      Math.min(...steps),
      Math.max(...times),
      Math.min(...times),
    );
    for (const { id, count } of found) {
      const points = this.chunks.points(id, count);
      for (let index = 0; index < count; index++)
        if (steps.has(points.steps[index]!)) yield identityOf(points.steps[index]!, points.times[index]!, points.values[index]!);
    }
  }
}

function identityOf(step: number, time: number, value: number): string {
  return `${step} ${time} ${value}`;
}

/** ±Infinity is kept as the greatest finite number, as MLflow does. */
function groupByKey(points: readonly MetricPoint[]): Map<string, MetricPoint[]> {
  const groups = new Map<string, MetricPoint[]>();
  let last: string | undefined;
  let group: MetricPoint[] = [];
  for (const point of points) {
    if (point.key !== last) {
      group = groups.get(point.key) ?? [];
      groups.set(point.key, group);
      last = point.key;
    }
    const infinite = point.value === Infinity || point.value === -Infinity;
    group.push(infinite ? { ...point, value: point.value > 0 ? Number.MAX_VALUE : -Number.MAX_VALUE } : point);
  }
  return groups;
}
