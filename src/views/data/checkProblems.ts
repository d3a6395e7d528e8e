import { join } from 'node:path';
import {
  Diagnostic,
  DiagnosticRelatedInformation,
  DiagnosticSeverity,
  l10n,
  languages,
  Location,
  Range,
  Uri,
  type TextDocument,
} from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { CheckExample, CheckReport } from '../../data/checks/checks';
import { CHECKS_ENDING, parseChecks } from '../../data/checks/checksFile';
import { withoutPlace } from './checkRows';

const SOURCE = 'ML Tracking';
/** A checks file is written by hand; a longer text is read when it is run, in a thread. */
const MOST_CHARACTERS = 100_000;

/** What checks files and the data that they are about have against each other, among the editor's problems. */
export class CheckProblems implements Disposable {
  private readonly results = languages.createDiagnosticCollection('mlTracking.checks');
  private readonly faults = languages.createDiagnosticCollection('mlTracking.checksFiles');

  /** Shows what a run found, in place of what an earlier one did. */
  show(report: CheckReport): void {
    const { file, data, results, errors } = report;
    const uri = Uri.file(file);
    const said = errors.map((error) => withoutPlace(file, error));
    // What is wrong with the file itself goes when it is mended; everything else with the next run.
    this.faults.set(
      uri,
      said.flatMap(([message, line]) => (line === undefined ? [] : [problem(line, message)])),
    );
    this.results.set(uri, [
      ...said.flatMap(([message, line]) => (line === undefined ? [problem(1, message)] : [])),
      ...results
        .filter(({ passed }) => !passed)
        .map(({ check, line, expected, found, examples }) => {
          const failed = problem(line, l10n.t('{0}: expected {1}, found {2}', check, expected, found));
          failed.relatedInformation = examples.map((example) => related(data, example));
          return failed;
        }),
    ]);
  }

  /** Says what is wrong with the file itself, while it is written. */
  read(document: TextDocument): void {
    if (document.uri.scheme !== 'file' || !document.fileName.endsWith(CHECKS_ENDING)) return;
    const text = document.getText();
    const errors = text.length > MOST_CHARACTERS ? [] : parseChecks(text).errors;
    this.faults.set(
      document.uri,
      errors.map(({ line, message }) => problem(line, message)),
    );
  }

  forget(uri: Uri): void {
    this.results.delete(uri);
    this.faults.delete(uri);
  }

  /** Of all files below a folder, which is no longer the workspace's. */
  forgetBelow({ path }: Uri): void {
    for (const all of [this.results, this.faults]) for (const [uri] of [...all]) if (uri.path.startsWith(`${path}/`)) all.delete(uri);
  }

  dispose(): void {
    this.results.dispose();
    this.faults.dispose();
  }
}

function problem(line: number, message: string): Diagnostic {
  const made = new Diagnostic(new Range(line - 1, 0, line - 1, Number.MAX_SAFE_INTEGER), message, DiagnosticSeverity.Error);
  made.source = SOURCE;
  return made;
}

function related(data: string, { path, row, line, value }: CheckExample): DiagnosticRelatedInformation {
  const place = new Location(
    Uri.file(path === undefined ? data : join(data, ...path.split('/'))),
    new Range((line ?? 1) - 1, 0, (line ?? 1) - 1, 0),
  );
  const where = row === undefined ? l10n.t('here') : l10n.t('row {0}', row);
  return new DiagnosticRelatedInformation(place, value === undefined ? where : `${where}: ${value}`);
}
