import type { EnvelopeBucket } from '../../src/core/metric';
import { middleOf, type Trace } from './trace';

export interface Vertex {
  x: number;
  /** NaN breaks the line. */
  y: number;
}

/** The line through a trace that touches every bucket's first, least, greatest and last value; `shift` is added to each x. */
export function rawLine(trace: Trace, logScale: boolean, shift = 0): Vertex[] {
  const line: Vertex[] = [];
  const push = (x: number, y: number) => line.push({ x: x + shift, y: drawable(y, logScale) ? y : NaN });
  for (const bucket of trace) {
    if (bucket.count === 1 || Number.isNaN(bucket.min)) {
      push(bucket.firstX, bucket.last);
      continue;
    }
    if (!Number.isNaN(bucket.first)) push(bucket.firstX, bucket.first);
    const middle = middleOf(bucket);
    for (const extreme of inShortestOrder(bucket)) push(middle, extreme);
    if (!Number.isNaN(bucket.last)) push(bucket.lastX, bucket.last);
  }
  return line;
}

function inShortestOrder({ first, last, min, max }: EnvelopeBucket): [number, number] {
  const viaMin = Math.abs(first - min) + Math.abs(max - last);
  const viaMax = Math.abs(first - max) + Math.abs(min - last);
  return viaMax < viaMin ? [max, min] : [min, max];
}

/** Whether a value has a place on the y axis: infinities (kept as ±MAX_VALUE) have none, nor has what is ≤ 0 on a log scale. */
export function drawable(value: number, logScale: boolean): boolean {
  return Math.abs(value) < Number.MAX_VALUE && (!logScale || value > 0);
}

/** Where a chart has to say that values are there which no line can show. */
export function undrawn(trace: Trace, logScale: boolean, shift = 0): { x: number; kind: 'nan' | 'high' | 'low' }[] {
  const marks: { x: number; kind: 'nan' | 'high' | 'low' }[] = [];
  for (const bucket of trace) {
    const x = middleOf(bucket) + shift;
    if ([bucket.first, bucket.last, bucket.min].some(Number.isNaN)) marks.push({ x, kind: 'nan' });
    if (bucket.max >= Number.MAX_VALUE) marks.push({ x, kind: 'high' });
    if (bucket.min <= -Number.MAX_VALUE || (logScale && bucket.min <= 0)) marks.push({ x, kind: 'low' });
  }
  return marks;
}
