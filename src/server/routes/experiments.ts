import { Type } from 'typebox';
import { invalid, missing } from '../../core/errors';
import { KeyValues, Needed, Text, searchBody, searchFields } from '../fields';
import { readOptionalInt, readPairs, readTexts, writeExperiment, writePage } from '../encoding';
import type { App, Resources } from '../resources';
import { View, readView } from '../view';

const Named = Type.Object({ experiment_id: Needed });
const Search = Type.Object({ ...searchFields, view_type: Type.Optional(View) });

/** A location that a client wishes is left unused: all artifacts lie in the store, and go through this server. */
const New = Type.Object({ name: Needed, artifact_location: Type.Optional(Text), tags: Type.Optional(KeyValues) });

export function experimentRoutes(app: App, { engine, uris }: Resources): void {
  const { experiments } = engine;
  const search = async (query: Type.Static<typeof Search>): Promise<object> => {
    const page = await experiments.search({
      filter: query.filter,
      orderBy: readTexts(query.order_by),
      maxResults: readOptionalInt(query.max_results, 'max_results'),
      pageToken: query.page_token,
      view: readView(query.view_type),
    });
    return writePage(
      'experiments',
      page.items.map((experiment) => writeExperiment(experiment, uris)),
      page.nextPageToken,
    );
  };
  app.post('/mlflow/experiments/create', { schema: { body: New } }, async ({ body }) => {
    if (body.artifact_location?.startsWith('runs:'))
      throw invalid(`Artifact location cannot be a runs:/ URI. Given: '${body.artifact_location}'`);
    return { experiment_id: await experiments.create(body.name, readPairs(body.tags)) };
  });
  app.get('/mlflow/experiments/search', { schema: { querystring: Search } }, ({ query }) => search(query));
  app.post('/mlflow/experiments/search', { schema: { body: Type.Object({ ...searchBody, view_type: Type.Optional(View) }) } }, ({ body }) =>
    search(body),
  );
  app.get('/mlflow/experiments/get', { schema: { querystring: Named } }, async ({ query }) => ({
    experiment: writeExperiment(await experiments.get(query.experiment_id), uris),
  }));
  app.get('/mlflow/experiments/get-by-name', { schema: { querystring: Type.Object({ experiment_name: Needed }) } }, async ({ query }) => {
    const experiment = await experiments.getByName(query.experiment_name);
    if (!experiment) throw missing(`Could not find experiment with name '${query.experiment_name}'`);
    return { experiment: writeExperiment(experiment, uris) };
  });
  app.post('/mlflow/experiments/delete', { schema: { body: Named } }, async ({ body }) => {
    await experiments.delete(body.experiment_id);
    return {};
  });
  app.post('/mlflow/experiments/restore', { schema: { body: Named } }, async ({ body }) => {
    await experiments.restore(body.experiment_id);
    return {};
  });
  app.post(
    '/mlflow/experiments/update',
    { schema: { body: Type.Object({ experiment_id: Needed, new_name: Needed }) } },
    async ({ body }) => {
      await experiments.rename(body.experiment_id, body.new_name);
      return {};
    },
  );
  const Tag = Type.Object({ experiment_id: Needed, key: Needed, value: Type.Optional(Text) });
  app.post('/mlflow/experiments/set-experiment-tag', { schema: { body: Tag } }, async ({ body }) => {
    await experiments.setTag(body.experiment_id, body.key, body.value ?? '');
    return {};
  });
  const Untag = Type.Object({ experiment_id: Needed, key: Needed });
  app.post('/mlflow/experiments/delete-experiment-tag', { schema: { body: Untag } }, async ({ body }) => {
    await experiments.deleteTag(body.experiment_id, body.key);
    return {};
  });
}
