import type { Run } from '../core/run';
import { TagName } from '../core/tagNames';
import { toWire, type ComparedInfo, type ComparedRun, type RunChange, type WireMetric } from '../protocol/compare';

/** A run as the page needs it. */
export function comparedRun(run: Run): ComparedRun {
  return { runId: run.runId, info: infoOf(run), params: run.params, metrics: run.metrics.map(toWire) };
}

function infoOf(run: Run): ComparedInfo {
  const { tags } = run;
  const dirty = tags[TagName.gitDirty];
  return {
    runName: run.runName || run.runId.slice(0, 8),
    status: run.status,
    startTime: run.startTime,
    endTime: run.endTime,
    user: run.userId || tags[TagName.user] || '',
    source: tags[TagName.sourceName],
    commit: tags[TagName.gitCommit],
    branch: tags[TagName.gitBranch],
    dirty: dirty === undefined ? undefined : dirty.toLowerCase() === 'true',
    backend: tags[TagName.backend],
    datasets: [...new Set(run.inputs.map(({ dataset }) => `${dataset.name} · ${dataset.digest.slice(0, 8)}`))],
    error: tags[TagName.error],
  };
}

/** What the page has to be told; undefined when nothing that it shows is different. */
export function changeOf(before: ComparedRun, after: ComparedRun): RunChange | undefined {
  const known = new Map(before.metrics.map((metric) => [metric.key, metric]));
  const metrics = after.metrics.filter((metric) => !isSame(known.get(metric.key), metric));
  const keys = new Set(before.params.map(({ key }) => key));
  const params = after.params.filter(({ key }) => !keys.has(key));
  const isOtherInfo = JSON.stringify(before.info) !== JSON.stringify(after.info);
  if (!isOtherInfo && params.length === 0 && metrics.length === 0) return undefined;
  return {
    ...(isOtherInfo && { info: after.info }),
    ...(params.length > 0 && { params }),
    ...(metrics.length > 0 && { metrics }),
  };
}

function isSame(a: WireMetric | undefined, b: WireMetric): boolean {
  return (
    a !== undefined &&
    a.count === b.count &&
    Object.is(a.last.value, b.last.value) &&
    a.last.step === b.last.step &&
    a.last.timestamp === b.last.timestamp &&
    a.min?.value === b.min?.value &&
    a.max?.value === b.max?.value
  );
}
