import { Type } from 'typebox';
import { invalid } from '../../core/errors';
import type { Tags } from '../../core/experiment';
import type { MetricPoint } from '../../core/metric';
import type { Param, Run } from '../../core/run';
import { TagName } from '../../core/tagNames';
import { Limit } from '../../store/limits';
import { everyItem } from '../../store/pages';
import { Float, Int, KeyValues, Metric, Needed, Text, Texts, searchFields } from '../fields';
import {
  type Pair,
  cut,
  readFloat,
  readInt,
  readOptionalInt,
  readPairs,
  readTexts,
  writeNewRun,
  writePage,
  writeRun,
  writeRunInfo,
} from '../encoding';
import { appendedHistory } from '../modelHistory';
import type { App, Resources } from '../resources';
import { Status, View, readStatus, readView } from '../view';

const Named = Type.Object({ run_id: Needed });
const New = Type.Object({
  experiment_id: Type.Optional(Text),
  user_id: Type.Optional(Text),
  run_name: Type.Optional(Text),
  start_time: Type.Optional(Int),
  tags: Type.Optional(KeyValues),
});
const Change = Type.Object({
  run_id: Needed,
  status: Type.Optional(Status),
  end_time: Type.Optional(Int),
  run_name: Type.Optional(Text),
});
const Search = Type.Object({ ...searchFields, experiment_ids: Type.Optional(Texts), run_view_type: Type.Optional(View) });
const Batch = Type.Object({
  run_id: Needed,
  metrics: Type.Optional(Type.Array(Metric)),
  params: Type.Optional(KeyValues),
  tags: Type.Optional(KeyValues),
});
const LogModel = Type.Object({ run_id: Needed, model_json: Needed });
const Outputs = Type.Object({ run_id: Needed, models: Type.Array(Type.Object({ model_id: Needed, step: Type.Optional(Int) })) });

export function runRoutes(app: App, { engine, uris }: Resources): void {
  const { runs } = engine;

  const written = async (found: readonly Run[]): Promise<object[]> => {
    const models = await modelsOf(found);
    return found.map((run) => writeRun(run, models.get(run.runId) ?? [], uris));
  };
  /** The ids of the models that runs have logged, oldest first. */
  const modelsOf = async (found: readonly Run[]): Promise<Map<string, string[]>> => {
    const models = new Map<string, string[]>();
    if (found.length === 0) return models;
    const filter = `source_run_id IN (${found.map(({ runId }) => `'${runId}'`).join(', ')})`;
    const experimentIds = [...new Set(found.map(({ experimentId }) => experimentId))];
    const logged = await everyItem((pageToken) =>
      engine.loggedModels.search({ experimentIds, filter, orderBy: ['creation_time ASC'], maxResults: 1_000, pageToken }),
    );
    for (const { modelId, sourceRunId } of logged) models.set(sourceRunId!, [...(models.get(sourceRunId!) ?? []), modelId]);
    return models;
  };

  app.post('/mlflow/runs/create', { schema: { body: New } }, async ({ body }) => {
    const run = await runs.create({
      experimentId: body.experiment_id || '0',
      userId: body.user_id,
      name: body.run_name,
      startTime: readOptionalInt(body.start_time, 'start_time'),
      tags: readTags(body.tags),
    });
    return { run: writeNewRun(run, uris) };
  });
  app.get('/mlflow/runs/get', { schema: { querystring: Named } }, async ({ query }) => ({
    run: (await written([await runs.get(query.run_id)]))[0],
  }));
  app.post('/mlflow/runs/search', { schema: { body: Search } }, async ({ body }) => {
    const page = await runs.search({
      experimentIds: readTexts(body.experiment_ids),
      filter: body.filter,
      orderBy: readTexts(body.order_by),
      maxResults: readOptionalInt(body.max_results, 'max_results'),
      pageToken: body.page_token,
      view: readView(body.run_view_type),
    });
    return writePage('runs', await written(page.items), page.nextPageToken);
  });
  app.post('/mlflow/runs/update', { schema: { body: Change } }, async ({ body }) => {
    const endTime = readOptionalInt(body.end_time, 'end_time');
    const info = await runs.update(body.run_id, { status: readStatus(body.status), endTime, name: body.run_name });
    return { run_info: writeRunInfo(info, uris) };
  });
  app.post('/mlflow/runs/delete', { schema: { body: Named } }, async ({ body }) => {
    await runs.delete(body.run_id);
    return {};
  });
  app.post('/mlflow/runs/restore', { schema: { body: Named } }, async ({ body }) => {
    await runs.restore(body.run_id);
    return {};
  });
  app.post('/mlflow/runs/log-batch', { schema: { body: Batch } }, async ({ body }) => {
    await runs.logBatch(body.run_id, {
      metrics: (body.metrics ?? []).map(readMetric),
      params: (body.params ?? []).map(readParam),
      tags: readTags(body.tags),
    });
    return {};
  });
  app.post(
    '/mlflow/runs/log-metric',
    { schema: { body: Type.Object({ run_id: Needed, ...Metric.properties, value: Float }) } },
    async ({ body }) => {
      await runs.logBatch(body.run_id, { metrics: [readMetric(body)] });
      return {};
    },
  );
  const KeyValueOfRun = Type.Object({ run_id: Needed, key: Needed, value: Type.Optional(Text) });
  app.post('/mlflow/runs/log-parameter', { schema: { body: KeyValueOfRun } }, async ({ body }) => {
    await runs.logBatch(body.run_id, { params: [readParam(body)] });
    return {};
  });
  app.post('/mlflow/runs/set-tag', { schema: { body: KeyValueOfRun } }, async ({ body }) => {
    await runs.logBatch(body.run_id, { tags: readTags([body]) });
    return {};
  });
  app.post('/mlflow/runs/delete-tag', { schema: { body: Type.Object({ run_id: Needed, key: Needed }) } }, async ({ body }) => {
    await runs.deleteTag(body.run_id, body.key);
    return {};
  });
  app.post('/mlflow/runs/log-model', { schema: { body: LogModel } }, async ({ body }) => {
    const { tags } = await runs.get(body.run_id);
    await runs.logBatch(body.run_id, { tags: { [TagName.modelHistory]: appendedHistory(tags[TagName.modelHistory], body.model_json) } });
    return {};
  });
  // Which models a run has logged is told by the models themselves, so there is nothing to keep.
  app.post('/mlflow/runs/outputs', { schema: { body: Outputs } }, async ({ body }) => {
    await runs.get(body.run_id);
    for (const { model_id: modelId } of body.models)
      if ((await engine.loggedModels.get(modelId)).sourceRunId !== body.run_id)
        throw invalid(`The logged model ${modelId} is not of the run ${body.run_id}.`);
    return {};
  });
}

function readMetric(metric: Type.Static<typeof Metric>): MetricPoint {
  return {
    key: metric.key,
    value: readFloat(metric.value, 'value'),
    timestamp: readInt(metric.timestamp, 'timestamp'),
    step: readInt(metric.step ?? 0, 'step'),
  };
}

function readParam({ key, value }: Pair): Param {
  return { key, value: cut(value ?? '', Limit.paramValue) };
}

function readTags(pairs: readonly Pair[] | undefined): Tags {
  return readPairs((pairs ?? []).map(({ key, value }) => ({ key, value: cut(value ?? '', Limit.tagValue) })));
}
