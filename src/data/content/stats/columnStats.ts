import type { CellKind, ColumnProfile, ColumnType, NumberSummary, ValueCount } from '../profile';
import { DistinctSketch } from './distinctSketch';
import { Moments } from './moments';
import { summaryOfCounts, summaryOfSketch } from './numberSummary';
import { QuantileSketch } from './quantileSketch';

const TOP = 10;
/** A longer text is counted by its beginning and its length. */
const LONG_TEXT = 120;

/** How much a column may remember, so that all of a table's columns together stay within bounds. */
export interface ColumnLimits {
  /** Different values that are counted each. */
  readonly distinct: number;
  /** Width of the sketch of quantiles. */
  readonly sketch: number;
}

/** Shares what a table's columns may remember between them: about 60 MB of counts, 25 MB of sketches. */
export function columnLimits(columns: number): ColumnLimits {
  const sketch = Math.max(32, Math.min(1024, Math.floor(250_000 / columns)));
  return { distinct: Math.max(64, Math.min(10_000, Math.floor(500_000 / columns))), sketch: sketch - (sketch % 2) };
}

type Key = number | bigint | string;
type Counts = Map<Key, number>;

/** Gathers what one column holds, cell by cell. */
export class ColumnStats {
  missing = 0;
  private readonly kinds: Record<CellKind, number> = { integer: 0, number: 0, boolean: 0, date: 0, text: 0 };
  /** How often each value came; numbers by number, others by text. Undefined from when there are too many. */
  private counts: Counts | undefined = new Map();
  private readonly distinct = new DistinctSketch();
  private readonly moments = new Moments();
  private sketch: QuantileSketch | undefined;
  private infinite = 0;
  private dates: { min: number; max: number } | undefined;
  private readonly lengths = new Moments();
  private room: number;

  constructor(
    readonly name: string,
    readonly position: number,
    private readonly limits: ColumnLimits,
  ) {
    this.room = limits.distinct;
  }

  /** Lets so many more different values be counted, as when the column is about to be finished. */
  widen(more: number): void {
    this.room += more;
  }

  /** @param value a bigint where it is whole and no number holds it exactly */
  number(value: number | bigint, kind: 'integer' | 'number', times = 1): void {
    this.tally(kind, times);
    this.value(value, times);
    if (!isFinite(value)) this.infinite += times;
    // While every value is counted, the rest follows from the counts.
    else if (!this.counts) this.measure(value, times);
  }

  text(text: string): void {
    this.tally('text');
    this.lengths.add(text.length);
    this.value(text.length > LONG_TEXT ? `${text.slice(0, LONG_TEXT)}… (${text.length} characters)` : text, 1);
  }

  boolean(text: string): void {
    this.tally('boolean');
    this.value(text, 1);
  }

  /** @param time milliseconds since 1970 */
  date(text: string, time: number): void {
    this.tally('date');
    this.value(text, 1);
    this.dates ??= { min: time, max: time };
    if (time < this.dates.min) this.dates.min = time;
    if (time > this.dates.max) this.dates.max = time;
  }

  get type(): ColumnType {
    const kinds = (Object.keys(this.kinds) as CellKind[]).filter((kind) => this.kinds[kind] > 0);
    if (kinds.length === 0) return 'empty';
    if (kinds.length === 1) return kinds[0]!;
    return kinds.every((kind) => kind === 'integer' || kind === 'number') ? 'number' : 'text';
  }

  /** Every value with its count, the labels' order; undefined where there were too many. */
  valueCounts(): ValueCount[] | undefined {
    if (!this.counts) return undefined;
    const list = [...this.counts].map(([value, count]) => ({ value: String(value), count }));
    return list.sort((a, b) => compareLabels(a.value, b.value));
  }

  profile(withValues = false): ColumnProfile {
    return {
      ...{ name: this.name, position: this.position, type: this.type, kinds: this.kindCounts(), missing: this.missing },
      distinct: this.counts ? { count: this.counts.size, exact: true } : { count: this.distinct.estimate, exact: false },
      numbers: this.numbers(),
      dates: this.dates && { min: new Date(this.dates.min).toISOString(), max: new Date(this.dates.max).toISOString() },
      lengths:
        this.lengths.count > 0 ? { min: Number(this.lengths.min), max: Number(this.lengths.max), mean: this.lengths.mean } : undefined,
      top: this.counts && topOf(this.counts),
      values: withValues && this.counts ? [...this.counts.keys()].map(String) : undefined,
    };
  }

  private numbers(): NumberSummary | undefined {
    if (this.sketch) return this.moments.count > 0 ? summaryOfSketch(this.moments, this.sketch, this.infinite) : undefined;
    return summaryOfCounts([...(this.counts ?? [])].filter(isNumeric), this.infinite);
  }

  private tally(kind: CellKind, times = 1): void {
    this.kinds[kind] += times;
  }

  private kindCounts(): ColumnProfile['kinds'] {
    return Object.fromEntries(Object.entries(this.kinds).filter(([, count]) => count > 0));
  }

  private value(key: Key, times: number): void {
    if (!this.counts) return this.distinct.add(key);
    const before = this.counts.get(key);
    if (before === undefined && this.counts.size >= this.room) {
      this.stopCounting();
      this.distinct.add(key);
    } else this.counts.set(key, (before ?? 0) + times);
  }

  private stopCounting(): void {
    const counts = this.counts ?? new Map<Key, number>();
    this.counts = undefined;
    for (const key of counts.keys()) this.distinct.add(key);
    for (const [value, times] of [...counts].filter(isNumeric)) this.measure(value, times);
  }

  private measure(value: number | bigint, times: number): void {
    this.sketch ??= new QuantileSketch(this.limits.sketch);
    this.moments.add(value, times);
    this.sketch.add(Number(value), times);
  }
}

/** Numbers by number, before texts by text. */
export function compareLabels(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (a !== '' && b !== '' && !Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return Number.isNaN(x) === Number.isNaN(y) ? (a < b ? -1 : a > b ? 1 : 0) : Number.isNaN(x) ? 1 : -1;
}

function topOf(counts: Counts): ValueCount[] {
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  // Where each value comes once, none is frequent.
  if (sorted.length > TOP && sorted[0]?.[1] === 1) return [];
  return sorted.slice(0, TOP).map(([value, count]) => ({ value: String(value), count }));
}

function isFinite(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isFinite(value);
}

function isNumeric(pair: [Key, number]): pair is [number | bigint, number] {
  return typeof pair[0] !== 'string' && isFinite(pair[0]);
}
