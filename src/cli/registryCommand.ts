import { invalid } from '../core/errors';
import { formatAge } from '../core/format';
import type { ModelVersion, RegisteredModel } from '../core/model';
import type { Engine } from '../store/engine';
import { everyItem } from '../store/pages';
import { registerModelFromRun } from '../models/registration';
import { jsonText, table, type Output } from './output';
import { findRun } from './runReference';

/** Registers a run's model as the next version of a registered model, with aliases if asked. */
export async function registerRun(
  engine: Engine,
  reference: string,
  name: string,
  aliases: readonly string[],
  output: Output,
): Promise<void> {
  const run = await findRun(engine, reference);
  const version = await registerModelFromRun(engine, run.runId, name);
  for (const alias of aliases) await engine.registry.setAlias(name, alias, version.version);
  const registered = await engine.registry.getVersion(name, version.version);
  if (output.json) output.out(jsonText(registered));
  else
    output.out(`${name} version ${registered.version}${aliases.length > 0 ? ` (${aliases.join(', ')})` : ''} is ${run.runName}'s model\n`);
}

/** Lists the registered models with their versions, newest first. */
export async function listModels(engine: Engine, output: Output): Promise<void> {
  const models = await everyItem((pageToken) => engine.registry.searchModels({ pageToken }));
  const listed: { model: RegisteredModel; versions: ModelVersion[] }[] = [];
  for (const model of models)
    listed.push({ model, versions: await everyItem((pageToken) => engine.registry.searchVersions({ name: model.name, pageToken })) });
  if (output.json) {
    output.out(jsonText(listed.map(({ model, versions }) => ({ ...model, versions }))));
    return;
  }
  if (listed.length === 0) {
    output.say('No registered models yet: `ml-tracking register RUN NAME` makes one.\n');
    return;
  }
  const now = Date.now();
  const rows = listed.flatMap(({ model, versions }) =>
    versions.map((version) => [
      model.name,
      String(version.version),
      version.aliases.join(', '),
      version.currentStage === 'None' ? '' : version.currentStage,
      version.runId?.slice(0, 8) ?? '',
      formatAge(version.creationTime, now),
    ]),
  );
  output.out(table(['MODEL', 'VERSION', 'ALIASES', 'STAGE', 'RUN', 'AGE'], rows, ['left', 'right']));
}

/** Points an alias at a version, or takes it away. */
export async function setAlias(engine: Engine, name: string, alias: string, version: string | undefined, output: Output): Promise<void> {
  if (version === undefined) await engine.registry.deleteAlias(name, alias);
  else {
    if (!/^[1-9]\d*$/.test(version)) throw invalid(`version '${version}' is not a number from 1 on`);
    await engine.registry.setAlias(name, alias, Number(version));
  }
  const model = await engine.registry.getModel(name);
  if (output.json) output.out(jsonText(model));
  else output.out(version === undefined ? `${name}@${alias} is gone\n` : `${name}@${alias} is version ${version}\n`);
}
