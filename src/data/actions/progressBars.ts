/** How far a program is, as one of its bars says. */
export interface DvcProgress {
  /** What it does, in its own words: `Pushing to local`, or a file's path. */
  readonly what: string;
  readonly unit: 'files' | 'bytes' | 'other';
  readonly done: number;
  /** Undefined while it isn't known. */
  readonly total: number | undefined;
}

const BAR = /^\s*(?:(\d+)%)?\s*(.*)\s\[[\d:?]+(?:<[\d:?]+)?, *([^\]]*)\]\s*$/s;
const COUNT = /(\S+?)(?:\/(\S+))?$/;

/** A line that dvc prints beside its messages as progress; undefined for one that is none. The numbers are rounded for people. */
export function parseBar(line: string): DvcProgress | undefined {
  const [, , body, rate] = BAR.exec(line) ?? [];
  if (body === undefined || rate === undefined || !body.includes('|')) return undefined;
  const parts = body.split('|');
  // Either `what|bar|[ info |]n/total`, or, in a row beneath another, `|bar|what   n/total`.
  const last = (parts.at(-1) ?? '').trim();
  const [counted = '', count = '', all] = COUNT.exec(last) ?? [];
  const done = parseCount(count);
  if (done === undefined) return undefined;
  const inLast = last.slice(0, last.length - counted.length).trim();
  const info = parts.length > 3 ? (parts.at(-2) ?? '').trim() : '';
  const what = [inLast || (parts[0] ?? '').trim(), info].filter((each) => each !== '').join(' ');
  return { what, unit: unitOf(rate), done, total: all === undefined ? undefined : parseCount(all) };
}

/** `7`, `3.00`, `1.23k`, `100M`. */
function parseCount(text: string): number | undefined {
  const [, digits, suffix = ''] = /^(\d+(?:\.\d+)?)([kMGTP]?)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * 1000 ** ['', 'k', 'M', 'G', 'T', 'P'].indexOf(suffix);
}

function unitOf(rate: string): DvcProgress['unit'] {
  if (/B(\/s)?$|s\/B$/.test(rate)) return 'bytes';
  return /files?(\/s)?$|s\/files?$/.test(rate) ? 'files' : 'other';
}

/** What a terminal would be told to do, which means nothing elsewhere. */
// eslint-disable-next-line no-control-regex -- these are control sequences
const CONTROLS = /\u001b\[[\d;?]*[A-Za-z]/g;

/** Cuts a stream of text into lines, bars apart from what is said; half of a line waits for its other half. */
export class LineCutter {
  private rest = '';

  constructor(
    private readonly said: (line: string) => void,
    private readonly bar: (progress: DvcProgress) => void,
  ) {}

  push(text: string): void {
    const parts = (this.rest + text).split(/[\r\n]/);
    this.rest = parts.pop() ?? '';
    for (const part of parts) this.take(part.replace(CONTROLS, ''));
  }

  end(): void {
    this.take(this.rest.replace(CONTROLS, ''));
    this.rest = '';
  }

  private take(line: string): void {
    const progress = parseBar(line);
    if (progress) this.bar(progress);
    // A lone `!` is where a bar will be.
    else if (line.trim() !== '' && line.trim() !== '!' && !/^\s*\d+%\s*\S*\|/.test(line)) this.said(line.trimEnd());
  }
}
