import { type More, type Request, WORDS, get, patch, post, remove } from './mlflowRequest';

const model = (body: object, more: More = {}): Request => post('registered-models/create', body, more);
const version = (body: object, more: More = {}): Request => post('model-versions/create', { name: 'a', ...body }, more);
const models = (filter: string, query: Readonly<Record<string, string | string[]>> = {}, more: More = {}): Request =>
  get('registered-models/search', { filter, ...query }, more);
const versions = (filter: string, query: Readonly<Record<string, string | string[]>> = {}, more: More = {}): Request =>
  get('model-versions/search', { filter, ...query }, more);
const root = 'mlflow-artifacts:/{rexp}';
const ofRun = `${root}/{rrun}/artifacts/model`;
const prompt = [{ key: 'mlflow.prompt.is_prompt', value: 'true' }];

const names: readonly Request[] = [
  post('experiments/create', { name: 'registry' }, { keep: { rexp: 'experiment_id' } }),
  post('runs/create', { experiment_id: '{rexp}', start_time: 5, run_name: 'n' }, { keep: { rrun: 'run.info.run_id' } }),
  post('runs/create', { experiment_id: '{rexp}', start_time: 6, run_name: 'n2' }, { keep: { rrun2: 'run.info.run_id' } }),
  post('logged-models', { experiment_id: '{rexp}', name: 'lm', source_run_id: '{rrun}' }, { keep: { rlm: 'model.info.model_id' } }),
  post('logged-models', { experiment_id: '{rexp}', name: 'free' }, { keep: { free: 'model.info.model_id' } }),
  model({
    name: 'a',
    tags: [
      { key: 'k', value: 'v' },
      { key: 'k', value: 'w' },
    ],
  }),
  model({ name: 'b', description: 'text' }),
  model({ name: 'c d' }),
  model({ name: '' }),
  model({}),
  ...['x/y', 'x:y', '..'].map((name) => model({ name }, WORDS)),
  model({ name: 'z', tags: [{ key: 'k', value: 'v'.repeat(100_001) }] }, WORDS),
  model({ name: 'z', tags: [{ key: 'k'.repeat(251), value: 'v' }] }, WORDS),
];

const sources: readonly Request[] = [
  version({ source: 'runs:/{rrun}/model' }),
  version({ source: 'runs:/{rrun}/model', run_id: '{rrun2}' }),
  version({ source: 'runs:/{rrun}/model', run_id: '{rrun}', run_link: 'https://host/#/x' }),
  version({ source: 'models:/{rlm}' }),
  version({ source: 'models:/{rlm}', model_id: '{free}' }),
  version({ source: 'models:/{rlm}', model_id: '{rlm}' }),
  version({ source: 'models:/{free}', model_id: '{free}' }),
  version({ source: 'models:/{rlm}', run_id: '{rrun}' }),
  version({ source: `${root}/models/{rlm}/artifacts`, model_id: '{rlm}' }),
  version({ source: `${root}/models/{rlm}/artifacts` }),
  version({ source: ofRun, run_id: '{rrun}' }),
  version({ source: ofRun }),
  version({ source: ofRun, run_id: '{rrun2}' }),
  version({ source: ofRun, run_id: 'f00d' }),
  version({ source: 'mlflow-artifacts://host/x', run_id: '{rrun}' }, WORDS),
  version({ source: 'http://x/y' }, WORDS),
  version({ source: 's3://bucket/path' }),
  version({ source: 's3://bucket/path', run_id: '{rrun}' }),
  ...['s3://bucket/../x', 's3://bucket', 's3://bucket/a/./b'].map((source) => version({ source })),
  version({ source: 'dbfs:/x' }),
  version({ source: '' }),
  version({}),
  post('model-versions/create', { source: 's3://b/c' }),
  version({ name: 'b', source: 'models:/a/1' }),
  version({ name: 'b', source: 'models:/a/99' }),
  version({ name: 'b', source: 'models:/nope/1' }),
  version({ name: 'b', source: 'models:/a/1', run_id: '{rrun2}' }),
  version({ name: 'b', source: 'models:/a/latest' }),
  version({ name: 'b', source: 'models:/a@none' }),
  version({ name: 'b', source: 'models:/a/b/c' }),
  version({ name: 'nobody', source: 's3://b/c' }, WORDS),
  version({ name: 'b', source: '/tmp/x' }),
  version({ name: 'b', source: 'model.txt' }, WORDS),
  version({ name: 'b', source: 'file:///tmp/x', run_id: '{rrun}' }, WORDS),
  version({ name: 'b', source: 's3://b/c', tags: [{ key: 't', value: '1' }], description: 'd' }),
  version({ name: 'b', source: 's3://b/c', model_id: '{rlm}' }),
  version({ name: 'b', source: 's3://b/c', model_id: 'm-nope' }),
  version({ name: 'b', source: 'dummy-source', tags: prompt }),
  version({ name: 'b', source: '/etc/passwd', tags: prompt }),
  get('logged-models/{rlm}'),
  ...['a', 'b', 'c d'].map((name) => get('registered-models/get', { name })),
  get('registered-models/get'),
  ...Array.from({ length: 8 }, (_, index) => get('model-versions/get-download-uri', { name: 'a', version: String(index + 1) })),
  ...Array.from({ length: 5 }, (_, index) => get('model-versions/get-download-uri', { name: 'b', version: String(index + 1) })),
  get('model-versions/get-download-uri', { name: 'a', version: '999' }),
  get('model-versions/get', { name: 'a' }),
  get('model-versions/get', { name: 'a', version: '-1' }),
  get('model-versions/get', { name: 'a', version: '1.0' }, WORDS),
];

const prompts: readonly Request[] = [
  model({ name: 'pr', tags: prompt }),
  version({ name: 'pr', source: 'dummy-source', tags: [...prompt, { key: 'mlflow.prompt.text', value: 'Hi {{x}}' }] }),
  version({ source: 'models:/pr/1' }),
  get('registered-models/get', { name: 'pr' }),
  ...[
    '',
    "tags.`mlflow.prompt.is_prompt` = 'true'",
    "tags.`mlflow.prompt.is_prompt` = 'false'",
    "tags.`mlflow.prompt.is_prompt` != 'false'",
  ].map((filter) => models(filter)),
  ...['', "tags.`mlflow.prompt.is_prompt` = 'true'", "name = 'pr'", "name = 'pr' AND tags.`mlflow.prompt.is_prompt` = 'true'"].map(
    (filter) => versions(filter),
  ),
  post('registered-models/alias', { name: 'pr', alias: 'prod', version: '1' }),
  get('registered-models/alias', { name: 'pr', alias: 'prod' }),
];

const searches: readonly Request[] = [
  ...[
    "name = 'a'",
    "name != 'a'",
    "name LIKE '%'",
    "name IN ('a','b')",
    "name NOT IN ('a','b')",
    "tags.k = 'w'",
    "tags.k != 'zz'",
    "tag.none != 'zz'",
  ].map((filter) => models(filter)),
  ...[
    "attribute.name = 'a'",
    'creation_timestamp > 0',
    "description = 'text'",
    "params.a = 'x'",
    "name = 'a' OR name = 'b'",
    "tags.k IN ('w')",
  ].map((filter) => models(filter, {}, WORDS)),
  models('', { order_by: 'name DESC' }),
  models('', { order_by: ['last_updated_timestamp DESC', 'name'] }),
  models('', { order_by: 'creation_timestamp' }, WORDS),
  models('', { order_by: 'junk' }, WORDS),
  models('', { max_results: '1' }, { keep: { rtoken: 'next_page_token' } }),
  models('', { max_results: '1', page_token: '{rtoken}' }),
  models('', { page_token: 'junk' }, WORDS),
  models('', { max_results: 'x' }, WORDS),
  ...[
    "name = 'a'",
    "name IN ('a')",
    "run_id IN ('{rrun}')",
    "run_id = '{rrun}'",
    "version_number > 2 AND name = 'a'",
    "source_path LIKE 's3%'",
    "tags.t = '1'",
    "tags.t != '2'",
    "tags.none != '2'",
  ].map((filter) => versions(filter)),
  ...["version_number = '2'", "source_path IN ('x')", 'version = 2', "current_stage = 'None'", 'version_number > 1.5'].map((filter) =>
    versions(filter, {}, WORDS),
  ),
  versions("name = 'a'", { order_by: ['version_number DESC'] }),
  versions("name = 'a'", { order_by: ['creation_timestamp ASC', 'version_number ASC'] }),
  versions('', { order_by: 'junk' }, WORDS),
  versions('', { max_results: '200001' }, WORDS),
  versions('', { max_results: '0' }, WORDS),
  versions("name = 'a'", { max_results: '2' }, { keep: { vtoken: 'next_page_token' } }),
  versions("name = 'a'", { max_results: '2', page_token: '{vtoken}' }),
];

const stage = (body: object, more: More = {}): Request => post('model-versions/transition-stage', { name: 'a', ...body }, more);
const latest = (body: object, more: More = {}): Request => post('registered-models/get-latest-versions', { name: 'a', ...body }, more);

const stages: readonly Request[] = [
  stage({ version: '1', stage: 'staging', archive_existing_versions: false }),
  stage({ version: '2', stage: 'Staging', archive_existing_versions: false }),
  stage({ version: '3', stage: 'Staging', archive_existing_versions: true }),
  stage({ version: '99', stage: 'None' }),
  stage({ version: '3' }),
  stage({ version: '3', stage: 'Production' }),
  get('registered-models/get', { name: 'a' }),
  latest({ stages: ['Staging'] }),
  latest({ stages: ['None', 'Archived'] }),
  latest({ stages: ['junk'] }),
  latest({ name: 'nobody' }),
  latest({ name: 'c d' }),
  get('registered-models/get-latest-versions', { name: 'a', stages: 'production' }),
  version({ name: 'b', source: 'models:/a/Production' }),
  post('registered-models/get-latest-versions', {}),
];

const alias = (body: object, more: More = {}): Request => post('registered-models/alias', { name: 'a', alias: 'x', ...body }, more);

const changes: readonly Request[] = [
  post('registered-models/set-tag', { name: 'a', key: 't', value: '' }),
  post('registered-models/set-tag', { name: 'a', key: 't' }),
  post('registered-models/set-tag', { name: 'a', value: 't' }),
  post('registered-models/set-tag', { name: 'nobody', key: 't', value: 'v' }),
  remove('registered-models/delete-tag', { name: 'a', key: 'none' }),
  remove('registered-models/delete-tag', { name: 'nobody', key: 't' }),
  post('model-versions/set-tag', { name: 'a', version: '1', key: 't', value: 'v' }),
  post('model-versions/set-tag', { name: 'a', version: '99', key: 't', value: 'v' }),
  post('model-versions/set-tag', { name: 'a', version: '1', key: 'a$', value: 'v' }, WORDS),
  remove('model-versions/delete-tag', { name: 'a', version: '1', key: 'none' }),
  alias({ alias: 'Champ', version: '1' }),
  alias({ alias: 'Champ', version: '2' }),
  alias({ version: '99' }),
  alias({ name: 'nobody', version: '1' }, WORDS),
  alias({ alias: 'bad alias', version: '1' }, WORDS),
  alias({ alias: 'x'.repeat(256), version: '1' }, WORDS),
  alias({}),
  get('registered-models/alias', { name: 'a', alias: 'Champ' }),
  get('registered-models/alias', { name: 'a', alias: 'champ' }),
  get('registered-models/alias', { name: 'a' }),
  get('registered-models/alias', { name: 'nobody', alias: 'x' }),
  version({ name: 'b', source: 'models:/a@Champ' }),
  remove('registered-models/alias', { name: 'a', alias: 'none' }),
  remove('registered-models/alias', { name: 'nobody', alias: 'none' }),
  get('registered-models/get', { name: 'a' }),
  get('model-versions/get', { name: 'a', version: '2' }),
  patch('registered-models/update', { name: 'a' }),
  patch('registered-models/update', { name: 'a', description: '' }),
  patch('registered-models/update', { name: 'nobody', description: '' }),
  patch('model-versions/update', { name: 'a', version: '99', description: 'x' }),
  patch('model-versions/update', { name: 'a', description: 'x' }),
  post('registered-models/rename', { name: 'a', new_name: 'b' }, WORDS),
  post('registered-models/rename', { name: 'a', new_name: '' }),
  post('registered-models/rename', { name: 'a', new_name: 'x/y' }, WORDS),
  post('registered-models/rename', { name: 'nobody', new_name: 'n' }),
  post('registered-models/rename', { name: 'a', new_name: 'a' }, WORDS),
  post('registered-models/rename', { name: 'a', new_name: 'a2' }),
  get('model-versions/get', { name: 'a2', version: '2' }),
  get('model-versions/get-download-uri', { name: 'b', version: '1' }),
  remove('model-versions/delete', { name: 'a2', version: '1' }),
  remove('model-versions/delete', { name: 'a2', version: '1' }),
  // The copy outlives what it is a copy of.
  get('model-versions/get-download-uri', { name: 'b', version: '1' }),
  remove('model-versions/delete', { name: 'a2' }),
  remove('registered-models/delete', { name: 'a2' }),
  remove('registered-models/delete', { name: 'a2' }),
  remove('registered-models/delete', {}),
  get('model-versions/get', { name: 'a2', version: '2' }),
  versions("name = 'a2'"),
  get('model-versions/get-download-uri', { name: 'b', version: '1' }),
];

/** The registry: what a version may be made of, prompts, searches, stages, aliases, copies. */
export const REGISTRY_REQUESTS: readonly Request[] = [...names, ...sources, ...prompts, ...searches, ...stages, ...changes];
