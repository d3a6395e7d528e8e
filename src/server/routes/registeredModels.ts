import { Type } from 'typebox';
import { invalid } from '../../core/errors';
import { readOptionalInt, readPairs, readTexts, writePage, filled } from '../encoding';
import { KeyValues, Needed, Text, Texts, searchFields } from '../fields';
import { writeModel, writeVersion } from '../modelEncoding';
import type { App, Resources } from '../resources';
import { VersionNumber, readVersion } from '../versionNumber';

const Named = Type.Object({ name: Needed });
const New = Type.Object({ name: Needed, tags: Type.Optional(KeyValues), description: Type.Optional(Text) });
const Search = Type.Object(searchFields);
const Alias = Type.Object({ name: Needed, alias: Needed });
const STAGES = ['None', 'Staging', 'Production', 'Archived'];
const Latest = Type.Object({ name: Needed, stages: Type.Optional(Texts) });

export function registeredModelRoutes(app: App, { engine: { registry } }: Resources): void {
  const route = (name: string): string => `/mlflow/registered-models/${name}`;

  app.post(route('create'), { schema: { body: New } }, async ({ body }) => ({
    registered_model: writeModel(await registry.createModel(body.name, { description: body.description, tags: readPairs(body.tags) })),
  }));
  app.get(route('get'), { schema: { querystring: Named } }, async ({ query }) => ({
    registered_model: writeModel(await registry.getModel(query.name)),
  }));
  app.post(route('rename'), { schema: { body: Type.Object({ name: Needed, new_name: Needed }) } }, async ({ body }) => ({
    registered_model: writeModel(await registry.updateModel(body.name, { newName: body.new_name })),
  }));
  app.patch(route('update'), { schema: { body: Type.Object({ name: Needed, description: Type.Optional(Text) }) } }, async ({ body }) => ({
    registered_model: writeModel(await registry.updateModel(body.name, { description: body.description ?? '' })),
  }));
  app.delete(route('delete'), { schema: { body: Named } }, async ({ body }) => {
    await registry.deleteModel(body.name);
    return {};
  });
  app.get(route('search'), { schema: { querystring: Search } }, async ({ query }) => {
    const page = await registry.searchModels({
      filter: query.filter,
      orderBy: readTexts(query.order_by),
      maxResults: readOptionalInt(query.max_results, 'max_results'),
      pageToken: query.page_token,
    });
    return writePage('registered_models', page.items.map(writeModel), page.nextPageToken);
  });

  const latest = async ({ name, stages }: Type.Static<typeof Latest>): Promise<object> => {
    const wanted = readTexts(stages).map((stage) => stage.toLowerCase());
    for (const stage of readTexts(stages))
      if (!STAGES.some((known) => known.toLowerCase() === stage.toLowerCase()))
        throw invalid(`Invalid Model Version stage: ${stage}. Value must be one of ${STAGES.join(', ')}.`);
    const { latestVersions } = await registry.getModel(name);
    const found = latestVersions.filter(({ currentStage }) => wanted.length === 0 || wanted.includes(currentStage.toLowerCase()));
    return filled('model_versions', found.map(writeVersion));
  };
  app.get(route('get-latest-versions'), { schema: { querystring: Latest } }, ({ query }) => latest(query));
  app.post(route('get-latest-versions'), { schema: { body: Latest } }, ({ body }) => latest(body));

  const Tag = Type.Object({ name: Needed, key: Needed, value: Type.Optional(Text) });
  app.post(route('set-tag'), { schema: { body: Tag } }, async ({ body }) => {
    await registry.setModelTag(body.name, body.key, body.value ?? '');
    return {};
  });
  app.delete(route('delete-tag'), { schema: { body: Type.Object({ name: Needed, key: Needed }) } }, async ({ body }) => {
    await registry.deleteModelTag(body.name, body.key);
    return {};
  });

  app.post(route('alias'), { schema: { body: Type.Object({ name: Needed, alias: Needed, version: VersionNumber }) } }, async ({ body }) => {
    await registry.setAlias(body.name, body.alias, readVersion(body.version));
    return {};
  });
  app.delete(route('alias'), { schema: { body: Alias } }, async ({ body }) => {
    await registry.deleteAlias(body.name, body.alias);
    return {};
  });
  app.get(route('alias'), { schema: { querystring: Alias } }, async ({ query: { name, alias } }) => ({
    model_version: writeVersion(await registry.getVersionByAlias(name, alias)),
  }));
}
