import { Type } from 'typebox';
import type { DatasetInput } from '../../core/dataset';
import { invalid } from '../../core/errors';
import { everyItem } from '../../store/pages';
import { filled, readPairs } from '../encoding';
import { KeyValues, Needed, Text, TextList } from '../fields';
import type { App, Resources } from '../resources';

const CONTEXT = 'mlflow.data.context';
const MOST_EXPERIMENTS = 20;
/** A data set's profile alone may have 16 MB. */
const LARGEST_INPUTS = 64 * 1024 * 1024;

const Input = Type.Object({
  tags: Type.Optional(KeyValues),
  dataset: Type.Object({
    name: Needed,
    digest: Needed,
    source_type: Needed,
    source: Needed,
    schema: Type.Optional(Text),
    profile: Type.Optional(Text),
  }),
});
const Inputs = Type.Object({
  run_id: Needed,
  datasets: Type.Optional(Type.Array(Input)),
  models: Type.Optional(Type.Array(Type.Object({ model_id: Needed }))),
});

export function datasetRoutes(app: App, { engine }: Resources): void {
  app.post('/mlflow/runs/log-inputs', { schema: { body: Inputs }, bodyLimit: LARGEST_INPUTS }, async ({ body }) => {
    await engine.runs.logInputs(
      body.run_id,
      (body.datasets ?? []).map(readInput),
      (body.models ?? []).map(({ model_id: modelId }) => modelId),
    );
    return {};
  });

  app.post(
    '/mlflow/experiments/search-datasets',
    { schema: { body: Type.Object({ experiment_ids: Type.Optional(TextList) }) } },
    async ({ body }) => {
      const experimentIds = body.experiment_ids ?? [];
      if (experimentIds.length === 0) throw invalid('SearchDatasets request must specify at least one experiment_id.');
      if (experimentIds.length > MOST_EXPERIMENTS)
        throw invalid(
          `SearchDatasets request cannot specify more than ${MOST_EXPERIMENTS} experiment_ids. Received ${experimentIds.length} experiment_ids.`,
        );
      const runs = await everyItem((pageToken) => engine.runs.search({ experimentIds, pageToken }));
      const found = new Map<string, object>();
      for (const { experimentId, inputs } of runs)
        for (const { dataset, tags } of inputs) {
          const summary = { experiment_id: experimentId, name: dataset.name, digest: dataset.digest, context: tags[CONTEXT] };
          found.set(JSON.stringify(summary), summary);
        }
      return filled('dataset_summaries', [...found.values()]);
    },
  );
}

function readInput({ tags, dataset }: Type.Static<typeof Input>): DatasetInput {
  const { name, digest, source_type: sourceType, source, schema, profile } = dataset;
  return { tags: readPairs(tags), dataset: { name, digest, sourceType, source, schema, profile } };
}
