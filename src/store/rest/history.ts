import type { MetricPoint, MetricSummary } from '../../core/metric';
import { comparePoints } from '../pointOrder';
import { PointColumns } from './pointColumns';

/** As far back as pages may overlap when points come between others while they are read. */
const OVERLAP = 1_000;

/** What is known of one metric of one run: all of its points as they were when it was last read. */
export class History {
  points: PointColumns;
  /** The feed's number when it was first read: what came before that can't be told apart. */
  floor: number;
  /** Until when, by the monotonic clock, it may be taken for the newest. */
  freshUntil = -Infinity;
  private told = false;
  private age = 0;
  private least: { value: number; step: number } | undefined;
  private greatest: { value: number; step: number } | undefined;
  private last: MetricPoint | undefined;
  private summed = 0;

  constructor(
    readonly key: string,
    floor: number,
  ) {
    this.points = new PointColumns(key);
    this.floor = floor;
  }

  /** That there is something new, which the feed has told of; also while it is being read, which may be past its place already. */
  makeOld(): void {
    this.freshUntil = -Infinity;
    this.told = true;
    this.age++;
  }

  beginReading(): { readonly wasTold: boolean; readonly age: number } {
    const wasTold = this.told;
    this.told = false;
    return { wasTold, age: this.age };
  }

  endReading(age: number, freshUntil: number): void {
    if (age === this.age) this.freshUntil = freshUntil;
  }

  /** Adds a page; its first points may be the last ones that are known, where others have come between. */
  append(page: readonly MetricPoint[], sequence: number): void {
    const [first] = page;
    if (!first) return;
    const { points } = this;
    for (let at = points.length - 1; at >= Math.max(0, points.length - OVERLAP); at--)
      if (points.isAt(at, first)) {
        this.points.truncate(at);
        break;
      }
    const known = points.length;
    for (const point of page) points.push(point, sequence);
    this.summed = Math.min(this.summed, known);
  }

  /** Takes a new reading of everything; what was known before keeps its number, what was not gets the one given. */
  replace(read: PointColumns, numberOfNew: () => number): void {
    const before = this.points;
    const { order } = before;
    let place = 0;
    let sequence: number | undefined;
    for (const index of read.order) {
      const point = read.at(index);
      while (place < order.length && comparePoints(before.at(order[place]!), point) < 0) place++;
      if (place < order.length && before.isAt(order[place]!, point)) read.sequences[index] = before.sequences[order[place]!]!;
      else read.sequences[index] = sequence ??= numberOfNew();
    }
    this.points = read;
    this.summed = 0;
    this.least = this.greatest = this.last = undefined;
  }

  /** The metric's summary, if nothing is newer than what was read. */
  summaryAt(last: MetricPoint): Pick<MetricSummary, 'min' | 'max' | 'count'> | undefined {
    this.sum();
    if (!this.last || comparePoints(this.last, last) !== 0) return undefined;
    return { min: this.least, max: this.greatest, count: this.points.length };
  }

  private sum(): void {
    const { points } = this;
    for (; this.summed < points.length; this.summed++) {
      const point = points.at(this.summed);
      const { value, step } = point;
      if (!Number.isNaN(value)) {
        if (!this.least || value < this.least.value) this.least = { value, step };
        if (!this.greatest || value > this.greatest.value) this.greatest = { value, step };
      }
      if (!this.last || comparePoints(point, this.last) > 0) this.last = point;
    }
  }
}
