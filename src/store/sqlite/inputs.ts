import type { Dataset, DatasetInput } from '../../core/dataset';
import type { Database } from './database';
import { INPUT_TAGS, setTag, tagsOf } from './tags';

interface InputRow {
  id: number;
  run: number;
  name: string;
  digest: string;
  source_type: string;
  source: string;
  schema: string | null;
  profile: string | null;
}

/** A data set is kept once for an experiment by its name and digest; a run names it once. */
export function addInput(database: Database, run: number, experiment: number, { dataset, tags }: DatasetInput): void {
  const input = inputId(database, run, datasetId(database, experiment, dataset));
  for (const [key, value] of Object.entries(tags)) setTag(database, INPUT_TAGS, input, key, value);
}

function datasetId(database: Database, experiment: number, dataset: Dataset): number {
  const found = database.get<{ id: number }>(
    'SELECT id FROM dataset WHERE experiment = ? AND name = ? AND digest = ?',
    experiment,
    dataset.name,
    dataset.digest,
  );
  return (
    found?.id ??
    database.insert(
      'INSERT INTO dataset (experiment, name, digest, source_type, source, schema, profile) VALUES (?, ?, ?, ?, ?, ?, ?)',
      experiment,
      dataset.name,
      dataset.digest,
      dataset.sourceType,
      dataset.source,
      dataset.schema ?? null,
      dataset.profile ?? null,
    )
  );
}

function inputId(database: Database, run: number, dataset: number): number {
  const found = database.get<{ id: number }>('SELECT id FROM input WHERE run = ? AND dataset = ?', run, dataset);
  return found?.id ?? database.insert('INSERT INTO input (run, dataset) VALUES (?, ?)', run, dataset);
}

/** The inputs of many runs, in the order in which they were logged. */
export function inputsOf(database: Database, runs: readonly number[]): Map<number, DatasetInput[]> {
  const rows = database.all<InputRow>(
    `SELECT input.id, input.run, name, digest, source_type, source, schema, profile FROM input JOIN dataset ON dataset.id = input.dataset
     WHERE input.run IN (SELECT value FROM json_each(?)) ORDER BY input.id`,
    JSON.stringify(runs),
  );
  const inputs = new Map<number, DatasetInput[]>();
  if (rows.length === 0) return inputs;
  const ids = rows.map((row) => row.id);
  const tags = tagsOf(database, INPUT_TAGS, ids);
  for (const row of rows) {
    const input: DatasetInput = {
      dataset: {
        name: row.name,
        digest: row.digest,
        sourceType: row.source_type,
        source: row.source,
        schema: row.schema ?? undefined,
        profile: row.profile ?? undefined,
      },
      tags: tags.get(row.id)!,
    };
    inputs.set(row.run, [...(inputs.get(row.run) ?? []), input]);
  }
  return inputs;
}
