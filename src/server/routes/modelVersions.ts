import { Type } from 'typebox';
import type { ModelStage } from '../../core/model';
import type { Engine } from '../../store/engine';
import type { ArtifactUris } from '../artifactUris';
import { readFlag, readList, readOptionalInt, readPairs, readTexts, writePage } from '../encoding';
import { Flag, KeyValues, Needed, Text, searchFields } from '../fields';
import { modelIdOf, writeListedVersion, writeVersion } from '../modelEncoding';
import { checkedSource, versionOf } from '../modelSource';
import type { App, Resources } from '../resources';
import { VersionNumber, readVersion } from '../versionNumber';

const Named = Type.Object({ name: Needed, version: VersionNumber });
const New = Type.Object({
  name: Needed,
  source: Needed,
  run_id: Type.Optional(Text),
  model_id: Type.Optional(Text),
  run_link: Type.Optional(Text),
  tags: Type.Optional(KeyValues),
  description: Type.Optional(Text),
});
const Search = Type.Object(searchFields);
const Stage = Type.Object({
  name: Needed,
  version: VersionNumber,
  stage: Needed,
  archive_existing_versions: Type.Optional(Flag),
});
const USUAL_ORDER = ['last_updated_timestamp DESC', 'name ASC', 'version_number DESC'];
/** The tag of a logged model that lists the versions made of it. */
const VERSIONS_TAG = 'mlflow.modelVersions';
const PROMPT_TAG = 'mlflow.prompt.is_prompt';

export function modelVersionRoutes(app: App, { engine, uris, turns }: Resources): void {
  const { registry } = engine;
  const route = (name: string): string => `/mlflow/model-versions/${name}`;

  app.post(route('create'), { schema: { body: New } }, async ({ body }) => {
    const tags = readPairs(body.tags);
    const { source, runId, modelId } = await checkedSource(engine, uris, {
      source: body.source,
      runId: body.run_id || undefined,
      modelId: body.model_id || undefined,
      isPrompt: tags[PROMPT_TAG]?.toLowerCase() === 'true',
    });
    const version = await registry.createVersion({
      name: body.name,
      source,
      runId,
      runLink: body.run_link,
      description: body.description,
      tags,
    });
    if (modelId !== undefined) await turns.take(modelId, () => noteVersion(engine, modelId, version.name, version.version));
    return { model_version: writeVersion(version) };
  });
  app.get(route('get'), { schema: { querystring: Named } }, async ({ query }) => ({
    model_version: writeVersion(await registry.getVersion(query.name, readVersion(query.version))),
  }));
  app.get(route('search'), { schema: { querystring: Search } }, async ({ query }) => {
    const page = await registry.searchVersions({
      filter: query.filter,
      orderBy: query.order_by === undefined ? USUAL_ORDER : readTexts(query.order_by),
      maxResults: readOptionalInt(query.max_results, 'max_results'),
      pageToken: query.page_token,
    });
    return writePage('model_versions', page.items.map(writeListedVersion), page.nextPageToken);
  });
  app.patch(
    route('update'),
    { schema: { body: Type.Object({ ...Named.properties, description: Type.Optional(Text) }) } },
    async ({ body }) => ({
      model_version: writeVersion(await registry.updateVersion(body.name, readVersion(body.version), { description: body.description })),
    }),
  );
  app.post(route('transition-stage'), { schema: { body: Stage } }, async ({ body }) => {
    const change = { stage: body.stage as ModelStage, archiveExisting: readFlag(body.archive_existing_versions) };
    return { model_version: writeVersion(await registry.updateVersion(body.name, readVersion(body.version), change)) };
  });
  app.delete(route('delete'), { schema: { body: Named } }, async ({ body }) => {
    await registry.deleteVersion(body.name, readVersion(body.version));
    return {};
  });
  const Tag = Type.Object({ ...Named.properties, key: Needed, value: Type.Optional(Text) });
  app.post(route('set-tag'), { schema: { body: Tag } }, async ({ body }) => {
    await registry.setVersionTag(body.name, readVersion(body.version), body.key, body.value ?? '');
    return {};
  });
  app.delete(route('delete-tag'), { schema: { body: Type.Object({ ...Named.properties, key: Needed }) } }, async ({ body }) => {
    await registry.deleteVersionTag(body.name, readVersion(body.version), body.key);
    return {};
  });
  app.get(route('get-download-uri'), { schema: { querystring: Named } }, async ({ query }) => ({
    artifact_uri: await storageUri(engine, uris, (await registry.getVersion(query.name, readVersion(query.version))).source),
  }));
}

/** Where the server can read a version's files, however its source names them. */
export async function downloadUri(engine: Engine, uris: ArtifactUris, source: string): Promise<string> {
  const uri = await storageUri(engine, uris, source);
  const run = /^runs:\/+([^/]+)(\/.+)?$/.exec(uri);
  return run ? `${uris.toWire((await engine.runs.get(run[1]!)).artifactUri)}${run[2] ?? ''}` : uri;
}

/** A version's source as clients resolve it further: the place of a logged model, or what a version is a copy of. */
async function storageUri(engine: Engine, uris: ArtifactUris, source: string, seen: readonly string[] = []): Promise<string> {
  const modelId = modelIdOf(source);
  if (modelId !== undefined) return uris.toWire((await engine.loggedModels.get(modelId)).artifactUri);
  const copied = seen.includes(source) ? undefined : await versionOf(engine, source);
  return copied ? storageUri(engine, uris, copied.source, [...seen, source]) : uris.toWire(source);
}

async function noteVersion(engine: Engine, modelId: string, name: string, version: number): Promise<void> {
  const { tags } = await engine.loggedModels.get(modelId);
  const versions = [...readList(tags[VERSIONS_TAG]), { name, version }];
  await engine.loggedModels.setTags(modelId, { [VERSIONS_TAG]: JSON.stringify(versions) });
}
