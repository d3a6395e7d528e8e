import { Type } from 'typebox';
import { TrackingError, invalid } from '../../core/errors';
import type { MetricPoint } from '../../core/metric';
import type { Engine } from '../../store/engine';
import { everyItem } from '../../store/pages';
import { readOptionalInt, readTexts, writePage, writePoint } from '../encoding';
import { Int, Needed, Text, Texts } from '../fields';
import type { App, Resources } from '../resources';
import { sampledIndices } from '../sampledIndices';

/** MLflow's limits for curves of several runs. */
const MOST_RUNS = 100;
const BULK_RESULTS = 25_000;
const RESULTS_PER_RUN = 2_500;
/** How many points the store is asked for at once where a client wants all. */
const CHUNK = 250_000;

const History = Type.Object({
  run_id: Needed,
  metric_key: Needed,
  max_results: Type.Optional(Int),
  page_token: Type.Optional(Text),
});
const Bulk = Type.Object({ run_id: Type.Optional(Texts), metric_key: Type.Optional(Text), max_results: Type.Optional(Int) });
const Interval = Type.Object({
  run_ids: Texts,
  metric_key: Needed,
  start_step: Type.Optional(Int),
  end_step: Type.Optional(Int),
  max_results: Type.Optional(Int),
});

export function metricRoutes(app: App, { engine }: Resources): void {
  app.get('/mlflow/metrics/get-history', { schema: { querystring: History } }, async ({ query }, reply) => {
    const maxResults = readOptionalInt(query.max_results, 'max_results');
    // Clients of MLflow 2 know no pages: who does not ask for them gets everything.
    if (maxResults === undefined && !query.page_token)
      return writePage('metrics', inTime(await wholeHistory(engine, query.run_id, query.metric_key)).map(writePoint), undefined);
    const page = await ofKnownRun(engine.metrics.history(query.run_id, query.metric_key, { maxResults, pageToken: query.page_token }));
    if (!page) return {};
    // Who goes on from where it was must be able to tell whether points have come before that place.
    if (query.page_token) {
      const { metrics } = await engine.runs.get(query.run_id);
      void reply.header('X-Total-Count', metrics.find(({ key }) => key === query.metric_key)?.count ?? 0);
    }
    // Several pages are in the order of the steps, which nearly always is that of time.
    const items = query.page_token || page.nextPageToken ? page.items : inTime(page.items);
    return writePage('metrics', items.map(writePoint), page.nextPageToken);
  });

  app.get('/mlflow/metrics/get-history-bulk', { schema: { querystring: Bulk } }, async ({ query }) => {
    const runIds = checkedRuns(readTexts(query.run_id), 'GetMetricHistoryBulk', 'run_id');
    if (!query.metric_key) throw invalid('GetMetricHistoryBulk request must specify a metric_key.');
    const most = Math.min(readOptionalInt(query.max_results, 'max_results') ?? BULK_RESULTS, BULK_RESULTS);
    const metrics: object[] = [];
    for (const runId of [...runIds].sort()) {
      if (metrics.length >= most) break;
      const points = inTime(await wholeHistory(engine, runId, query.metric_key));
      for (const point of points.slice(0, most - metrics.length)) metrics.push({ ...writePoint(point), run_id: runId });
    }
    return { metrics };
  });

  app.get('/mlflow/metrics/get-history-bulk-interval', { schema: { querystring: Interval } }, async ({ query }) => {
    const runIds = checkedRuns(readTexts(query.run_ids), 'GetMetricHistoryBulkInterval', 'run_ids');
    const most = readOptionalInt(query.max_results, 'max_results') ?? RESULTS_PER_RUN;
    if (most < 1 || most > RESULTS_PER_RUN)
      throw invalid(
        `max_results must be between 1 and ${RESULTS_PER_RUN}. See the API docs for more information about request parameters.`,
      );
    const [start, end] = interval(readOptionalInt(query.start_step, 'start_step'), readOptionalInt(query.end_step, 'end_step'));
    const metrics: object[] = [];
    for (const runId of runIds) {
      const points = (await wholeHistory(engine, runId, query.metric_key)).filter(({ step }) => step >= start && step <= end);
      for (const index of sampledIndices(points.length, most)) metrics.push({ ...writePoint(points[index]!), run_id: runId });
    }
    return writePage('metrics', metrics, undefined);
  });
}

/** All points by (step, timestamp, value). As in MLflow, a run that isn't there has none. */
async function wholeHistory(engine: Engine, runId: string, key: string): Promise<MetricPoint[]> {
  const ask = (pageToken: string | undefined) => engine.metrics.history(runId, key, { maxResults: CHUNK, pageToken });
  return (await ofKnownRun(everyItem(ask))) ?? [];
}

async function ofKnownRun<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof TrackingError && error.code === 'RESOURCE_DOES_NOT_EXIST') return undefined;
    throw error;
  }
}

/** Points by (timestamp, step, value), MLflow's order of a history. They nearly always are, having come by their steps. */
function inTime(points: readonly MetricPoint[]): readonly MetricPoint[] {
  const sorted = points.every((point, index) => index === 0 || points[index - 1]!.timestamp <= point.timestamp);
  return sorted ? points : points.toSorted((a, b) => a.timestamp - b.timestamp || a.step - b.step || a.value - b.value);
}

function checkedRuns(runIds: readonly string[], request: string, name: string): readonly string[] {
  if (runIds.length === 0) throw invalid(`${request} request must specify at least one ${name}.`);
  if (runIds.length > MOST_RUNS)
    throw invalid(`${request} request cannot specify more than ${MOST_RUNS} ${name}s. Received ${runIds.length} ${name}s.`);
  return runIds;
}

function interval(start: number | undefined, end: number | undefined): [number, number] {
  if (start === undefined && end === undefined) return [-Infinity, Infinity];
  if (start === undefined || end === undefined) throw invalid('If either start step or end step are specified, both must be specified.');
  if (start > end) throw invalid(`end_step must be greater than start_step. Found start_step=${start} and end_step=${end}.`);
  return [start, end];
}
