import type { LoggedModelStatus, ModelStage } from '../core/model';
import type { RunStatus } from '../core/run';
import { TagName } from '../core/tagNames';

const STATUSES: readonly RunStatus[] = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];
const STAGES: readonly ModelStage[] = ['None', 'Staging', 'Production', 'Archived'];
const SOURCE_TYPES: Readonly<Record<string, string>> = { '1': 'NOTEBOOK', '2': 'JOB', '3': 'PROJECT', '4': 'LOCAL' };

/** MLflow writes statuses as numbers from 1 on or as words; without one a run is RUNNING. */
export function runStatus(text: string | undefined): RunStatus | undefined {
  if (text === undefined) return 'RUNNING';
  return STATUSES[Number(text) - 1] ?? STATUSES.find((status) => status === text.toUpperCase());
}

export function modelStatus(text: string | undefined): LoggedModelStatus {
  const statuses: readonly LoggedModelStatus[] = ['PENDING', 'READY', 'FAILED'];
  const word = text?.toUpperCase().replace(/^LOGGED_MODEL_/, '');
  return statuses[Number(text) - 1] ?? statuses.find((status) => status === word) ?? 'READY';
}

/** Undefined for a version that is deleted: MLflow keeps its number under a stage of its own. */
export function versionStage(text: string | undefined): ModelStage | undefined {
  if (text === undefined) return 'None';
  return STAGES.find((stage) => stage.toLowerCase() === text.toLowerCase());
}

/** A registered model that is a prompt: no model at all. */
export function isPrompt(tags: Readonly<Record<string, string>>): boolean {
  return tags['mlflow.prompt.is_prompt']?.toLowerCase() === 'true';
}

/** MLflow kept in a run's own fields, before version 1.0, what it has kept in tags since; `given` goes before that. */
export function withOldFields(
  given: Readonly<Record<string, string>>,
  old: { sourceName?: string; sourceType?: string; sourceVersion?: string; entryPoint?: string; user?: string },
): Record<string, string> {
  const type = old.sourceType === undefined ? undefined : (SOURCE_TYPES[old.sourceType] ?? old.sourceType);
  const fields: Readonly<Record<string, string | undefined>> = old.sourceName
    ? {
        [TagName.sourceName]: old.sourceName,
        [TagName.sourceType]: type,
        [TagName.gitCommit]: old.sourceVersion,
        'mlflow.project.entryPoint': old.entryPoint,
        [TagName.user]: old.user,
      }
    : {};
  const known = Object.entries(fields).filter((field): field is [string, string] => Boolean(field[1]));
  return { ...Object.fromEntries(known), ...given };
}
