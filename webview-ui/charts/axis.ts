import type { XAxis } from '../../src/protocol/compare';

export interface Range {
  readonly from: number;
  readonly to: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIME_STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30, 90, 180, 365].map((n) => n * DAY),
];

/** Round places on a time axis of milliseconds, at most `count`; wall time's are round in the person's own time zone. */
export function timeTicks({ from, to }: Range, count: number, axis: XAxis): number[] {
  const step = TIME_STEPS.find((candidate) => (to - from) / candidate < count) ?? Math.ceil((to - from) / count / (365 * DAY)) * 365 * DAY;
  const offset = axis === 'time' ? new Date(from).getTimezoneOffset() * MINUTE : 0;
  const ticks: number[] = [];
  for (let tick = Math.ceil((from - offset) / step) * step + offset; tick <= to; tick += step) ticks.push(tick);
  return ticks;
}

/** An x value as ticks and tooltips show it; `span` is the width of what is shown, which decides the precision. */
export function formatX(x: number, axis: XAxis, span: number): string {
  if (axis === 'step') return Number.isInteger(x) ? x.toLocaleString('en') : x.toLocaleString('en', { maximumFractionDigits: 2 });
  return axis === 'time' ? formatMoment(x, span) : formatElapsed(x, span);
}

function formatMoment(x: number, span: number): string {
  const date = new Date(x);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  if (span > 5 * DAY) return day;
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (span > DAY) return `${day.slice(5)} ${minutes}`;
  if (span > HOUR) return minutes;
  const seconds = `${minutes}:${two(date.getSeconds())}`;
  return span > 5 * SECOND ? seconds : `${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function formatElapsed(x: number, span: number): string {
  const sign = x < 0 ? '−' : '';
  const total = Math.abs(x);
  if (total < 10 * SECOND && span < 20 * SECOND) return `${sign}${round(total / SECOND)} s`;
  if (total < MINUTE) return `${sign}${span < 10 * SECOND ? round(total / SECOND) : Math.round(total / SECOND)} s`;
  const days = Math.floor(total / DAY);
  const hours = Math.floor((total % DAY) / HOUR);
  const minutes = Math.floor((total % HOUR) / MINUTE);
  const seconds = (total % MINUTE) / SECOND;
  const parts = [days && `${days} d`, hours && `${hours} h`, minutes && `${minutes} min`, span < HOUR && seconds && `${round(seconds)} s`];
  return sign + parts.filter(Boolean).slice(0, 2).join(' ');
}

function round(value: number): string {
  return String(Number(value.toFixed(value < 10 ? 2 : 0)));
}

/** What is in view after zooming by `factor` (< 1 is closer) about a point that stays where it is; undefined: all of it. */
export function zoom(view: Range, factor: number, about: number, whole: Range): Range | undefined {
  const from = about - (about - view.from) * factor;
  const to = about + (view.to - about) * factor;
  return within({ from, to }, whole);
}

/** What is in view after moving by a share of its width, as far as there is something to see. */
export function pan(view: Range, share: number, whole: Range): Range | undefined {
  const width = view.to - view.from;
  const from = Math.min(Math.max(view.from + share * width, whole.from), whole.to - width);
  return within({ from, to: from + width }, whole);
}

/** The range within the whole; undefined when that is all, and never narrower than a millionth of it. */
export function within({ from, to }: Range, whole: Range): Range | undefined {
  const width = whole.to - whole.from;
  const least = width / 1e6;
  const clipped = { from: Math.max(from, whole.from), to: Math.min(to, whole.to) };
  if (clipped.to - clipped.from < least) {
    const middle = (clipped.from + clipped.to) / 2;
    return { from: middle - least / 2, to: middle + least / 2 };
  }
  return clipped.to - clipped.from >= width * 0.999 ? undefined : clipped;
}
