import { relative } from 'node:path';
import type { SessionLog } from '../autolog/sessionLog';
import { TrackingError } from '../core/errors';
import type { CheckReport } from '../data/checks/checks';
import { checksFilesFor } from '../data/checks/checksFiles';
import { runChecks } from '../data/checks/checkRun';
import { reportText } from './data/checkCommand';

/** What became of the checks of a training's data; the value of the run's tag. */
export type ChecksOutcome = 'passed' | 'skipped' | 'none';

/**
 * Holds data against the checks files beside it and in it, before a training.
 * @param folder the data's folder, absolute
 * @param skip not to look, which the outcome tells where there are any
 * @throws TrackingError, after telling what failed, where the data isn't as they say or they can't be used
 */
export async function checkBeforeTraining(folder: string, skip: boolean, log: SessionLog, signal: AbortSignal): Promise<ChecksOutcome> {
  const files = await checksFilesFor(folder);
  if (files.length === 0) return 'none';
  if (skip) return 'skipped';
  const reports: CheckReport[] = [];
  for (const file of files) reports.push(await runChecks(file, { signal }));
  const bad = reports.filter(({ outcome }) => outcome !== 'passed');
  if (bad.length === 0) return 'passed';
  for (const report of bad) log.info(reportText(report).trimEnd());
  const names = bad.map(({ file }) => relative(process.cwd(), file)).join(', ');
  throw new TrackingError('INVALID_STATE', `The data is not as ${names} says; nothing was trained. Mend it, or train with --no-checks.`);
}
