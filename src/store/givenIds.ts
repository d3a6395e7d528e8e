import { randomUUID } from 'node:crypto';
import { invalid } from '../core/errors';
import { quote } from './limits';

/** MLflow's own are 32 hexadecimal digits; earlier versions and other servers have had any of these. */
const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
/** Names that stand beside the runs' folders, or that Windows keeps for devices. */
const RESERVED = /^(models|con|prn|aux|nul|com\d|lpt\d)$/i;
const MODEL_ID = /^m-[0-9a-f]{32}$/;

/** The id of a new run: the one that a copy brings along, or a fresh one. The id also names a folder. */
export function runIdOf(given: string | undefined): string {
  if (given === undefined) return randomUUID().replaceAll('-', '');
  if (!RUN_ID.test(given) || RESERVED.test(given)) throw invalid(`Invalid value ${quote(given)} for parameter 'run_id' supplied.`);
  return given;
}

export function modelIdOf(given: string | undefined): string {
  if (given === undefined) return `m-${randomUUID().replaceAll('-', '')}`;
  if (!MODEL_ID.test(given))
    throw invalid(`Invalid value ${quote(given)} for parameter 'model_id' supplied: it is 'm-' and 32 hexadecimal digits.`);
  return given;
}

/** When something was created: now, or when a copy says. Milliseconds since the epoch. */
export function creationTimeOf(given: number | undefined): number {
  if (given === undefined) return Date.now();
  if (!Number.isSafeInteger(given))
    throw invalid(`Invalid value ${quote(given)} for parameter 'creation_time' supplied: it must be an integer number of milliseconds.`);
  return given;
}

/** The number of a new version after the last that was given out: the next one, or a copy's own. */
export function versionOf(given: number | undefined, last: number): number {
  if (given === undefined) return last + 1;
  if (!Number.isSafeInteger(given) || given < 1)
    throw invalid(`Invalid value ${quote(given)} for parameter 'version' supplied: it must be a positive integer.`);
  return given;
}
