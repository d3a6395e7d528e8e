import { invalid } from '../core/errors';
import { readList } from './encoding';
import { Limit } from '../store/limits';

const KEPT = ['run_id', 'artifact_path', 'utc_time_created', 'model_uuid'];
const NEEDED = ['artifact_path', 'flavors', 'utc_time_created', 'run_id'];

/**
 * The tag in which MLflow 2 lists a run's models, with one more: JSON, a list of what the model's MLmodel file says of
 * itself. The oldest go when the tag would grow too long.
 */
export function appendedHistory(history: string | undefined, modelJson: string): string {
  const entries = [...readList(history), entryOf(modelJson)];
  while (entries.length > 1 && JSON.stringify(entries).length > Limit.tagValue) entries.shift();
  return JSON.stringify(entries);
}

function entryOf(modelJson: string): object {
  const model = parsed(modelJson);
  const missing = NEEDED.filter((key) => !Object.hasOwn(model, key));
  if (missing.length > 0) throw invalid(`Model json is missing mandatory fields: ${missing.join(', ')}`);
  const flavors = Object.entries(model['flavors'] ?? {}).map(([name, flavor]) => [name, withoutConfig(flavor)]);
  return {
    ...Object.fromEntries(KEPT.filter((key) => Object.hasOwn(model, key)).map((key) => [key, model[key]])),
    flavors: Object.fromEntries(flavors) as unknown,
  };
}

function parsed(modelJson: string): Record<string, unknown> {
  try {
    const model: unknown = JSON.parse(modelJson);
    if (typeof model === 'object' && model !== null) return model as Record<string, unknown>;
  } catch {
    // Falls through to the one message.
  }
  throw invalid('Malformed model info: model_json is not a JSON object.');
}

function withoutConfig(flavor: unknown): unknown {
  if (typeof flavor !== 'object' || flavor === null) return flavor;
  return Object.fromEntries(Object.entries(flavor).filter(([key]) => key !== 'config'));
}
