import type { MetricPoint } from '../../core/metric';
import type { ModelMetric } from '../../core/model';
import type { ChangeLog } from './changeLog';
import type { Database } from './database';
import { findLoggedModel } from './loggedModelRows';

interface ModelMetricRow {
  model: number;
  key: string;
  value: number | null;
  timestamp: number;
  step: number;
  run_id: string;
  dataset_name: string | null;
  dataset_digest: string | null;
}

/**
 * Keeps the points that name a logged model with the model. As in MLflow, a model has one value for a metric, a run, a step and a
 * moment, the first that came, and the model may be of another experiment than the run.
 */
export function writeModelMetrics(database: Database, run: number, points: readonly MetricPoint[], changes: ChangeLog): void {
  const models = new Map<string, { id: number; source: string | undefined }>();
  for (const point of points) {
    if (!point.modelId) continue;
    let model = models.get(point.modelId);
    if (!model) {
      const row = findLoggedModel(database, point.modelId, true);
      models.set(point.modelId, (model = { id: row.id, source: row.source_run ?? undefined }));
    }
    database.run(
      `INSERT INTO logged_model_metric (model, key, value, timestamp, step, run, dataset_name, dataset_digest)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      model.id,
      point.key,
      Number.isNaN(point.value) ? null : Math.min(Math.max(point.value, -Number.MAX_VALUE), Number.MAX_VALUE),
      point.timestamp,
      point.step,
      run,
      point.datasetName || null,
      point.datasetDigest || null,
    );
  }
  for (const [modelId, { source }] of models) changes.loggedModel(modelId, source);
}

/** The measurements of many models, in the order of their arrival. */
export function modelMetricsOf(database: Database, models: readonly number[]): Map<number, ModelMetric[]> {
  const rows = database.all<ModelMetricRow>(
    `SELECT model, key, value, timestamp, step, run.run_id, dataset_name, dataset_digest
     FROM logged_model_metric JOIN run ON run.id = logged_model_metric.run
     WHERE model IN (SELECT value FROM json_each(?)) ORDER BY logged_model_metric.id`,
    JSON.stringify(models),
  );
  const metrics = new Map<number, ModelMetric[]>();
  for (const row of rows) {
    const metric: ModelMetric = {
      key: row.key,
      value: row.value ?? NaN,
      timestamp: row.timestamp,
      step: row.step,
      runId: row.run_id,
      datasetName: row.dataset_name ?? undefined,
      datasetDigest: row.dataset_digest ?? undefined,
    };
    const known = metrics.get(row.model);
    if (known) known.push(metric);
    else metrics.set(row.model, [metric]);
  }
  return metrics;
}
