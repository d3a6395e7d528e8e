import { formatAge, formatDuration, formatNumber } from '../../core/format';
import { bestOf, headlineMetric, type MetricSummary } from '../../core/metric';
import type { RunProgress } from '../../core/progress';
import type { Run, RunStatus } from '../../core/run';
import { isInternalTag, TagName } from '../../core/tagNames';
import { progressText } from '../../host/training/progressText';

const STATUS_WORDS: Record<RunStatus, string> = {
  RUNNING: 'running',
  SCHEDULED: 'scheduled',
  FINISHED: 'finished',
  FAILED: 'failed',
  KILLED: 'cancelled',
};

export function statusWord(status: RunStatus): string {
  return STATUS_WORDS[status];
}

/** The metric that stands for a run: the one asked for if the run has it, else its own headline. */
export function shownMetric(run: Run, wanted: string | undefined): MetricSummary | undefined {
  return (wanted === undefined ? undefined : run.metrics.find((metric) => metric.key === wanted)) ?? headlineMetric(run.metrics);
}

/** Beside a run's name: `0.9897 · 42 s · 3 min · val_accuracy`, what is long last; or where a running one stands. */
export function runDescription(run: Run, progress: RunProgress | undefined, now: number, wantedMetric: string | undefined): string {
  const parts: string[] = [];
  if (run.lifecycleStage === 'deleted') parts.push('deleted');
  if (run.status === 'RUNNING' && progress) return [...parts, progressText(progress)].join(' · ');
  if (run.status === 'FAILED' || run.status === 'KILLED') parts.push(statusWord(run.status));
  const metric = shownMetric(run, wantedMetric);
  if (metric) parts.push(formatNumber(metric.last.value));
  if (run.endTime !== undefined) parts.push(formatDuration(run.endTime - run.startTime));
  else if (run.status === 'RUNNING') parts.push('running');
  parts.push(formatAge(run.startTime, now));
  if (metric) parts.push(metric.key);
  return parts.join(' · ');
}

/** Beside a metric's name: `0.9897 · best 0.9901 at step 4`. */
export function metricDescription(metric: MetricSummary): string {
  const best = bestOf(metric);
  const last = formatNumber(metric.last.value);
  if (!best || metric.count === 1) return last;
  if (best.step === metric.last.step) return `${last} · best`;
  return `${last} · best ${formatNumber(best.value)} at step ${best.step}`;
}

/** A run's tags that people made, by name. */
export function userTags(run: Run): readonly (readonly [key: string, value: string])[] {
  return Object.entries(run.tags)
    .filter(([key]) => !isInternalTag(key))
    .sort(([a], [b]) => a.localeCompare(b));
}

/** Which code made a run: `main · a1b2c3d · modified`; undefined when the run doesn't say. */
export function codeDescription(run: Run): string | undefined {
  const commit = run.tags[TagName.gitCommit];
  if (!commit) return undefined;
  const dirty = run.tags[TagName.gitDirty]?.toLowerCase() === 'true';
  return [run.tags[TagName.gitBranch], commit.slice(0, 8), dirty ? 'modified' : undefined].filter(Boolean).join(' · ');
}

/** Text that Markdown leaves as it is. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&]/g, '\\$&').replace(/\r?\n/g, ' ');
}

/** What a run is, at a glance, in Markdown with theme icons. */
export function runTooltip(run: Run, progress: RunProgress | undefined, now: number): string {
  const lines: string[] = [`**${plain(run.runName)}** — ${statusWord(run.status)}${run.lifecycleStage === 'deleted' ? ', deleted' : ''}`];
  const error = run.tags[TagName.error];
  if (error) lines.push(`$(error) ${plain(error)}`);
  const note = run.tags[TagName.note];
  if (note) lines.push(plain(note.length > 300 ? `${note.slice(0, 299)}…` : note));
  if (run.status === 'RUNNING' && progress) lines.push(`$(sync) ${plain(progressText(progress))}`);
  const began = new Date(run.startTime).toLocaleString();
  const length = run.endTime === undefined ? '' : `, took ${formatDuration(run.endTime - run.startTime)}`;
  lines.push(
    `$(clock) ${plain(began)} (${ago(run.startTime, now)})${plain(length)}${run.userId ? ` $(account) ${plain(run.userId)}` : ''}`,
  );
  const code = codeDescription(run);
  if (code) lines.push(`$(git-commit) ${plain(code)}`);
  const backend = run.tags[TagName.backend];
  if (backend) lines.push(`$(server-process) ${plain(backend)}`);
  const metrics = run.metrics.filter((metric) => !metric.key.startsWith('system/')).slice(0, 12);
  if (metrics.length > 0)
    lines.push(
      ['| metric | last | best |', '|:--|--:|--:|']
        .concat(
          metrics.map((metric) => {
            const best = bestOf(metric);
            return `| ${plain(metric.key)} | ${formatNumber(metric.last.value)} | ${best ? formatNumber(best.value) : ''} |`;
          }),
        )
        .join('\n'),
    );
  return lines.join('\n\n');
}

/** `now`, `5 min ago`, or the date. */
function ago(then: number, now: number): string {
  const age = formatAge(then, now);
  return /(min|h|d)$/.test(age) ? `${age} ago` : age;
}
