import { join } from 'node:path';
import type { LocalFiles } from '../localFiles';
import { isPrompt, versionStage } from '../mlflowTerms';
import type { Problems } from '../problems';
import { portableSource } from '../references';
import type { SourceRegisteredModel, SourceVersion } from '../source';
import { metaNumber, metaText } from './metaFile';
import type { RunFolders } from './runFolder';

/** Reads a file store's registry: `models/<name>/` with `meta.yaml`, `tags/`, `aliases/` and `version-N/`. */
export async function readRegistry(
  folder: string,
  files: LocalFiles,
  folders: RunFolders,
  problems: Problems,
): Promise<SourceRegisteredModel[]> {
  const found: SourceRegisteredModel[] = [];
  for (const name of await files.folders(folder)) {
    const place = join(folder, name);
    const meta = await folders.meta(place);
    const tags = await files.texts(join(place, 'tags'));
    if (!meta) problems.add(files.name(place), 'It has no meta.yaml that can be read; the model is taken as its folder tells.');
    if (isPrompt(tags)) {
      problems.add(files.name(place), 'It is a prompt, no model, and is left out.');
      continue;
    }
    const versions: SourceVersion[] = [];
    for (const version of await files.folders(place)) {
      const number = /^version-([1-9]\d{0,8})$/.exec(version)?.[1];
      const read = number === undefined ? undefined : await readVersion(join(place, version), Number(number), files, folders, problems);
      if (read) versions.push(read);
    }
    const aliases: [string, number][] = [];
    for (const [alias, text] of Object.entries(await files.texts(join(place, 'aliases'))))
      if (/^[1-9]\d{0,8}$/.test(text.trim())) aliases.push([alias, Number(text)]);
      else problems.add(files.name(join(place, 'aliases', alias)), 'It does not name a version.');
    found.push({
      name,
      description: (meta && metaText(meta, 'description')) ?? '',
      creationTime: meta && metaNumber(meta, 'creation_timestamp'),
      tags,
      aliases: Object.fromEntries(aliases),
      versions: versions.sort((a, b) => a.version - b.version),
    });
  }
  return found;
}

async function readVersion(
  place: string,
  version: number,
  files: LocalFiles,
  folders: RunFolders,
  problems: Problems,
): Promise<SourceVersion | undefined> {
  const meta = await folders.meta(place);
  if (!meta) {
    problems.add(files.name(place), 'It has no meta.yaml that can be read, so the version is left out.');
    return undefined;
  }
  const stage = versionStage(metaText(meta, 'current_stage'));
  if (stage === undefined) return undefined;
  const runId = metaText(meta, 'run_id');
  return {
    version,
    creationTime: metaNumber(meta, 'creation_timestamp'),
    description: metaText(meta, 'description') ?? '',
    userId: metaText(meta, 'user_id') ?? '',
    stage,
    source: portableSource(metaText(meta, 'source', 'storage_location') ?? '', runId),
    runId,
    runLink: metaText(meta, 'run_link') ?? '',
    tags: await files.texts(join(place, 'tags')),
  };
}
