import { type ChunkTail, ChunkWriter, type Points, EMPTY_TAIL, decodeChunk, roomFor } from './chunkCodec';
import type { Database } from './database';
import { Summary } from './summary';

/** Points in a full chunk: at 11 to 12 bytes each they fill one page of the database. Never to be made smaller. */
export const CHUNK_POINTS = 320;
const CHUNKS_PER_METRIC = 2 ** 22;

/** What the pyramid holds of a chunk. */
export interface ChunkRow {
  id: number;
  count: number;
  min_step: number;
  max_step: number;
  min_time: number;
  max_time: number;
  tail_step: number;
  tail_time: number;
  sequence: number;
  summary: Uint8Array;
}

/** The ids of all chunks of a metric, from and to. */
export function chunkRange(metric: number): [number, number] {
  return [metric * CHUNKS_PER_METRIC, metric * CHUNKS_PER_METRIC + CHUNKS_PER_METRIC - 1];
}

/** Reads and appends the chunks of metrics; the caller holds the transaction. */
export class Chunks {
  private readonly room = roomFor(CHUNK_POINTS);

  constructor(private readonly database: Database) {}

  /** The points of a chunk; valid until the next call. */
  points(id: number, count: number): Points {
    const row = this.database.get<{ points: Uint8Array }>('SELECT points FROM chunk_points WHERE id = ?', id)!;
    return decodeChunk(row.points, count, this.room);
  }

  /**
   * Appends points in the order of their arrival, all with one sequence number.
   * @param chunks how many chunks the metric has
   * @returns how many it has then
   */
  append(metric: number, chunks: number, points: readonly { step: number; timestamp: number; value: number }[], sequence: number): number {
    let number = Math.max(0, chunks - 1);
    let open = chunks > 0 ? this.row(metric * CHUNKS_PER_METRIC + number) : undefined;
    for (let from = 0; from < points.length;) {
      if (open && open.count >= CHUNK_POINTS) {
        number++;
        open = undefined;
      }
      const room = Math.min(CHUNK_POINTS - (open?.count ?? 0), points.length - from);
      this.save(metric * CHUNKS_PER_METRIC + number, open, points.slice(from, from + room), sequence);
      from += room;
      if (from < points.length) {
        number++;
        open = undefined;
      }
    }
    return number + 1;
  }

  private row(id: number): ChunkRow {
    return this.database.get<ChunkRow>('SELECT * FROM chunk WHERE id = ?', id)!;
  }

  private save(
    id: number,
    open: ChunkRow | undefined,
    points: readonly { step: number; timestamp: number; value: number }[],
    sequence: number,
  ): void {
    const existing = open && this.database.get<{ points: Uint8Array }>('SELECT points FROM chunk_points WHERE id = ?', id)!.points;
    const tail: ChunkTail = open ? { step: open.tail_step, time: open.tail_time, sequence: open.sequence } : EMPTY_TAIL;
    const writer = new ChunkWriter(existing, tail, points.length);
    const summary = open ? Summary.decode(open.summary) : new Summary();
    for (const { step, timestamp, value } of points) {
      writer.add(step, timestamp, sequence, value);
      summary.add(step, timestamp, value);
    }
    this.database.run(
      `INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET count = excluded.count, min_step = excluded.min_step, max_step = excluded.max_step,
         min_time = excluded.min_time, max_time = excluded.max_time, tail_step = excluded.tail_step, tail_time = excluded.tail_time,
         sequence = excluded.sequence, summary = excluded.summary`,
      id,
      (open?.count ?? 0) + points.length,
      summary.step.first.x,
      summary.step.last.x,
      summary.time.first.x,
      summary.time.last.x,
      writer.tail.step,
      writer.tail.time,
      sequence,
      summary.encode(),
    );
    this.database.run(
      'INSERT INTO chunk_points VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET points = excluded.points',
      id,
      writer.finish(),
    );
  }
}
