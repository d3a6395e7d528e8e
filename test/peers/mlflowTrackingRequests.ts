import { type More, type Request, WORDS, get, post } from './mlflowRequest';

const long = (length: number): string => 'x'.repeat(length);
const names = (body: object, more: More = {}): Request => post('experiments/create', body, more);
const tag = (body: object, more: More = {}): Request => post('experiments/set-experiment-tag', { experiment_id: '{e1}', ...body }, more);
const list = (body: object, more: More = {}): Request => post('experiments/search', { max_results: 10, ...body }, more);

const experiments: readonly Request[] = [
  names({ name: 'e1' }, { keep: { e1: 'experiment_id' } }),
  names({ name: 'tagged', tags: [{ key: 'a', value: 'c' }] }, { keep: { e2: 'experiment_id' } }),
  names({ name: long(501) }, WORDS),
  names({ name: 'place', artifact_location: 'runs:/x' }),
  names({ name: 'badtags', tags: 'x' }, WORDS),
  names({ name: 'badtags', tags: [{ value: 'x' }] }, WORDS),
  ...['junk', '', '-1', '00'].map((id) => get('experiments/get', { experiment_id: id }, WORDS)),
  tag({ key: 'k', value: long(20_001) }, WORDS),
  tag({ key: 'k', value: long(20_000) }),
  tag({ key: 'k' }),
  tag({ value: 'k' }),
  tag({ experiment_id: '777', key: 'k', value: 'v' }, WORDS),
  tag({ key: long(251), value: 'v' }, WORDS),
  tag({ key: 'a', value: 7 }, WORDS),
  post('experiments/delete-experiment-tag', { experiment_id: '{e1}', key: 'k' }),
  post('experiments/delete-experiment-tag', { experiment_id: '{e1}', key: 'k' }, WORDS),
  list({ max_results: 0 }, WORDS),
  list({ max_results: 50_001 }, WORDS),
  list({ max_results: 1 }),
  list({ order_by: ['name DESC'] }),
  list({ order_by: ['experiment_id ASC'] }),
  list({ order_by: ['tags.a'] }, WORDS),
  list({ order_by: ['junk'] }, WORDS),
  ...[
    "experiment_id IN ('{e1}', '0')",
    "experiment_id = '{e1}'",
    'creation_time > 0 AND last_update_time > 0',
    'tags.a IS NOT NULL',
    "tag.a = 'c'",
    'tags.a IS NULL',
    "attribute.name ILIKE 'E%'",
  ].map((filter) => list({ filter })),
  ...["experiment_id LIKE '1%'", "name IN ('e1')", 'metrics.a > 1', 'creation_time > 1.5'].map((filter) => list({ filter }, WORDS)),
  list({ view_type: 'ALL' }),
  list({ view_type: 3 }),
  get('experiments/search', { max_results: '10', order_by: 'name ASC', view_type: 'ALL' }),
  list({ max_results: 1, order_by: ['name ASC'] }, { keep: { etoken: 'next_page_token' } }),
  list({ max_results: 1, order_by: ['name ASC'], page_token: '{etoken}' }),
  list({ page_token: 'junk' }, WORDS),
  post('experiments/delete', { experiment_id: '{e2}' }),
  post('experiments/delete', { experiment_id: '{e2}' }, WORDS),
  post('experiments/delete', { experiment_id: '555' }, WORDS),
  post('experiments/delete', {}),
  get('experiments/get-by-name', { experiment_name: 'tagged' }),
  tag({ experiment_id: '{e2}', key: 'k', value: 'v' }, WORDS),
  names({ name: 'tagged' }, WORDS),
  post('experiments/restore', { experiment_id: '{e2}' }),
  post('experiments/restore', { experiment_id: '{e2}' }, WORDS),
  post('experiments/update', { experiment_id: '{e2}', new_name: '' }, WORDS),
  post('experiments/update', { experiment_id: '{e2}', new_name: 'tagged' }),
];

const create = (body: object, more: More = {}): Request => post('runs/create', { experiment_id: '{e2}', start_time: 1, ...body }, more);
const update = (body: object, more: More = {}): Request => post('runs/update', { run_id: '{r1}', ...body }, more);
const runTag = (body: object, more: More = {}): Request => post('runs/set-tag', { run_id: '{r1}', ...body }, more);
const param = (body: object, more: More = {}): Request => post('runs/log-parameter', { run_id: '{r1}', ...body }, more);
const metric = (body: object, more: More = {}): Request =>
  post('runs/log-metric', { run_id: '{r1}', key: 'm', value: 1, timestamp: 1, ...body }, more);
const batch = (body: object, more: More = {}): Request => post('runs/log-batch', { run_id: '{r1}', ...body }, more);
const run = get('runs/get', { run_id: '{r1}' });

const runs: readonly Request[] = [
  create({ experiment_id: '{e1}', start_time: 5, run_name: 'n' }, { keep: { r1: 'run.info.run_id' } }),
  create({ run_name: 7 }, WORDS),
  create({ experiment_id: 'junk' }),
  create({ tags: [{ key: 'a', value: long(8_001) }], run_name: 'long tag' }, WORDS),
  create({ start_time: 'x' }, WORDS),
  create({ start_time: '12', run_name: 'time', tags: [{ key: 'k' }] }, { keep: { r2: 'run.info.run_id' } }),
  create({ run_name: '', tags: [{ key: 'mlflow.runName', value: 'named' }] }, { keep: { r3: 'run.info.run_id' } }),
  create({ run_name: long(251) }, WORDS),
  run,
  get('runs/get', { run_id: '../x' }, WORDS),
  get('runs/get', { run_id: 'a b' }, WORDS),
  update({}),
  update({ status: 3 }, WORDS),
  update({ status: 'SCHEDULED' }),
  update({ end_time: 0 }),
  update({ run_name: '' }),
  update({ run_name: 'new' }),
  update({ end_time: 'x' }, WORDS),
  update({ run_id: 'f00d', status: 'FINISHED' }),
  post('runs/update', { status: 'FINISHED' }),
  run,
  runTag({ key: 'mlflow.runName', value: 'by tag' }),
  runTag({ key: 'mlflow.runName', value: '' }),
  run,
  runTag({ key: 'long', value: long(8_001) }, WORDS),
  ...['', 'a//b', 'a$b', '/a', '..'].map((key) => runTag({ key, value: 'v' }, WORDS)),
  runTag({ key: 'a:b c-d.e/f', value: 'v' }),
  runTag({ key: 'ключ', value: 'v' }),
  runTag({ key: 'k2' }),
  runTag({ key: 'k3', value: null }, WORDS),
  runTag({ key: 'k3', value: 3 }, WORDS),
  post('runs/delete-tag', { run_id: '{r1}' }),
  param({ key: 'p' }),
  param({ key: 'long', value: long(6_001) }, WORDS),
  param({ key: long(251), value: 'v' }, WORDS),
  param({ key: 'num', value: 3 }, WORDS),
  metric({ step: 1.0 }),
  metric({ step: 'x' }, WORDS),
  metric({ timestamp: -5 }, WORDS),
  metric({ key: long(251) }, WORDS),
  metric({ key: '../x' }, WORDS),
  metric({ value: null }, WORDS),
  metric({ key: 'mm', value: '1e3' }),
  batch({}),
  post('runs/log-batch', {}),
  batch({ metrics: 'x' }, WORDS),
  batch({ tags: [{ key: 'long', value: long(8_001) }] }, WORDS),
  ...['1', '2'].map((second) =>
    batch(
      {
        params: [
          { key: 'd', value: '1' },
          { key: 'd', value: second },
        ],
      },
      WORDS,
    ),
  ),
  batch({
    tags: [
      { key: 'twice', value: '1' },
      { key: 'twice', value: '2' },
    ],
  }),
  batch({ metrics: points(1_001) }),
  batch({ tags: Array.from({ length: 101 }, (_, index) => ({ key: `t${index}`, value: '' })) }),
  batch({ metrics: points(950), tags: Array.from({ length: 51 }, (_, index) => ({ key: `t${index}`, value: '' })) }),
  batch({ metrics: [{ key: 'b$', value: 1, timestamp: 1 }] }, WORDS),
  batch({ metrics: [1, 1].map((step) => ({ key: 'same', value: 1, timestamp: 1, step })) }),
  batch({ run_id: 'nope', metrics: [] }, WORDS),
  run,
  post('runs/log-model', { run_id: '{r1}', model_json: 'x' }, WORDS),
  post('runs/log-model', { run_id: '{r1}', model_json: '{}' }, WORDS),
  post('runs/log-model', {
    run_id: '{r1}',
    model_json: JSON.stringify({
      artifact_path: 'm',
      flavors: { keras: { config: 1, a: 2 } },
      utc_time_created: 't',
      run_id: 'x',
      model_uuid: 'u',
      extra: 1,
    }),
  }),
  run,
  post('runs/delete', { run_id: '{r1}' }),
  post('runs/delete', { run_id: '{r1}' }, WORDS),
  update({ status: 'FINISHED' }, WORDS),
  runTag({ key: 'a', value: 'b' }, WORDS),
  batch({ metrics: points(1) }, WORDS),
  post('runs/log-inputs', { run_id: '{r1}' }, WORDS),
  post('runs/outputs', { run_id: '{r1}', models: [{ model_id: 'm-1', step: 1 }] }, WORDS),
  run,
  post('runs/restore', { run_id: '{r1}' }),
  post('runs/restore', { run_id: '{r1}' }, WORDS),
  post('runs/delete', { run_id: 'f00d' }, WORDS),
  post('runs/restore', { run_id: 'f00d' }, WORDS),
];

const history = (query: Readonly<Record<string, string>>, more: More = {}): Request =>
  get('metrics/get-history', { run_id: '{r1}', metric_key: 'h', ...query }, more);
const sample = (query: Readonly<Record<string, string | string[]>>, more: More = {}): Request =>
  get('metrics/get-history-bulk-interval', { run_ids: ['{r1}'], metric_key: 'h', ...query }, more);
const ajax = '/ajax-api/2.0/mlflow';

const histories: readonly Request[] = [
  // Against the order of time, which is what a history goes by.
  batch({ metrics: points(300).map((point, index) => ({ ...point, timestamp: 1_000 - index })) }),
  history({}),
  history({ max_results: '500' }),
  history({ run_id: 'f00d' }),
  history({ max_results: '-1' }, WORDS),
  history({ page_token: 'junk' }, WORDS),
  sample({}),
  sample({ max_results: '7' }),
  sample({ max_results: '1' }),
  sample({ start_step: '10', end_step: '40', max_results: '4' }),
  sample({ start_step: '40', end_step: '10' }),
  sample({ max_results: '0' }),
  sample({ max_results: '2501' }),
  sample({ run_ids: ['{r1}', 'f00d'] }),
  get('metrics/get-history-bulk-interval', { metric_key: 'h' }),
  get('metrics/get-history-bulk-interval', { run_ids: ['{r1}'] }),
  { method: 'GET', path: `${ajax}/metrics/get-history-bulk?run_id={r1}&run_id=f00d&metric_key=h&max_results=3` },
  { method: 'GET', path: `${ajax}/metrics/get-history-bulk?run_id={r1}` },
  { method: 'POST', path: `${ajax}/experiments/search-datasets`, body: {} },
  { method: 'POST', path: `${ajax}/experiments/search-datasets`, body: { experiment_ids: Array.from({ length: 21 }, String) } },
  { method: 'POST', path: `${ajax}/experiments/search-datasets`, body: { experiment_ids: ['{e1}'] } },
];

function points(count: number): object[] {
  return Array.from({ length: count }, (_, step) => ({ key: 'h', value: step % 7, timestamp: step, step }));
}

/** Experiments, runs and histories where they are at their limits, wrong, deleted or out of order. */
export const TRACKING_REQUESTS: readonly Request[] = [...experiments, ...runs, ...histories];
