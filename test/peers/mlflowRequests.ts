/** One request of the comparison; `{name}` stands for what an earlier answer has put under that name. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** JSON; a text goes as it is. */
  readonly body?: unknown;
  /** Name → where in the answer the value stands, e.g. `run.info.run_id`. */
  readonly keep?: Readonly<Record<string, string>>;
  /** Only the status and the error code are compared: the words are ours. */
  readonly wordsDiffer?: boolean;
}

const api = '/api/2.0/mlflow';
const post = (path: string, body: unknown, more: Partial<Request> = {}): Request => ({
  method: 'POST',
  path: `${api}/${path}`,
  body,
  ...more,
});
const patch = (path: string, body: unknown): Request => ({ method: 'PATCH', path: `${api}/${path}`, body });
const remove = (path: string, body?: unknown, more: Partial<Request> = {}): Request => ({
  method: 'DELETE',
  path: `${api}/${path}`,
  body,
  ...more,
});
const get = (path: string, query: Readonly<Record<string, string | readonly string[]>> = {}, more: Partial<Request> = {}): Request => {
  const pairs = Object.entries(query).flatMap(([key, values]) => [values].flat().map((value) => `${key}=${encode(value)}`));
  return { method: 'GET', path: `${api}/${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`, ...more };
};
const encode = (value: string): string => encodeURIComponent(value).replace(/%7B(\w+)%7D/g, '{$1}');
const times = { start_time: 1_700_000_000_000 };

const experiments: readonly Request[] = [
  get('experiments/get', { experiment_id: '0' }),
  post('experiments/create', { name: 'cnn', tags: [{ key: 'team', value: 'vision' }] }, { keep: { exp: 'experiment_id' } }),
  post('experiments/create', { name: 'cnn' }, { wordsDiffer: true }),
  post('experiments/create', {}),
  post('experiments/create', { name: '' }),
  post('experiments/create', { name: 7 }),
  get('experiments/get', { experiment_id: '{exp}' }),
  get('experiments/get', { experiment_id: '987654' }),
  get('experiments/get'),
  get('experiments/get-by-name', { experiment_name: 'cnn' }),
  get('experiments/get-by-name', { experiment_name: 'nobody' }),
  post('experiments/set-experiment-tag', { experiment_id: '{exp}', key: 'k', value: 'v' }),
  post('experiments/search', { max_results: 10, filter: "name LIKE 'c%'", order_by: ['name ASC'] }),
  post('experiments/search', { max_results: 10, filter: "tags.team = 'vision'" }),
  post('experiments/search', { max_results: 10, filter: 'nonsense' }, { wordsDiffer: true }),
  post('experiments/create', { name: 'gone' }, { keep: { gone: 'experiment_id' } }),
  post('experiments/delete', { experiment_id: '{gone}' }),
  post('experiments/search', { max_results: 10, view_type: 'DELETED_ONLY' }),
  post('runs/create', { experiment_id: '{gone}' }, { wordsDiffer: true }),
  post('experiments/restore', { experiment_id: '{gone}' }),
  post('experiments/update', { experiment_id: '{gone}', new_name: 'back' }),
  post('experiments/update', { experiment_id: '{gone}' }),
  get('experiments/get', { experiment_id: '{gone}' }),
];

const runs: readonly Request[] = [
  post(
    'runs/create',
    { experiment_id: '{exp}', run_name: 'first', ...times, user_id: 'ann', tags: [{ key: 'mlflow.user', value: 'ann' }] },
    { keep: { run: 'run.info.run_id' } },
  ),
  post(
    'runs/create',
    { experiment_id: '{exp}', start_time: 1_700_000_001_000, tags: [{ key: 'mlflow.runName', value: 'second' }] },
    { keep: { second: 'run.info.run_id' } },
  ),
  post('runs/create', { experiment_id: '{exp}', run_name: 'a', tags: [{ key: 'mlflow.runName', value: 'b' }] }, { wordsDiffer: true }),
  post('runs/log-parameter', { run_id: '{run}', key: 'epochs', value: '3' }),
  post('runs/log-parameter', { run_id: '{run}', key: 'epochs', value: '3' }),
  post('runs/log-parameter', { run_id: '{run}', key: 'epochs', value: '4' }, { wordsDiffer: true }),
  post('runs/log-parameter', { run_uuid: '{run}', key: 'old', value: 'way' }),
  post('runs/log-parameter', { run_id: '{run}', key: 'a/../b', value: 'x' }, { wordsDiffer: true }),
  post('runs/log-parameter', { run_id: '{run}', value: 'x' }),
  post('runs/log-parameter', { key: 'x', value: 'x' }),
  post('runs/log-metric', { run_id: '{run}', key: 'loss', value: 0.5, timestamp: 1_700_000_000_001, step: 0 }),
  post('runs/log-metric', { run_id: '{run}', key: 'loss', value: '0.25', timestamp: '1700000000002', step: '1' }),
  post('runs/log-metric', { run_id: '{run}', key: 'loss', value: 0.25, timestamp: 1_700_000_000_002, step: 1 }),
  post('runs/log-metric', { run_id: '{run}', key: 'nan', value: 'NaN', timestamp: 1 }),
  post('runs/log-metric', { run_id: '{run}', key: 'inf', value: 'Infinity', timestamp: 1 }),
  post('runs/log-metric', { run_id: '{run}', key: 'ninf', value: '-Infinity', timestamp: 1, step: -3 }),
  post('runs/log-metric', { run_id: '{run}', key: 'zero', value: 0, timestamp: 1 }),
  post('runs/log-metric', { run_id: '{run}', key: 'bad', value: 'much', timestamp: 1 }, { wordsDiffer: true }),
  post('runs/log-metric', { run_id: '{run}', key: 'bad', timestamp: 1 }),
  post('runs/log-metric', { run_id: '{run}', key: 'bad', value: 1 }),
  post('runs/log-metric', { run_id: 'f00d', key: 'a', value: 1, timestamp: 1 }),
  post('runs/log-batch', {
    run_id: '{second}',
    metrics: [
      { key: 'loss', value: 0.75, timestamp: 5, step: 2 },
      { key: 'acc', value: 1, timestamp: 5, step: 2 },
    ],
    params: [{ key: 'epochs', value: '10' }],
    tags: [{ key: 'kind', value: 'large' }],
  }),
  post('runs/log-batch', { run_id: '{second}', metrics: [{ key: 'loss', value: 1 }] }),
  post('runs/log-batch', { run_id: '{second}', params: [{ value: '1' }] }),
  post('runs/log-batch', { run_id: '{second}', params: Array.from({ length: 101 }, (_, i) => ({ key: `p${i}`, value: '' })) }),
  post('runs/log-batch', { run_id: '{second}', params: [{ key: 'long', value: 'x'.repeat(6_001) }] }, { wordsDiffer: true }),
  post('runs/set-tag', { run_id: '{run}', key: 'mlflow.note.content', value: 'a note\nwith lines' }),
  post('runs/set-tag', { run_id: '{run}', key: 'away', value: '' }),
  post('runs/delete-tag', { run_id: '{run}', key: 'away' }),
  post('runs/delete-tag', { run_id: '{run}', key: 'away' }, { wordsDiffer: true }),
  get('runs/get', { run_id: '{run}' }),
  get('runs/get', { run_uuid: '{second}' }),
  get('runs/get', { run_id: 'f00d' }),
  get('runs/get'),
  post('runs/log-inputs', {
    run_id: '{run}',
    datasets: [
      {
        tags: [{ key: 'mlflow.data.context', value: 'train' }],
        dataset: { name: 'mnist', digest: 'abc', source_type: 'local', source: '{"uri":"x"}', schema: '{}', profile: '{"n":1}' },
      },
    ],
  }),
  get('runs/get', { run_id: '{run}' }),
  post('runs/update', { run_id: '{run}', status: 'FINISHED', end_time: 1_700_000_009_000 }),
  post('runs/update', { run_id: '{second}', status: 'FAILED', end_time: '1700000009001', run_name: 'renamed' }),
  get('runs/get', { run_id: '{second}' }),
  get('metrics/get-history', { run_id: '{run}', metric_key: 'loss' }),
  get('metrics/get-history', { run_id: '{run}', metric_key: 'nan' }),
  get('metrics/get-history', { run_id: '{run}', metric_key: 'none' }),
  get('metrics/get-history', { run_id: '{run}' }),
  get('metrics/get-history', { run_id: '{run}', metric_key: 'loss', max_results: '0' }, { wordsDiffer: true }),
  { method: 'GET', path: '/ajax-api/2.0/mlflow/metrics/get-history-bulk?run_id={run}&run_id={second}&metric_key=loss' },
  { method: 'GET', path: '/ajax-api/2.0/mlflow/metrics/get-history-bulk?metric_key=loss' },
  {
    method: 'GET',
    path: '/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?run_ids={run}&metric_key=loss&start_step=0&end_step=9&max_results=10',
  },
  { method: 'GET', path: '/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?run_ids={run}&metric_key=loss&start_step=1' },
  { method: 'POST', path: '/ajax-api/2.0/mlflow/experiments/search-datasets', body: { experiment_ids: ['{exp}'] } },
];

const found = (filter: string, more: object = {}, options: Partial<Request> = {}): Request =>
  post('runs/search', { experiment_ids: ['{exp}'], filter, ...more }, options);
const searches: readonly Request[] = [
  found(''),
  found('metrics.loss < 0.5'),
  found("metrics.loss >= 0.25 and params.epochs = '3'"),
  found("params.epochs LIKE '1%'"),
  found("tags.kind ILIKE 'LARGE'"),
  found("tags.`mlflow.note.content` LIKE 'a note%'"),
  found("attributes.status = 'FINISHED'"),
  found("run_name != 'first'"),
  found('start_time > 1700000000000'),
  found("attributes.run_id IN ('{run}')"),
  found("dataset.name = 'mnist'"),
  found("datasets.context = 'train'"),
  found('', { order_by: ['metrics.loss ASC'] }),
  found('', { order_by: ['metrics.nan DESC', 'params.epochs'] }),
  found('', { order_by: ['start_time ASC'], max_results: 1 }, { keep: { token: 'next_page_token' } }),
  found('', { order_by: ['start_time ASC'], max_results: 1, page_token: '{token}' }),
  found('', { run_view_type: 'DELETED_ONLY' }),
  found('metrics.loss < ', {}, { wordsDiffer: true }),
  found("metrics.loss < 'x'", {}, { wordsDiffer: true }),
  found('params.epochs = 3', {}, { wordsDiffer: true }),
  found("nothing.a = 'x'", {}, { wordsDiffer: true }),
  found("a = 'x' OR b = 'y'", {}, { wordsDiffer: true }),
  found('', { max_results: 50_001 }, { wordsDiffer: true }),
  found('', { page_token: 'nonsense' }, { wordsDiffer: true }),
  post('runs/delete', { run_id: '{second}' }),
  found(''),
  found('', { run_view_type: 'DELETED_ONLY' }),
  post('runs/log-parameter', { run_id: '{second}', key: 'late', value: '1' }),
  post('runs/restore', { run_id: '{second}' }),
];

const proxy = '/api/2.0/mlflow-artifacts/artifacts';
const artifacts: readonly Request[] = [
  { method: 'PUT', path: `${proxy}/{exp}/{run}/artifacts/model_summary.txt`, body: 'Layers' },
  { method: 'PUT', path: `${proxy}/{exp}/{run}/artifacts/model/MLmodel`, body: 'flavors: {}' },
  { method: 'PUT', path: `${proxy}/{exp}/{run}/artifacts/model/data/a%20b.json`, body: '{}' },
  { method: 'GET', path: `${proxy}?path={exp}/{run}/artifacts` },
  { method: 'GET', path: `${proxy}?path={exp}/{run}/artifacts/model_summary.txt` },
  { method: 'GET', path: `${proxy}?path={exp}/{run}/artifacts/none` },
  get('artifacts/list', { run_id: '{run}' }),
  get('artifacts/list', { run_id: '{run}', path: 'model' }),
  get('artifacts/list', { run_id: '{run}', path: 'model/data' }),
  get('artifacts/list', { run_id: '{run}', path: '../x' }, { wordsDiffer: true }),
  { method: 'GET', path: `${proxy}/{exp}/{run}/artifacts/model_summary.txt` },
  { method: 'GET', path: `${proxy}/{exp}/{run}/artifacts/model/data/a%20b.json` },
  { method: 'GET', path: `${proxy}/{exp}/{run}/artifacts/..%2F..%2Fx`, wordsDiffer: true },
  { method: 'DELETE', path: `${proxy}/{exp}/{run}/artifacts/model/data` },
  get('artifacts/list', { run_id: '{run}', path: 'model' }),
];

const registry: readonly Request[] = [
  post('registered-models/create', { name: 'digits', description: 'reads digits', tags: [{ key: 'a', value: 'b' }] }),
  post('registered-models/create', { name: 'digits' }, { wordsDiffer: true }),
  post('registered-models/create', { name: 'plain' }),
  get('registered-models/get', { name: 'digits' }),
  get('registered-models/get', { name: 'nobody' }),
  post('model-versions/create', {
    name: 'digits',
    source: 'mlflow-artifacts:/{exp}/{run}/artifacts/model',
    run_id: '{run}',
    description: 'one',
    tags: [{ key: 'f1', value: '0.98' }],
  }),
  post('model-versions/create', { name: 'digits', source: 'runs:/{run}/model', run_id: '{run}' }),
  post('model-versions/create', { name: 'digits', source: 'file:///etc', run_id: '{run}' }, { wordsDiffer: true }),
  post('model-versions/create', { name: 'digits', source: '/etc/passwd', run_id: '{run}' }, { wordsDiffer: true }),
  post(
    'model-versions/create',
    { name: 'digits', source: 'mlflow-artifacts:/{exp}/{run}/artifacts/../../x', run_id: '{run}' },
    { wordsDiffer: true },
  ),
  post('model-versions/create', { name: 'nobody', source: 'runs:/{run}/model', run_id: '{run}' }, { wordsDiffer: true }),
  get('model-versions/get', { name: 'digits', version: '1' }),
  get('model-versions/get', { name: 'digits', version: '9' }),
  get('model-versions/get', { name: 'digits', version: 'x' }, { wordsDiffer: true }),
  get('model-versions/get-download-uri', { name: 'digits', version: '1' }),
  post('registered-models/alias', { name: 'digits', alias: 'champion', version: '2' }),
  post('registered-models/alias', { name: 'digits', alias: 'v2', version: '2' }, { wordsDiffer: true }),
  post('registered-models/alias', { name: 'digits', alias: 'latest', version: '2' }, { wordsDiffer: true }),
  get('registered-models/alias', { name: 'digits', alias: 'champion' }),
  get('registered-models/alias', { name: 'digits', alias: 'nobody' }),
  post('model-versions/transition-stage', { name: 'digits', version: '1', stage: 'production', archive_existing_versions: false }),
  post('model-versions/transition-stage', { name: 'digits', version: '2', stage: 'Production', archive_existing_versions: true }),
  post('model-versions/transition-stage', { name: 'digits', version: '2', stage: 'Limbo' }, { wordsDiffer: true }),
  post('registered-models/get-latest-versions', { name: 'digits' }),
  get('registered-models/get-latest-versions', { name: 'digits', stages: ['Production', 'Staging'] }),
  patch('model-versions/update', { name: 'digits', version: '1', description: 'changed' }),
  post('model-versions/set-tag', { name: 'digits', version: '1', key: 'k', value: 'v' }),
  remove('model-versions/delete-tag', { name: 'digits', version: '1', key: 'k' }),
  post('registered-models/set-tag', { name: 'digits', key: 'k', value: 'v' }),
  remove('registered-models/delete-tag', { name: 'digits', key: 'k' }),
  patch('registered-models/update', { name: 'digits', description: 'anew' }),
  get('registered-models/search', { filter: "name LIKE 'd%' AND tag.`mlflow.prompt.is_prompt` != 'true'", max_results: '10' }),
  get('registered-models/search', { filter: 'name = 3' }, { wordsDiffer: true }),
  get('registered-models/search', { max_results: '1001' }, { wordsDiffer: true }),
  get('model-versions/search', { filter: "name = 'digits'" }),
  get('model-versions/search', { filter: "run_id = '{run}'", order_by: 'version_number ASC', max_results: '10' }),
  remove('registered-models/alias', { name: 'digits', alias: 'champion' }),
  remove('model-versions/delete', { name: 'digits', version: '2' }),
  post('registered-models/rename', { name: 'digits', new_name: 'numbers' }),
  get('registered-models/get', { name: 'numbers' }),
  remove('registered-models/delete', { name: 'numbers' }),
  get('registered-models/get', { name: 'numbers' }),
];

const loggedModels: readonly Request[] = [
  post(
    'logged-models',
    {
      experiment_id: '{exp}',
      name: 'model',
      source_run_id: '{run}',
      model_type: 'pyfunc',
      params: [{ key: 'lr', value: '1' }],
      tags: [{ key: 'a', value: 'b' }],
    },
    { keep: { model: 'model.info.model_id' } },
  ),
  post('logged-models', { experiment_id: '{exp}', name: 'a/b' }, { wordsDiffer: true }),
  post('logged-models/{model}/params', { model_id: '{model}', params: [{ key: 'depth', value: '2' }] }),
  patch('logged-models/{model}/tags', { tags: [{ key: 'c', value: 'd' }] }),
  remove('logged-models/{model}/tags/a'),
  patch('logged-models/{model}', { model_id: '{model}', status: 'LOGGED_MODEL_READY' }),
  get('logged-models/{model}'),
  get('logged-models/m-00000000000000000000000000000000', {}, { wordsDiffer: true }),
  post('logged-models/search', { experiment_ids: ['{exp}'], filter: "name = 'model' AND source_run_id = '{run}'", max_results: 5 }),
  post('logged-models/search', { experiment_ids: ['{exp}'], order_by: [{ field_name: 'creation_timestamp', ascending: false }] }),
  post('runs/outputs', { run_id: '{run}', models: [{ model_id: '{model}', step: 0 }] }),
  get('runs/get', { run_id: '{run}' }),
  { method: 'PUT', path: `${proxy}/{exp}/models/{model}/artifacts/MLmodel`, body: 'flavors: {}' },
  get('logged-models/{model}/artifacts/directories'),
  post('registered-models/create', { name: 'logged' }),
  post('model-versions/create', { name: 'logged', source: 'models:/{model}', run_id: '{run}', model_id: '{model}' }),
  get('model-versions/get-download-uri', { name: 'logged', version: '1' }),
  get('logged-models/{model}'),
  remove('logged-models/{model}'),
  get('logged-models/{model}', {}, { wordsDiffer: true }),
];

/** What is asked of MLflow's server and of ours, one after the other. */
export const REQUESTS: readonly Request[] = [...experiments, ...runs, ...searches, ...artifacts, ...registry, ...loggedModels];
