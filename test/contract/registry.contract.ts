import assert from 'node:assert/strict';
import type { Engine } from '../../src/store/engine';
import { refuses } from './expectations';
import type { Lacks } from './lacks';

export function registryContract(engine: () => Engine, lacks: Lacks): void {
  describe('registry', () => {
    /** A model `digits` with three versions. */
    async function makeVersions(): Promise<string> {
      const { registry, runs } = engine();
      const { runId } = await runs.create({ experimentId: '0' });
      await registry.createModel('digits');
      for (let version = 1; version <= 3; version++)
        await registry.createVersion({ name: 'digits', source: `runs:/${runId}/model`, userId: 'ada' });
      return runId;
    }

    it('creates, describes, renames and deletes models', async () => {
      const { registry } = engine();
      const model = await registry.createModel('digits', { description: 'reads digits', tags: { a: 'b' } });
      assert.deepEqual(
        [model.name, model.description, model.tags, model.aliases, model.latestVersions],
        ['digits', 'reads digits', { a: 'b' }, {}, []],
      );
      await refuses(registry.createModel('digits'), 'RESOURCE_ALREADY_EXISTS', /Registered Model \(name=digits\) already exists/);
      await refuses(registry.createModel(''), 'INVALID_PARAMETER_VALUE', /cannot be empty/);
      await refuses(registry.createModel('a/b'), 'INVALID_PARAMETER_VALUE', /must not contain/);
      await registry.createModel('letters');
      await refuses(registry.updateModel('digits', { newName: 'letters' }), 'RESOURCE_ALREADY_EXISTS', /letters/);
      assert.equal((await registry.updateModel('digits', { newName: 'numbers' })).description, 'reads digits');
      assert.equal((await registry.updateModel('numbers', { description: 'new' })).description, 'new');
      await refuses(registry.getModel('digits'), 'RESOURCE_DOES_NOT_EXIST', /Registered Model with name=digits not found/);
      await registry.setModelTag('numbers', 'c', 'd');
      await registry.deleteModelTag('numbers', 'a');
      assert.deepEqual((await registry.getModel('numbers')).tags, { c: 'd' });
      await registry.deleteModel('numbers');
      await refuses(registry.deleteModel('numbers'), 'RESOURCE_DOES_NOT_EXIST', /not found/);
    });

    it('numbers versions, and never uses a number again', async () => {
      const runId = await makeVersions();
      const { registry } = engine();
      const version = await registry.getVersion('digits', 3);
      assert.deepEqual(
        [version.version, version.currentStage, version.status, version.runId, version.userId, version.source],
        [3, 'None', 'READY', runId, lacks.versionUser ? '' : 'ada', `runs:/${runId}/model`],
      );
      await registry.deleteVersion('digits', 3);
      assert.equal(
        (await registry.createVersion({ name: 'digits', source: `runs:/${runId}/model`, tags: { t: '1' }, description: 'd' })).version,
        4,
      );
      await refuses(registry.getVersion('digits', 3), 'RESOURCE_DOES_NOT_EXIST', /Model Version \(name=digits, version=3\) not found/);
      assert.deepEqual(
        (await registry.searchVersions({ name: 'digits' })).items.map((found) => found.version),
        [4, 2, 1],
      );
    });

    it('knows where a version comes from, and refuses what it does not have', async () => {
      const runId = await makeVersions();
      const { registry, loggedModels } = engine();
      const logged = await loggedModels.create({ experimentId: '0', name: 'm', sourceRunId: runId });
      assert.equal((await registry.createVersion({ name: 'digits', source: `models:/${logged.modelId}` })).runId, runId);
      assert.equal((await registry.createVersion({ name: 'digits', source: 's3://bucket/model' })).runId, undefined);
      const create = (source: string, run?: string) => registry.createVersion({ name: 'digits', source, runId: run });
      if (lacks.sources) return;
      await refuses(create('runs:/nobody/model'), 'RESOURCE_DOES_NOT_EXIST', /Run with id=nobody/);
      await refuses(create(`runs:/${runId}`), 'INVALID_PARAMETER_VALUE', /source/);
      await refuses(create(`runs:/${runId}/../x`), 'INVALID_PARAMETER_VALUE', /artifact path|path references/);
      await refuses(create(`models:/m-${'0'.repeat(32)}`), 'RESOURCE_DOES_NOT_EXIST', /Logged model/);
      await refuses(create('/etc'), 'INVALID_PARAMETER_VALUE', /local path/);
      await refuses(create('/etc', runId), 'INVALID_PARAMETER_VALUE', /local path/);
      await refuses(create('file:///etc', runId), 'INVALID_PARAMETER_VALUE', /local path/);
      await refuses(create(''), 'INVALID_PARAMETER_VALUE', /source/);
      await refuses(
        registry.createVersion({ name: 'none', source: `runs:/${runId}/model` }),
        'RESOURCE_DOES_NOT_EXIST',
        /name=none not found/,
      );
    });

    it('moves aliases, and lets them go with their version', async () => {
      await makeVersions();
      const { registry } = engine();
      await registry.setAlias('digits', 'champion', 1);
      await registry.setAlias('digits', 'champion', 2);
      await registry.setAlias('digits', 'challenger', 2);
      assert.deepEqual((await registry.getModel('digits')).aliases, { challenger: 2, champion: 2 });
      assert.deepEqual((await registry.getVersion('digits', 2)).aliases, ['challenger', 'champion']);
      assert.equal((await registry.getVersionByAlias('digits', 'champion')).version, 2);
      await registry.deleteAlias('digits', 'challenger');
      await registry.deleteVersion('digits', 2);
      assert.deepEqual((await registry.getModel('digits')).aliases, {});
      await refuses(registry.getVersionByAlias('digits', 'champion'), 'INVALID_PARAMETER_VALUE', /alias champion not found/);
      await refuses(registry.setAlias('digits', 'champion', 9), 'RESOURCE_DOES_NOT_EXIST', /version=9/);
      for (const alias of ['latest', 'LATEST', 'v1', 'V23', '', 'a b', 'x'.repeat(256)])
        await refuses(registry.setAlias('digits', alias, 1), 'INVALID_PARAMETER_VALUE', /alias/i);
      await registry.setAlias('digits', 'v1a', 1);
    });

    it('makes versions of other versions, which outlive those', async () => {
      const runId = await makeVersions();
      const { registry } = engine();
      await registry.createModel('production');
      const copy = await registry.createVersion({ name: 'production', source: 'models:/digits/1' });
      assert.deepEqual([copy.source, copy.runId], ['models:/digits/1', runId]);
      const again = await registry.createVersion({ name: 'production', source: 'models:/production/1' });
      assert.equal(again.runId, runId);
      await refuses(registry.createVersion({ name: 'production', source: 'models:/digits/99' }), 'RESOURCE_DOES_NOT_EXIST', /not found/);
    });

    it('keeps the number, the time and the place of a copy, where it can', async () => {
      const { registry, info } = engine();
      const time = 1_600_000_000_000;
      const model = await registry.createModel('copied', { creationTime: time });
      assert.equal(model.creationTime === time, info.keepsIds);
      const version = { name: 'copied', source: 's3://bucket/model', version: 7, creationTime: time, runLink: 'https://host/#/runs/1' };
      const made = await registry.createVersion(version);
      assert.deepEqual([made.source, made.runLink], [version.source, version.runLink]);
      if (!info.keepsIds) return;
      assert.deepEqual([made.version, made.creationTime], [7, time]);
      await refuses(registry.createVersion(version), 'RESOURCE_ALREADY_EXISTS', /version=7/);
      assert.equal((await registry.createVersion({ ...version, version: 3 })).version, 3);
      assert.equal((await registry.createVersion({ ...version, version: undefined })).version, 8, 'after the greatest there was');
      for (const bad of [0, -1, 1.5])
        await refuses(registry.createVersion({ ...version, version: bad }), 'INVALID_PARAMETER_VALUE', /version/);
    });

    it('moves versions through the stages', async () => {
      await makeVersions();
      const { registry } = engine();
      await registry.updateVersion('digits', 1, { stage: 'Production' });
      await registry.updateVersion('digits', 2, { stage: 'production' as 'Production', archiveExisting: true });
      assert.equal((await registry.getVersion('digits', 1)).currentStage, 'Archived');
      assert.equal((await registry.getVersion('digits', 2)).currentStage, 'Production');
      const latest = (await registry.getModel('digits')).latestVersions.map(({ version, currentStage }) => `${version} ${currentStage}`);
      assert.deepEqual(latest.sort(), ['1 Archived', '2 Production', '3 None']);
      await refuses(
        registry.updateVersion('digits', 1, { stage: 'Best' as 'None' }),
        'INVALID_PARAMETER_VALUE',
        /Invalid Model Version stage: Best/,
      );
      await refuses(
        registry.updateVersion('digits', 1, { stage: 'None', archiveExisting: true }),
        lacks.codes ? 'INTERNAL_ERROR' : 'INVALID_PARAMETER_VALUE',
        /cannot archive/,
      );
      assert.equal((await registry.updateVersion('digits', 1, { description: 'first' })).description, 'first');
    });

    it('sets and deletes tags of versions', async () => {
      await makeVersions();
      const { registry } = engine();
      await registry.setVersionTag('digits', 1, 'a', '1');
      await registry.setVersionTag('digits', 1, 'b', '2');
      await registry.deleteVersionTag('digits', 1, 'a');
      assert.deepEqual((await registry.getVersion('digits', 1)).tags, { b: '2' });
      assert.deepEqual((await registry.getVersion('digits', 2)).tags, {});
    });

    it('searches models and versions', async () => {
      const runId = await makeVersions();
      const { registry } = engine();
      await registry.createModel('prompt', { tags: { 'mlflow.prompt.is_prompt': 'true' } });
      await registry.setVersionTag('digits', 2, 'a', '1');
      const models = async (filter?: string, orderBy?: string[]) =>
        (await registry.searchModels({ filter, orderBy })).items.map(({ name }) => name);
      const versions = async (filter?: string, orderBy?: string[]) =>
        (await registry.searchVersions({ filter, orderBy })).items.map(({ version }) => version);
      assert.deepEqual(await models(), ['digits'], 'prompts are found when asked for');
      assert.deepEqual(await models("tag.`mlflow.prompt.is_prompt` = 'true'"), ['prompt']);
      await registry.createVersion({ name: 'prompt', source: 'prompt-template', tags: { 'mlflow.prompt.is_prompt': 'true' } });
      await registry.setModelTag('digits', 'a', '1');
      assert.deepEqual(await models("tag.a != '2'"), ['digits']);
      assert.deepEqual(await models("tag.b != '2'"), [], 'what has no such tag is not found by its value');
      assert.deepEqual(await models("tag.`mlflow.prompt.is_prompt` != 'true'"), ['digits'], 'a model without the tag is none');
      assert.deepEqual(await models("name ILIKE 'D%'"), ['digits']);
      await registry.createModel('other');
      assert.deepEqual(await models(undefined, ['name DESC']), ['other', 'digits']);
      assert.deepEqual(await models(undefined, ['last_updated_timestamp ASC', 'name']), ['digits', 'other']);
      await refuses(models('creation_timestamp > 0'), 'INVALID_PARAMETER_VALUE', /Invalid attribute key/);
      assert.deepEqual(await versions(), [3, 2, 1]);
      assert.deepEqual(await versions("name = 'digits' AND tags.a = '1'"), [2]);
      assert.deepEqual(await versions(`run_id = '${runId}'`, ['version_number ASC']), [1, 2, 3]);
      assert.deepEqual(await versions('version_number >= 2'), [3, 2]);
      assert.deepEqual(await versions("name IN ('digits', 'x') AND version_number < 2"), [1]);
      assert.deepEqual(await versions("tags.`mlflow.prompt.is_prompt` = 'true'"), [1]);
      assert.deepEqual(await versions("source_path LIKE '%/other'"), []);
      await refuses(registry.searchModels({ maxResults: 1_001 }), 'INVALID_PARAMETER_VALUE', lacks.wording ? /1001/ : /at most 1000/);
    });

    it('deletes a model with all that belongs to it', async () => {
      await makeVersions();
      const { registry } = engine();
      await registry.setAlias('digits', 'champion', 1);
      await registry.setVersionTag('digits', 1, 'a', '1');
      await registry.deleteModel('digits');
      assert.deepEqual((await registry.searchVersions()).items, []);
      assert.deepEqual((await registry.createModel('digits')).aliases, {});
    });
  });
}
