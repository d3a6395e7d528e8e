import { Type } from 'typebox';
import { invalid } from '../../core/errors';
import { joined } from '../artifactUris';
import { filled, readFlag, readOptionalInt, readPairs, writeFile, writePage } from '../encoding';
import { Flag, Int, KeyValues, Needed, Text } from '../fields';
import { writeLoggedModel } from '../modelEncoding';
import type { DatasetFilter, MetricOrder } from '../../store/engine';
import { generateRunName } from '../../store/runNames';
import type { App, Resources } from '../resources';

const New = Type.Object({
  experiment_id: Needed,
  name: Type.Optional(Text),
  model_type: Type.Optional(Text),
  source_run_id: Type.Optional(Text),
  params: Type.Optional(KeyValues),
  tags: Type.Optional(KeyValues),
});
const DataSet = Type.Object({ dataset_name: Type.Optional(Text), dataset_digest: Type.Optional(Text) });
const Order = Type.Object({ field_name: Needed, ascending: Type.Optional(Flag), ...DataSet.properties });
const Search = Type.Object({
  experiment_ids: Type.Array(Type.String()),
  filter: Type.Optional(Text),
  max_results: Type.Optional(Int),
  order_by: Type.Optional(Type.Array(Order)),
  datasets: Type.Optional(Type.Array(DataSet)),
  page_token: Type.Optional(Text),
});
const Final = Type.Object({ model_id: Needed, status: Type.Union([Text, Type.Integer()]) });
const Directory = Type.Object({ artifact_directory_path: Type.Optional(Text) });

export function loggedModelRoutes(app: App, { engine, uris }: Resources): void {
  const { loggedModels } = engine;

  app.post('/mlflow/logged-models', { schema: { body: New } }, async ({ body }) => {
    const model = await loggedModels.create({
      experimentId: body.experiment_id,
      name: body.name || generateRunName(),
      modelType: body.model_type,
      sourceRunId: body.source_run_id || undefined,
      params: readPairs(body.params),
      tags: readPairs(body.tags),
    });
    return { model: writeLoggedModel(model, uris) };
  });
  app.post('/mlflow/logged-models/search', { schema: { body: Search } }, async ({ body }) => {
    const page = await loggedModels.search({
      experimentIds: body.experiment_ids,
      filter: body.filter,
      orderBy: (body.order_by ?? []).map(readOrder),
      datasets: (body.datasets ?? []).map(readDataset),
      maxResults: readOptionalInt(body.max_results || undefined, 'max_results'),
      pageToken: body.page_token,
    });
    return writePage(
      'models',
      page.items.map((model) => writeLoggedModel(model, uris)),
      page.nextPageToken,
    );
  });
  app.get(
    '/mlflow/logged-models/:id',
    { schema: { params: Id, querystring: Type.Object({ allow_deleted: Type.Optional(Text) }) } },
    async ({ params, query }) => ({
      model: writeLoggedModel(await loggedModels.get(params.id, readFlag(query.allow_deleted)), uris),
    }),
  );
  app.patch('/mlflow/logged-models/:id', { schema: { body: Final, params: Id } }, async ({ params, body }) => ({
    model: writeLoggedModel(await loggedModels.finalize(params.id, readStatus(body.status)), uris),
  }));
  app.delete<Named>('/mlflow/logged-models/:id', async ({ params }) => {
    await loggedModels.delete(params.id);
    return {};
  });
  app.post(
    '/mlflow/logged-models/:id/params',
    { schema: { body: Type.Object({ model_id: Needed, params: Type.Optional(KeyValues) }), params: Id } },
    async ({ params, body }) => {
      await loggedModels.logParams(params.id, readPairs(body.params));
      return {};
    },
  );
  app.patch(
    '/mlflow/logged-models/:id/tags',
    { schema: { body: Type.Object({ tags: Type.Optional(KeyValues) }), params: Id } },
    async ({ params, body }) => {
      await loggedModels.setTags(params.id, readPairs(body.tags));
      return {};
    },
  );
  app.delete<{ Params: { id: string; key: string } }>('/mlflow/logged-models/:id/tags/:key', async ({ params }) => {
    await loggedModels.deleteTag(params.id, params.key);
    return {};
  });
  app.get(
    '/mlflow/logged-models/:id/artifacts/directories',
    { schema: { querystring: Directory, params: Id } },
    async ({ params, query }) => {
      const { artifactUri } = await loggedModels.get(params.id);
      const folder = uris.toPath(artifactUri);
      const files = await engine.artifactTree.list(joined(folder, query.artifact_directory_path));
      const relative = files.map((file) => writeFile({ ...file, path: file.path.slice((folder ?? '').length + 1) }));
      return { root_uri: uris.toWire(artifactUri), ...filled('files', relative) };
    },
  );
}

function readDataset({ dataset_name: name = '', dataset_digest: digest }: Type.Static<typeof DataSet>): DatasetFilter {
  return { name, digest: digest || undefined };
}

/** A field as it is written in a filter, or a metric of one data set. */
function readOrder({ field_name: field, ascending = true, ...dataset }: Type.Static<typeof Order>): string | MetricOrder {
  const descending = !readFlag(ascending);
  if (field.includes('.') && !field.startsWith('metrics.'))
    throw invalid(`Invalid order by field name: ${field}. Only metrics are supported.`);
  const [, metric] = /^metrics\.(.+)$/s.exec(field) ?? [];
  if (metric !== undefined && dataset.dataset_name) return { metric: unquoted(metric), descending, dataset: readDataset(dataset) };
  // A metric's name comes as it is, whatever it holds.
  const written = metric === undefined || /["`]/.test(metric) ? field : `metrics.\`${metric}\``;
  return `${written} ${descending ? 'DESC' : 'ASC'}`;
}

function unquoted(name: string): string {
  return /^`.*`$|^".*"$/s.test(name) ? name.slice(1, -1) : name;
}

const Id = Type.Object({ id: Needed });

interface Named {
  Params: { id: string };
}

/** MLflow's enumeration by name or number. */
function readStatus(status: string | number): 'READY' | 'FAILED' {
  const name = String(status);
  if (name === 'LOGGED_MODEL_READY' || name === '2') return 'READY';
  if (name === 'LOGGED_MODEL_UPLOAD_FAILED' || name === '3') return 'FAILED';
  throw invalid(`Invalid model status: ${name.slice(0, 50)}. Expected statuses: LOGGED_MODEL_READY, LOGGED_MODEL_UPLOAD_FAILED.`);
}
