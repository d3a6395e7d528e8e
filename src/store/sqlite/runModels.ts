import type { ModelOutput } from '../../core/run';
import { invalid } from '../../core/errors';
import { Limit, checkLength, quote } from '../limits';
import type { Database } from './database';

/** What a run has to do with a logged model. */
type Role = 'input' | 'output';

export interface ModelLink {
  readonly modelId: string;
  readonly step: number;
}

interface LinkRow {
  run: number;
  model_id: string;
  step: number;
}

export function checkModelLinks(links: readonly ModelLink[]): void {
  links.forEach(({ modelId, step }, index) => {
    if (typeof modelId !== 'string' || modelId === '') throw invalid(`Missing value for required parameter 'models[${index}].model_id'.`);
    checkLength(modelId, Limit.key, `models[${index}].model_id`);
    if (!Number.isSafeInteger(step))
      throw invalid(`Invalid value ${quote(step)} for parameter 'models[${index}].step' supplied: it must be an integer.`);
  });
}

/** A run names a model once for each role. */
export function addModelLinks(database: Database, run: number, role: Role, links: readonly ModelLink[]): void {
  for (const { modelId, step } of links)
    database.run('INSERT INTO run_model (run, role, model_id, step) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING', run, role, modelId, step);
}

/** The models of many runs in one role, in the order in which they were logged. */
export function modelLinksOf(database: Database, role: Role, runs: readonly number[]): Map<number, ModelOutput[]> {
  const rows = database.all<LinkRow>(
    'SELECT run, model_id, step FROM run_model WHERE run IN (SELECT value FROM json_each(?)) AND role = ? ORDER BY id',
    JSON.stringify(runs),
    role,
  );
  const links = new Map<number, ModelOutput[]>();
  for (const { run, model_id: modelId, step } of rows) {
    const known = links.get(run);
    if (known) known.push({ modelId, step });
    else links.set(run, [{ modelId, step }]);
  }
  return links;
}
