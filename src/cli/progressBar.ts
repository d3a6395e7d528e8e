import { formatDuration } from '../core/format';
import type { RunProgress } from '../core/progress';
import type { Output } from './output';

const BAR = 24;

/** The line that shows where a training stands, cut to the terminal's width. */
export function progressLine(progress: RunProgress, columns: number): string {
  const share = Math.min(1, progress.batch / Math.max(1, progress.batches));
  const filled = Math.round(share * BAR);
  const parts = [
    `Epoch ${progress.epoch}/${progress.epochs}`,
    `${'━'.repeat(filled)}${'─'.repeat(BAR - filled)}`,
    `${progress.batch}/${progress.batches}`,
    `loss ${progress.loss.toFixed(4)}`,
    ...(progress.accuracy === undefined ? [] : [`accuracy ${progress.accuracy.toFixed(4)}`]),
    `${Math.round(progress.imagesPerSecond).toLocaleString('en')} images/s`,
    `${formatDuration(progress.secondsLeft * 1000)} left`,
  ];
  const line = parts.join('  ');
  return [...line].slice(0, Math.max(20, columns - 1)).join('');
}

/** Redraws one line in a terminal that can; elsewhere (a log file, CI) says one line each tenth of an epoch. */
export class ProgressBar {
  private drawn = false;
  private lastTenth = '';

  constructor(private readonly output: Output) {}

  show(progress: RunProgress): void {
    if (this.output.interactive) {
      this.output.draw(`\r\x1b[2K${progressLine(progress, this.output.columns)}`);
      this.drawn = true;
      return;
    }
    const tenth = `${progress.epoch}:${Math.floor((10 * progress.batch) / Math.max(1, progress.batches))}`;
    if (tenth === this.lastTenth) return;
    this.lastTenth = tenth;
    this.output.say(`${progressLine(progress, 1000)}\n`);
  }

  /** In place of the bar, for what comes before the training; only where a line can be redrawn. */
  note(text: string): void {
    if (!this.output.interactive) return;
    this.output.draw(`\r\x1b[2K${text}`);
    this.drawn = true;
  }

  /** A line of its own above the bar. */
  line(text: string): void {
    this.clear();
    this.output.say(`${text}\n`);
  }

  clear(): void {
    if (this.drawn) this.output.draw('\r\x1b[2K');
    this.drawn = false;
  }
}
