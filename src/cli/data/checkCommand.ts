import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { invalid, missing } from '../../core/errors';
import type { CheckExample, CheckReport, CheckResult } from '../../data/checks/checks';
import { CHECKS_ENDING } from '../../data/checks/checksFile';
import { checksFileOf, findChecksFiles } from '../../data/checks/checksFiles';
import { runChecks } from '../../data/checks/checkRun';
import { suggestChecks } from '../../data/checks/suggestion';
import { profileContent } from '../../data/content/contentProfile';
import { openPlace } from '../../data/content/contentSource';
import { jsonText, type Output } from '../output';

export interface DataCheckFlags {
  readonly repo?: string;
  readonly init?: boolean;
}

/** Runs checks files; the exit code is 1 where a check failed, 2 where a checks file or its data can't be used. */
export async function checkData(paths: readonly string[], flags: DataCheckFlags, output: Output): Promise<void> {
  if (flags.init) return writeChecks(paths, output);
  const root = resolve(flags.repo ?? '.');
  if (paths.length === 0 && !existsSync(root)) throw missing(`There is no folder ${root}.`);
  const files = paths.length > 0 ? paths.map(checksFileNamed) : await findChecksFiles(root);
  if (files.length === 0)
    throw missing(
      `There is no checks file in ${root}: write one with "ml-tracking data check --init PATH", it is called PATH${CHECKS_ENDING}.`,
    );
  const reports: CheckReport[] = [];
  for (const file of files) {
    const report = await runChecks(file);
    reports.push(report);
    if (!output.json) output.out(reportText(report));
  }
  if (output.json) output.out(jsonText(reports));
  const outcomes = reports.map(({ outcome }) => outcome);
  process.exitCode = outcomes.includes('unusable') ? 2 : outcomes.includes('failed') ? 1 : 0;
}

/** The data's path, or the checks file itself. */
function checksFileNamed(path: string): string {
  return path.endsWith(CHECKS_ENDING) ? resolve(path) : checksFileOf(resolve(path));
}

async function writeChecks(paths: readonly string[], output: Output): Promise<void> {
  if (paths.length === 0) throw invalid('Say which data to write checks for: ml-tracking data check --init PATH.');
  const written: string[] = [];
  for (const path of paths) {
    const file = checksFileOf(resolve(path));
    const text = suggestChecks(await profileContent(await openPlace({ kind: 'path', path: resolve(path) })));
    await writeFile(file, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? invalid(`${shown(file)} is there already; delete it first, or edit it.`) : error;
    });
    written.push(file);
    if (!output.json) output.out(`Wrote ${shown(file)}.\n`);
  }
  if (output.json) output.out(jsonText({ written }));
}

/** As people read it: what fails, with where and how. */
export function reportText({ file, data, outcome, results, errors }: CheckReport): string {
  const failed = results.filter(({ passed }) => !passed);
  if (outcome === 'unusable') return `${shown(data)}: cannot be checked\n${errors.map((error) => `  ${error}\n`).join('')}`;
  const head = failed.length === 0 ? `all ${results.length} checks passed` : `${failed.length} of ${results.length} checks FAILED`;
  return `${shown(data)}: ${head}\n${failed.map((result) => failureText(result, file)).join('')}`;
}

function failureText({ check, line, expected, found, examples }: CheckResult, file: string): string {
  const where = examples.map(exampleText);
  return `  ${check}: expected ${expected}, found ${found} (${shown(file)}:${line})\n${where.map((each) => `    ${each}\n`).join('')}`;
}

function exampleText({ row, line, path, value }: CheckExample): string {
  const places = [path, row === undefined ? undefined : `row ${row}`, line === undefined || line === row ? undefined : `line ${line}`];
  const place = places.filter((each) => each !== undefined).join(', ');
  return value === undefined ? place : `${place}: ${value}`;
}

function shown(path: string): string {
  const inside = relative(process.cwd(), path);
  return inside === '' || inside.startsWith('..') ? path : inside;
}
