import { messageOf, TrackingError } from '../core/errors';

/** Where a command writes: its results to `out`, what it has to say about them to `say`. */
export interface Output {
  readonly json: boolean;
  /** Whether the terminal can redraw a line. */
  readonly interactive: boolean;
  readonly columns: number;
  out(text: string): void;
  say(text: string): void;
  /** Redraws the line of an interactive terminal: as `say`, but the text's escape sequences are ours. */
  draw(text: string): void;
}

export function terminalOutput(json: boolean): Output {
  return {
    json,
    interactive: Boolean(process.stderr.isTTY) && process.env['TERM'] !== 'dumb',
    columns: process.stderr.columns || 100,
    out: (text) => void process.stdout.write(printable(text)),
    say: (text) => void process.stderr.write(printable(text)),
    draw: (text) => void process.stderr.write(text),
  };
}

/** Whoever reads what is printed may go early, as `head` does: nothing is left to do then. A training has a listener of its own, which ends it. */
export function leaveWithReader(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (stream.listenerCount('error') > 1) return;
      if (error.code === 'EPIPE') process.exit();
      throw error;
    });
}

/** JSON with NaN spelled as MLflow spells it, since JSON has no number for it. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'number' && Number.isNaN(inner) ? 'NaN' : inner), 2);
  // JSON lets these stand as they are, terminals obey them.
  return `${text.replace(/[\u007f-\u009f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)}\n`;
}

export type Align = 'left' | 'right';

/** Rows of cells under a header, columns as wide as their widest cell, two spaces between. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], align: readonly Align[] = []): string {
  const lines = [header, ...rows].map((row) => row.map(oneLine));
  const widths = header.map((_, column) => Math.max(...lines.map((row) => width(row[column] ?? ''))));
  const text = lines.map((row) =>
    row
      .map((cell, column) => {
        const space = ' '.repeat((widths[column] ?? 0) - width(cell));
        return align[column] === 'right' ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd(),
  );
  return `${text.join('\n')}\n`;
}

function width(text: string): number {
  return [...text].length;
}

/** A name or a value may come from anywhere: control characters must not reach the terminal. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]+/g, ' ');
}

function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** The one line a failure ends with, and its exit code: 2 for a mistake in what was asked, 1 for everything else. */
export function failure(error: unknown): { line: string; exitCode: number } {
  const asked = error instanceof TrackingError && (error.code === 'INVALID_PARAMETER_VALUE' || error.code === 'RESOURCE_DOES_NOT_EXIST');
  return { line: `ml-tracking: ${oneLine(messageOf(error))}\n`, exitCode: asked ? 2 : 1 };
}
