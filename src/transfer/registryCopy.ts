import type { ModelVersion, RegisteredModel } from '../core/model';
import { TagName } from '../core/tagNames';
import { everyItem } from '../store/pages';
import { type CopyContext, attemptItem, createOrFind, ifThere } from './copyContext';
import type { SourceRegisteredModel, SourceVersion } from './source';

/** Copies the registry: models, their versions with stages and tags, and the aliases. */
export class RegistryCopy {
  constructor(
    private readonly context: CopyContext,
    /** Undefined: all versions; else those of these runs. */
    private readonly runIds: ReadonlySet<string> | undefined,
  ) {}

  async copy(): Promise<void> {
    for (const model of await this.context.source.registeredModels()) {
      const versions = model.versions.filter((version) => !this.runIds || (version.runId !== undefined && this.runIds.has(version.runId)));
      if (this.runIds && versions.length === 0) continue;
      const item = `the registered model ${model.name}`;
      await attemptItem(this.context, item, () => this.copyModel(model, versions, item));
    }
  }

  private async copyModel(model: SourceRegisteredModel, versions: readonly SourceVersion[], item: string): Promise<void> {
    const { registry } = this.context.target;
    const { description, tags, creationTime } = model;
    const find = (): Promise<RegisteredModel | undefined> => ifThere(registry.getModel(model.name));
    const there = (await find()) ?? (await createOrFind(() => registry.createModel(model.name, { description, tags, creationTime }), find));
    if (model.description !== '' && there.description !== model.description)
      await registry.updateModel(model.name, { description: model.description });
    for (const [key, value] of Object.entries(model.tags))
      if (there.tags[key] !== value)
        await attemptItem(this.context, `${item}, the tag ${key}`, () => registry.setModelTag(model.name, key, value));
    const known = await everyItem((pageToken) => registry.searchVersions({ name: model.name, pageToken }));
    const numbers = new Map<number, number>();
    for (const version of versions) {
      const versionItem = `${item}, version ${version.version}`;
      const number = await attemptItem(this.context, versionItem, () => this.copyVersion(model.name, version, known, versionItem));
      if (number !== undefined) numbers.set(version.version, number);
    }
    await this.setAliases(model, there, numbers, item);
  }

  private async setAliases(
    model: SourceRegisteredModel,
    there: RegisteredModel,
    numbers: ReadonlyMap<number, number>,
    item: string,
  ): Promise<void> {
    for (const [alias, version] of Object.entries(model.aliases)) {
      const number = numbers.get(version);
      if (number !== undefined && there.aliases[alias] !== number)
        await attemptItem(this.context, `${item}, the alias ${alias}`, () =>
          this.context.target.registry.setAlias(model.name, alias, number),
        );
    }
  }

  /** @returns the version's number in the target */
  private async copyVersion(
    name: string,
    version: SourceVersion,
    known: readonly ModelVersion[],
    item: string,
  ): Promise<number | undefined> {
    const { registry, info } = this.context.target;
    const found = this.find(name, version, known);
    if (!found && info.keepsIds && known.some((other) => other.version === version.version)) {
      this.context.problems.add(item, `In ${info.location} that number is another version's, which stays.`);
      return undefined;
    }
    const again = async (): Promise<ModelVersion | undefined> => {
      const made = await ifThere(registry.getVersion(name, version.version));
      return made && this.find(name, version, [made]);
    };
    const there = found ?? (await createOrFind(() => this.create(name, version), again));
    if (there.version !== version.version)
      this.context.tally.notes.add(`Version ${version.version} of ${name} is version ${there.version} in ${info.location}.`);
    if (there.description !== version.description) await registry.updateVersion(name, there.version, { description: version.description });
    if (there.currentStage !== version.stage) await registry.updateVersion(name, there.version, { stage: version.stage });
    for (const [key, value] of Object.entries(this.tagsOf(version)))
      // Back where it was first made, a version is no copy.
      if (there.tags[key] !== value && (key !== TagName.copiedFrom || markOf(name, there) !== value))
        await attemptItem(this.context, `${item}, the tag ${key}`, () => registry.setVersionTag(name, there.version, key, value));
    return there.version;
  }

  private find(name: string, version: SourceVersion, known: readonly ModelVersion[]): ModelVersion | undefined {
    const { references, target } = this.context;
    const mark = markOf(name, version);
    const runId = version.runId === undefined ? undefined : references.run(version.runId);
    return (
      known.find((other) => other.tags[TagName.copiedFrom] === mark || markOf(name, other) === mark) ??
      known.find(
        (other) =>
          other.version === version.version &&
          other.source === references.text(version.source) &&
          (runId === undefined || other.runId === runId) &&
          (!target.info.keepsIds || version.creationTime === undefined || other.creationTime === version.creationTime),
      )
    );
  }

  private async create(name: string, version: SourceVersion): Promise<ModelVersion> {
    const { target, tally, references } = this.context;
    const keeps = target.info.keepsIds;
    const runId = version.runId === undefined ? undefined : await this.runThere(references.run(version.runId));
    const created = await target.registry.createVersion({
      name,
      ...(keeps ? { version: version.version, creationTime: version.creationTime } : {}),
      source: references.text(version.source),
      ...(runId === undefined ? {} : { runId }),
      ...(version.runLink ? { runLink: version.runLink } : {}),
      ...(version.description ? { description: version.description } : {}),
      ...(version.userId ? { userId: version.userId } : {}),
      tags: keeps ? {} : { [TagName.copiedFrom]: markOf(name, version) },
    });
    tally.modelVersions++;
    return created;
  }

  /** A version may outlive its run. */
  private async runThere(runId: string): Promise<string | undefined> {
    return (await ifThere(this.context.target.runs.get(runId)))?.runId;
  }

  private tagsOf(version: SourceVersion): Record<string, string> {
    return Object.fromEntries(Object.entries(version.tags).map(([key, value]) => [key, this.context.references.tag(key, value)]));
  }
}

/** Names a version wherever it is copied to: servers choose the numbers of what is made there. */
function markOf(name: string, version: Pick<SourceVersion, 'version' | 'creationTime' | 'tags'>): string {
  return version.tags[TagName.copiedFrom] ?? `models:/${name}/${version.version}#${version.creationTime ?? 0}`;
}
