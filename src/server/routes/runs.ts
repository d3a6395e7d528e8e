import { Type } from 'typebox';
import { invalid } from '../../core/errors';
import type { Tags } from '../../core/experiment';
import type { MetricPoint } from '../../core/metric';
import type { Param } from '../../core/run';
import { TagName } from '../../core/tagNames';
import { Limit } from '../../store/limits';
import { Float, Int, KeyValues, Metric, Needed, Text, TextList, searchBody } from '../fields';
import {
  type Pair,
  cut,
  readFloat,
  readInt,
  readOptionalInt,
  readPairs,
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
const Search = Type.Object({ ...searchBody, experiment_ids: Type.Optional(TextList), run_view_type: Type.Optional(View) });
const Batch = Type.Object({
  run_id: Needed,
  metrics: Type.Optional(Type.Array(Metric)),
  params: Type.Optional(KeyValues),
  tags: Type.Optional(KeyValues),
});
const LogModel = Type.Object({ run_id: Needed, model_json: Needed });
const Outputs = Type.Object({ run_id: Needed, models: Type.Array(Type.Object({ model_id: Needed, step: Type.Optional(Int) })) });

export function runRoutes(app: App, { engine, uris, turns }: Resources): void {
  const { runs } = engine;

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
    run: writeRun(await runs.get(query.run_id), uris),
  }));
  app.post('/mlflow/runs/search', { schema: { body: Search } }, async ({ body }) => {
    const page = await runs.search({
      experimentIds: body.experiment_ids ?? [],
      filter: body.filter,
      orderBy: body.order_by,
      maxResults: readOptionalInt(body.max_results, 'max_results'),
      pageToken: body.page_token,
      view: readView(body.run_view_type),
    });
    return writePage(
      'runs',
      // MLflow's searches leave out which models runs have used.
      page.items.map((run) => writeRun({ ...run, modelInputs: [] }, uris)),
      page.nextPageToken,
    );
  });
  app.post('/mlflow/runs/update', { schema: { body: Change } }, async ({ body }) => {
    // No moment is 0, which protocol buffers also write for nothing.
    const endTime = readOptionalInt(body.end_time, 'end_time') || undefined;
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
    await turns.take(body.run_id, async () => {
      const { tags } = await runs.get(body.run_id);
      await runs.logBatch(body.run_id, { tags: { [TagName.modelHistory]: appendedHistory(tags[TagName.modelHistory], body.model_json) } });
    });
    return {};
  });
  app.post('/mlflow/runs/outputs', { schema: { body: Outputs } }, async ({ body }) => {
    await runs.logOutputs(
      body.run_id,
      body.models.map(({ model_id: modelId, step }) => ({ modelId, step: readInt(step ?? 0, 'step') })),
    );
    return {};
  });
}

function readMetric(metric: Type.Static<typeof Metric>): MetricPoint {
  const timestamp = readInt(metric.timestamp, 'timestamp');
  if (timestamp < 0)
    throw invalid(
      `Invalid value ${timestamp} for parameter 'timestamp' supplied: metric '${metric.key}'. Timestamp must be a nonnegative long (64-bit integer) `,
    );
  return {
    key: metric.key,
    value: readFloat(metric.value, 'value'),
    timestamp,
    step: readInt(metric.step ?? 0, 'step'),
    modelId: metric.model_id || undefined,
    datasetName: metric.dataset_name || undefined,
    datasetDigest: metric.dataset_digest || undefined,
  };
}

function readParam({ key, value }: Pair): Param {
  return { key, value: cut(value ?? '', Limit.paramValue) };
}

function readTags(pairs: readonly Pair[] | undefined): Tags {
  return readPairs((pairs ?? []).map(({ key, value }) => ({ key, value: cut(value ?? '', Limit.tagValue) })));
}
