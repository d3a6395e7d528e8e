import { type Request, WORDS, get, patch, post, remove } from './mlflowRequest';

const models = post('logged-models/search', { experiment_ids: ['{x}'] });
const runs = (more: object = {}): Request => post('runs/search', { experiment_ids: ['{x}'], ...more });
const run = get('runs/get', { run_id: '{xr}' });

const deletedExperiment: readonly Request[] = [
  post('experiments/create', { name: 'lifecycle' }, { keep: { x: 'experiment_id' } }),
  post('runs/create', { experiment_id: '{x}', start_time: 5, run_name: 'n' }, { keep: { xr: 'run.info.run_id' } }),
  post('runs/create', { experiment_id: '{x}', start_time: 6, run_name: 'm' }, { keep: { xq: 'run.info.run_id' } }),
  post('logged-models', { experiment_id: '{x}', name: 'lm', source_run_id: '{xr}' }, { keep: { xm: 'model.info.model_id' } }),
  post('runs/outputs', { run_id: '{xr}', models: [{ model_id: '{xm}', step: 0 }] }),
  post('runs/delete', { run_id: '{xq}' }),
  post('experiments/delete', { experiment_id: '{x}' }),
  get('logged-models/{xm}', {}, WORDS),
  models,
  runs(),
  runs({ run_view_type: 'ALL' }),
  runs({ run_view_type: 'DELETED_ONLY' }),
  run,
  post('logged-models', { experiment_id: '{x}', name: 'late' }, WORDS),
  patch('logged-models/{xm}', { model_id: '{xm}', status: 'LOGGED_MODEL_READY' }, WORDS),
  post('runs/create', { experiment_id: '{x}', start_time: 5, run_name: 'n' }, WORDS),
  post('runs/log-metric', { run_id: '{xr}', key: 'a', value: 1, timestamp: 1 }, WORDS),
  post('runs/restore', { run_id: '{xr}' }, WORDS),
  run,
  post('runs/delete', { run_id: '{xr}' }, WORDS),
  post('experiments/restore', { experiment_id: '{x}' }),
  runs(),
  models,
  post('runs/restore', { run_id: '{xq}' }),
  post('runs/restore', { run_id: '{xr}' }),
  runs(),
];

const version = post('model-versions/create', { name: 'v', source: 's3://a/b' });
const deletedVersions: readonly Request[] = [
  post('registered-models/create', { name: 'v' }),
  version,
  version,
  ...[
    ['two', '2'],
    ['one', '1'],
    ['uno', '1'],
  ].map(([alias, number]) => post('registered-models/alias', { name: 'v', alias, version: number })),
  get('registered-models/get', { name: 'v' }),
  get('model-versions/get', { name: 'v', version: '1' }),
  get('model-versions/search', { filter: "name = 'v'" }),
  get('registered-models/search', { filter: "name = 'v'" }),
  post('registered-models/get-latest-versions', { name: 'v' }),
  remove('model-versions/delete', { name: 'v', version: '2' }),
  get('registered-models/get', { name: 'v' }),
  get('registered-models/alias', { name: 'v', alias: 'two' }),
  version,
  post('model-versions/set-tag', { name: 'v', version: '2', key: 'a', value: 'b' }),
  post('model-versions/transition-stage', { name: 'v', version: '2', stage: 'Production' }),
  patch('model-versions/update', { name: 'v', version: '2', description: 'b' }),
  get('model-versions/search', { filter: "name = 'v'" }),
  remove('registered-models/delete', { name: 'v' }),
  post('registered-models/create', { name: 'v' }),
  version,
  get('registered-models/get', { name: 'v' }),
];

const param = 'a\nb\tc "q" \\';
const extremes: readonly Request[] = [
  post('runs/log-batch', { runId: '{xr}', metrics: [] }, WORDS),
  get('runs/get', { run_id: '{xr}', extra: 'x' }),
  post('runs/set-tag', { run_id: '{xr}', key: 'a', value: 'b', unknown: { x: 1 } }),
  post('runs/set-tag', { run_id: '{xr}', key: 'emoji', value: '🎉 zwölf' }),
  post('runs/log-metric', { run_id: '{xr}', key: 'tiny', value: 5e-324, timestamp: 1 }),
  post('runs/log-metric', {
    run_id: '{xr}',
    key: 'big',
    value: Number.MAX_VALUE,
    timestamp: Number.MAX_SAFE_INTEGER,
    step: Number.MAX_SAFE_INTEGER,
  }),
  post('runs/log-metric', { run_id: '{xr}', key: 'zero', value: -0, timestamp: 1 }),
  get('metrics/get-history', { run_id: '{xr}', metric_key: 'tiny' }),
  get('metrics/get-history', { run_id: '{xr}', metric_key: 'big' }),
  post('runs/log-parameter', { run_id: '{xr}', key: 'lines', value: param }),
  run,
  ...[
    "params.lines LIKE 'a%'",
    `params.lines = '${param}'`,
    'params."lines" LIKE \'%q%\'',
    'tags.a = "b"',
    'metrics.tiny > 0',
    'metrics.big >= 1e308',
    'start_time >= 5 AND start_time < 5.5',
    "attributes.run_name ILIKE 'N'",
    'attributes.created > 1',
    "attributes.`Run name` = 'n'",
    "tags.a LIKE '_'",
    "tags.a LIKE 'B'",
    "params.lines = 'x' AND params.lines = 'x'",
  ].map((filter) => runs({ filter })),
  runs({ filter: "run_name = 'n'", order_by: ['metrics.`tiny` DESC', 'params.lines ASC', 'tags.a', 'end_time', 'run_id'] }),
];

/** What becomes of the parts when the whole is deleted and comes back, and values at the edge of what there can be. */
export const LIFECYCLE_REQUESTS: readonly Request[] = [...deletedExperiment, ...deletedVersions, ...extremes];
