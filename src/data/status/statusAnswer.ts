import { relative } from 'node:path';
import type { Stage } from '../records/stage';
import type { StageChange, StatusAnswer } from './answers';
import { isAlwaysChanged, isChecksumChanged, isCommandChanged, type FileState, type StageState } from './stageState';

/** Puts together what `dvc status --json` prints in a folder; the root unless told. */
export function statusAnswer(states: readonly StageState[], folder?: string): StatusAnswer {
  const answer: Record<string, readonly StageChange[]> = {};
  for (const state of states) {
    const changes = stageChanges(state);
    if (changes.length > 0) answer[addressIn(state.stage, folder)] = changes;
  }
  return answer;
}

function addressIn({ address, file, name }: Stage, folder: string | undefined): string {
  if (folder === undefined) return address;
  const path = relative(folder, file);
  return name === undefined ? path : path === 'dvc.yaml' ? name : `${path}:${name}`;
}

function stageChanges({ stage, deps, params, outs }: StageState): StageChange[] {
  const changedDeps: Record<string, string | Record<string, string>> = { ...changed(deps) };
  for (const { label, whole, keys } of params) {
    if (whole !== undefined) changedDeps[label] = whole;
    else if (keys.size > 0) changedDeps[label] = Object.fromEntries(keys);
  }
  const changedOuts = changed(outs);
  return [
    ...(Object.keys(changedDeps).length > 0 ? [{ 'changed deps': changedDeps }] : []),
    ...(Object.keys(changedOuts).length > 0 ? [{ 'changed outs': changedOuts }] : []),
    ...(isAlwaysChanged(stage) ? (['always changed'] as const) : []),
    ...(isChecksumChanged(stage) ? (['changed checksum'] as const) : []),
    ...(isCommandChanged(stage) ? (['changed command'] as const) : []),
  ];
}

function changed(
  items: readonly { readonly label: string; readonly state: FileState; readonly problem: string | undefined }[],
): Record<string, string> {
  const told = items.filter(({ state, problem }) => state !== 'unchanged' && state !== 'unknown' && problem === undefined);
  return Object.fromEntries(told.map(({ label, state }) => [label, state]));
}
