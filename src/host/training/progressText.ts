import { formatDuration, formatNumber } from '../../core/format';
import type { RunProgress } from '../../core/progress';

/** How much of a training is done, from 0 to 1. */
export function shareDone(progress: RunProgress): number {
  const { epoch, epochs, batch, batches } = progress;
  if (!(epochs > 0) || !(batches > 0)) return 0;
  return Math.min(1, Math.max(0, (epoch - 1 + batch / batches) / epochs));
}

/** `2/3 · 64 % · 3,120 img/s · 12 s left`; what isn't known yet is left out. */
export function progressText(progress: RunProgress): string {
  const parts = [`${progress.epoch}/${progress.epochs}`, `${Math.floor(shareDone(progress) * 100)} %`];
  if (progress.imagesPerSecond > 0) parts.push(`${Math.round(progress.imagesPerSecond).toLocaleString('en')} img/s`);
  if (progress.secondsLeft > 0)
    parts.push(`${formatDuration(Math.max(1, Math.round(progress.secondsLeft)) * 1000).replace(/\.0 s$/, ' s')} left`);
  return parts.join(' · ');
}

/** `loss 0.0712 · accuracy 0.9784` of the training so far. */
export function qualityText(progress: RunProgress): string {
  const parts = [`loss ${formatNumber(progress.loss)}`];
  if (progress.accuracy !== undefined) parts.push(`accuracy ${formatNumber(progress.accuracy)}`);
  return parts.join(' · ');
}
