import { hostname } from 'node:os';
import { parseRunProcess, parseRunProgress, type RunProcess, type RunProgress } from '../core/progress';
import type { Run } from '../core/run';
import { TagName } from '../core/tagNames';

/** Where a run stands, as its own process last said. */
export function progressOf(run: Run): RunProgress | undefined {
  return parseRunProgress(run.tags[TagName.progress]);
}

/** The process that writes a run. */
export function processOf(run: Run): RunProcess | undefined {
  return parseRunProcess(run.tags[TagName.process]);
}

/** Whether a run is being written on this machine; one whose process has died there is found and marked by whoever opens its store. */
export function isTrainingHere(run: Run): boolean {
  return run.status === 'RUNNING' && processOf(run)?.host === hostname();
}
