import type { Disposable } from '../../core/disposable';
import type { MetricPoint } from '../../core/metric';
import type { Change } from '../change';
import type { Feed } from '../engine';
import { readHead } from './changeLog';
import { type ChunkRow, Chunks, chunkRange } from './chunks';
import type { Database } from './database';
import { findRun } from './runRows';
import type { StoreWatch } from './storeWatch';

interface ChangeRow {
  kind: Change['kind'];
  subject: string;
  context: string;
}

export class SqliteFeed implements Feed {
  private readonly chunks: Chunks;

  constructor(
    private readonly database: Database,
    private readonly storeWatch: StoreWatch,
  ) {
    this.chunks = new Chunks(database);
  }

  async head(): Promise<number> {
    return readHead(this.database);
  }

  async since(sequence: number): Promise<{ readonly head: number; readonly changes: readonly Change[] }> {
    return this.database.read(() => {
      const rows = this.database.all<ChangeRow>(
        `SELECT kind, subject, context, sequence FROM change WHERE sequence > ?
         UNION ALL
         SELECT 'metric', run.run_id, metric.key, metric.sequence FROM metric JOIN run ON run.id = metric.run WHERE metric.sequence > ?
         ORDER BY sequence`,
        sequence,
        sequence,
      );
      return { head: readHead(this.database), changes: rows.map(toChange) };
    });
  }

  async points(runId: string, key: string, sequence: number): Promise<{ readonly head: number; readonly points: readonly MetricPoint[] }> {
    return this.database.read(() => {
      const head = readHead(this.database);
      const metric = this.database.get<{ id: number }>(
        'SELECT id FROM metric WHERE run = ? AND key = ?',
        findRun(this.database, runId).id,
        key,
      );
      if (!metric) return { head, points: [] };
      const rows = this.database.all<Pick<ChunkRow, 'id' | 'count'>>(
        'SELECT id, count FROM chunk WHERE id BETWEEN ? AND ? AND sequence > ? ORDER BY id',
        ...chunkRange(metric.id),
        sequence,
      );
      const points: MetricPoint[] = [];
      for (const { id, count } of rows) {
        const { sequences, steps, times, values } = this.chunks.points(id, count);
        for (let index = 0; index < count; index++)
          if (sequences[index]! > sequence) points.push({ key, value: values[index]!, timestamp: times[index]!, step: steps[index]! });
      }
      return { head, points };
    });
  }

  watch(listener: () => void): Disposable {
    return this.storeWatch.add(listener);
  }
}

function toChange({ kind, subject, context }: ChangeRow): Change {
  switch (kind) {
    case 'experiment':
      return { kind, experimentId: subject };
    case 'run':
      return { kind, runId: subject, experimentId: context };
    case 'metric':
      return { kind, runId: subject, key: context };
    case 'loggedModel':
      return { kind, modelId: subject, runId: context === '' ? undefined : context };
    case 'registeredModel':
      return { kind, name: subject };
  }
}
