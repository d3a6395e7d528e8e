/** A number as lists and tables show it: at most six significant digits, no trailing zeros. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value >= Number.MAX_VALUE) return '∞';
  if (value <= -Number.MAX_VALUE) return '-∞';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e6) return String(Number(value.toPrecision(5)));
  return value.toExponential(3);
}

/** The least or the greatest of some numbers: in full digits where a number is too coarse for it. */
export function formatEnd(numbers: Ends, end: 'min' | 'max'): string {
  return numbers.digits?.[end] ?? formatNumber(numbers[end]);
}

interface Ends {
  readonly min: number;
  readonly max: number;
  readonly digits?: { readonly min?: string | undefined; readonly max?: string | undefined };
}

/** A span in words that fit a column: `0.4 s`, `12 s`, `3 min 4 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A moment as ISO 8601 has it; the bare number where it is beyond what a date can be, as a store may hold it. */
export function formatTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? String(milliseconds) : date.toISOString();
}

/** How long ago a moment was, by the clock given: `now`, `5 min`, `3 h`, `2 d`, or the date. */
export function formatAge(then: number, now: number): string {
  const minutes = Math.floor((now - then) / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h`;
  const days = Math.floor(hours / 24);
  return days < 30 ? `${days} d` : formatTime(then).replace(/T.*$/, '');
}

/** Bytes in the units that people read: `812 B`, `4.2 kB`, `1.3 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 'B';
  for (const next of units) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
