import type { RunProcess, RunProgress } from '../core/progress';
import type { Run } from '../core/run';
import { TagName } from '../core/tagNames';

/** Where a run stands, as its own process last said. */
export function progressOf(run: Run): RunProgress | undefined {
  return parsed(run.tags[TagName.progress]);
}

/** The process that writes a run. */
export function processOf(run: Run): RunProcess | undefined {
  return parsed(run.tags[TagName.process]);
}

function parsed<T>(json: string | undefined): T | undefined {
  if (!json) return undefined;
  try {
    return JSON.parse(json) as T;
  } catch {
    return undefined;
  }
}
