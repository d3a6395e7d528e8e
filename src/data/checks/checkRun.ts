import { basename } from 'node:path';
import { messageOf, missing, TrackingError } from '../../core/errors';
import { profileContent } from '../content/contentProfile';
import { openPlace } from '../content/contentSource';
import type { ContentSource } from '../content/place';
import { type Profile, type ProfileOptions, type ReadControl } from '../content/profile';
import { singleFile } from '../content/singleFile';
import { readBounded } from '../records/boundedFile';
import type { CheckReport, CheckResult, Checks } from './checks';
import { CHECKS_ENDING, parseChecks } from './checksFile';
import { evaluate } from './evaluation';
import { withExamples } from './examples';
import { finding } from './finding';

/** A checks file is written by hand; what is larger is none. */
const MOST_BYTES = 4 * 2 ** 20;

/** The data that a checks file is about. */
function dataOf(checksFile: string): string {
  return checksFile.slice(0, -CHECKS_ENDING.length);
}

/**
 * Runs a checks file on the data beside it. Rejects only when stopped: what can't be used is told in the report.
 * @param checksFile absolute
 * @param source where to read the data in place of the file beside, e.g. a version of it
 */
export async function runChecks(checksFile: string, control: ReadControl = {}, source?: ContentSource): Promise<CheckReport> {
  const data = dataOf(checksFile);
  const unusable = (...errors: string[]): CheckReport => ({ file: checksFile, data, outcome: 'unusable', results: [], errors });
  let checks: Checks;
  try {
    const parsed = parseChecks((await readBounded(checksFile, MOST_BYTES)).toString('utf8'));
    if (parsed.errors.length > 0) return unusable(...parsed.errors.map(({ line, message }) => `${checksFile}:${line}: ${message}`));
    checks = parsed.checks;
  } catch (error) {
    return unusable(`${checksFile} can't be read: ${messageOf(error)}`);
  }
  try {
    const results = await checkContent(checks, source ?? (await openPlace({ kind: 'path', path: data })), control);
    return { file: checksFile, data, outcome: results.every(({ passed }) => passed) ? 'passed' : 'failed', results, errors: [] };
  } catch (error) {
    control.signal?.throwIfAborted();
    if (error instanceof TrackingError || isFileError(error)) return unusable(messageOf(error));
    throw error;
  }
}

/**
 * Holds data against checks.
 * @throws TrackingError where the data can't be read
 */
async function checkContent(checks: Checks, source: ContentSource, control: ReadControl = {}): Promise<CheckResult[]> {
  const options = optionsOf(checks);
  const results: CheckResult[] = [];
  // A folder whose files are checked by themselves needs reading as a whole only for what is asked of the whole.
  const whole = !checks.parts || Object.keys(checks).some((key) => key !== 'parts' && key !== 'files' && key !== 'format');
  if (whole) {
    const profile = await profileContent(source, options, control);
    results.push(...(await withExamples(evaluate(checks, profile), source, profile, options, control.signal)), ...wellFormed(profile));
  } else results.push(...(await checkList(checks, source, control.signal)));
  for (const [path, part] of checks.parts ?? []) {
    const file = (await source.list(control.signal)).find((each) => each.path === path);
    if (!file || !source.isFolder) {
      results.push(finding(path, part.line, false, 'to be there', `${basename(source.name)} has no such file`));
      continue;
    }
    for (const result of await checkContent(part.checks, singleFile(source, file), control))
      results.push({ ...result, check: `${path}: ${result.check}` });
  }
  return results;
}

async function checkList(checks: Checks, source: ContentSource, signal?: AbortSignal): Promise<CheckResult[]> {
  const files = await source.list(signal);
  if (!source.isFolder) throw missing(`${source.name} is a file; parts are those of a folder.`);
  const counted = { format: 'folder', files: files.length } as Profile;
  return evaluate({ files: checks.files, format: checks.format }, counted).map((each) => ({ ...each }));
}

/** Cells too many or too few, open quotes, pictures that can't be read: nobody has to ask for their absence. */
function wellFormed({ problems, problemCount }: Profile): CheckResult[] {
  const examples = problems.slice(0, 5).map(({ row, line, path, message }) => ({ row, line, path, value: message }));
  const found = problemCount === 0 ? 'whole' : `${problemCount} ${problemCount === 1 ? 'fault' : 'faults'}`;
  return [{ check: 'well-formed', line: 1, passed: problemCount === 0, expected: 'whole', found, examples }];
}

function optionsOf({ header, delimiter, label, schema }: Checks): ProfileOptions {
  const valuesOf = (schema ?? []).flatMap(({ column, values }) => {
    if (!values) return [];
    return typeof column === 'object' ? Array.from({ length: column.to - column.from + 1 }, (_, index) => column.from + index) : [column];
  });
  return { header: header?.value, delimiter: delimiter?.value, label: label?.value, valuesOf };
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}
