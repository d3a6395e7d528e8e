import type { MetricAxis } from '../../core/metric';
import { compareValues } from '../pointOrder';

/** One end of a set of points along an axis: `x` is the axis's own number, `y` the other's. */
interface End {
  x: number;
  y: number;
  value: number;
}

const end = (): End => ({ x: NaN, y: NaN, value: NaN });

/** By (step, timestamp, value) along the steps, by (timestamp, step, value) along time. */
function compareEnds(x: number, y: number, value: number, other: End): number {
  return x - other.x || y - other.y || compareValues(value, other.value);
}

function setEnd(target: End, x: number, y: number, value: number): void {
  target.x = x;
  target.y = y;
  target.value = value;
}

/** The first and the last of some points along one axis. */
export class Span {
  readonly first = end();
  readonly last = end();
  private empty = true;

  add(x: number, y: number, value: number): void {
    if (this.empty || compareEnds(x, y, value, this.first) < 0) setEnd(this.first, x, y, value);
    if (this.empty || compareEnds(x, y, value, this.last) > 0) setEnd(this.last, x, y, value);
    this.empty = false;
  }
}

/** How many float64 a summary takes: least and greatest value, then (x, y, value) of four ends. */
const LENGTH = 14;

/** What is kept of a chunk, so that whoever draws it needs its points only where a bucket's edge cuts it. */
export class Summary {
  /** NaN while no value is a number. */
  min = NaN;
  max = NaN;
  readonly step = new Span();
  readonly time = new Span();

  add(step: number, time: number, value: number): void {
    if (!(this.min <= value)) this.min = Number.isNaN(value) ? this.min : value;
    if (!(this.max >= value)) this.max = Number.isNaN(value) ? this.max : value;
    this.step.add(step, time, value);
    this.time.add(time, step, value);
  }

  encode(): Uint8Array {
    const numbers = new Float64Array(LENGTH);
    numbers[0] = this.min;
    numbers[1] = this.max;
    let at = 2;
    for (const { x, y, value } of [this.step.first, this.step.last, this.time.first, this.time.last]) {
      numbers[at++] = x;
      numbers[at++] = y;
      numbers[at++] = value;
    }
    return new Uint8Array(numbers.buffer);
  }

  static decode(bytes: Uint8Array): Summary {
    const numbers = summaryNumbers(bytes);
    const summary = new Summary();
    summary.min = numbers[0]!;
    summary.max = numbers[1]!;
    [summary.step, summary.time].forEach((span, index) => {
      const at = 2 + index * 6;
      span.add(numbers[at]!, numbers[at + 1]!, numbers[at + 2]!);
      span.add(numbers[at + 3]!, numbers[at + 4]!, numbers[at + 5]!);
    });
    return summary;
  }
}

/** A stored summary as plain numbers: min, max, then the ends; `endsOf` says where an axis's ends begin. */
export function summaryNumbers(bytes: Uint8Array): Float64Array {
  if (bytes.byteOffset % 8 === 0) return new Float64Array(bytes.buffer, bytes.byteOffset, LENGTH);
  return new Float64Array(bytes.slice().buffer, 0, LENGTH);
}

/** Where (x, y, value) of an axis's first point stand among a summary's numbers; its last point's follow. */
export function endsOf(axis: MetricAxis): number {
  return axis === 'step' ? 2 : 8;
}
