import { livenessOf } from '../store/processIdentity';
import { invalid } from '../core/errors';
import { parseRunProcess } from '../core/progress';
import { TagName } from '../core/tagNames';
import type { Engine } from '../store/engine';
import type { Output } from './output';
import { jsonText } from './output';
import { findRun } from './runReference';
import { runRecord } from './runsCommand';

/** What `ml-tracking edit` can change of a run. */
export interface RunEdits {
  readonly name?: string;
  readonly note?: string;
  /** Each `KEY=VALUE`. */
  readonly tag?: readonly string[];
  readonly untag?: readonly string[];
}

/** Renames, annotates and tags a run. */
export async function editRun(engine: Engine, reference: string, edits: RunEdits, output: Output): Promise<void> {
  const tags = Object.fromEntries((edits.tag ?? []).map(parseTag));
  if (edits.note !== undefined) tags[TagName.note] = edits.note;
  const run = await findRun(engine, reference);
  if (edits.name !== undefined) await engine.runs.update(run.runId, { name: edits.name });
  if (Object.keys(tags).length > 0) await engine.runs.logBatch(run.runId, { tags });
  for (const key of edits.untag ?? []) await engine.runs.deleteTag(run.runId, key);
  await answer(engine, run.runId, output, 'changed');
}

function parseTag(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw invalid(`--tag '${text}' is not of the form KEY=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Marks a run deleted, or brings it back. */
export async function deleteOrRestore(engine: Engine, reference: string, what: 'delete' | 'restore', output: Output): Promise<void> {
  const run = await findRun(engine, reference);
  const writer = run.status === 'RUNNING' ? parseRunProcess(run.tags[TagName.process]) : undefined;
  // The store refuses what a deleted run logs: the end of the training would be lost.
  if (what === 'delete' && writer && (await livenessOf(writer)) === 'alive')
    throw invalid(`${run.runName} is still training (process ${writer.pid}): end that first, then delete the run`);
  await engine.runs[what](run.runId);
  await answer(engine, run.runId, output, what === 'delete' ? 'deleted; `ml-tracking restore` brings it back' : 'restored');
}

async function answer(engine: Engine, runId: string, output: Output, done: string): Promise<void> {
  const run = await engine.runs.get(runId);
  const experiment = await engine.experiments.get(run.experimentId);
  if (output.json) output.out(jsonText(runRecord(run, experiment.name)));
  else output.out(`${run.runName} (${run.runId.slice(0, 8)}) ${done}\n`);
}
