import { TrackingError, invalid, missing } from '../core/errors';
import type { ModelVersion } from '../core/model';
import type { Engine } from '../store/engine';
import { quote } from '../store/limits';
import type { ArtifactUris } from './artifactUris';
import { fullyDecoded } from './percent';

/** What a version is made of, as a request names it. */
export interface SourceRequest {
  readonly source: string;
  readonly runId: string | undefined;
  readonly modelId: string | undefined;
  readonly isPrompt: boolean;
}

export interface CheckedSource {
  readonly source: string;
  readonly runId: string | undefined;
  readonly modelId: string | undefined;
}

/** What stands in for the files of prompts, which have none. */
const PROMPT_SOURCES = ['dummy-source', 'prompt-template'];
/** Schemes that would have whoever reads the model connect to a host that the request chooses. */
const HOST_SCHEMES = new Set(['ftp', 'sftp', 'hdfs', 'viewfs', 'http', 'https', 'r2', 'b2', 'abfss']);

/**
 * Refuses the sources of model versions that would make somebody read what is not theirs, as MLflow does: files of this machine,
 * however they are written, paths that climb, other hosts, and what is not of the run or logged model that the request names. A
 * source that is another version stands for that version, with its run.
 */
export async function checkedSource(engine: Engine, uris: ArtifactUris, request: SourceRequest): Promise<CheckedSource> {
  const { source, runId, modelId, isPrompt } = request;
  if (isPrompt) {
    if (!PROMPT_SOURCES.includes(source))
      throw invalid(`Invalid prompt source: '${source}'. Prompt sources must use an MLflow placeholder.`);
    return { source, runId, modelId };
  }
  const scheme = checkPlace(source);
  if (scheme === 'models' && loggedModelOf(source) === undefined) return versionAsSource(engine, request);
  const named = scheme === 'models' ? loggedModelOf(source) : undefined;
  if (modelId !== undefined) {
    if (named !== undefined && named !== modelId) throw foreign(source, 'model_id');
    if (scheme === 'runs') throw foreign(source, 'model_id');
    const found = engine.loggedModels.get(modelId);
    const model = await (scheme === 'mlflow-artifacts' ? found.catch(unless(() => foreign(source, 'model_id'))) : found);
    if (scheme === 'mlflow-artifacts' && !isWithin(source, uris.toWire(model.artifactUri))) throw foreign(source, 'model_id');
    return { source, runId: runId ?? model.sourceRunId, modelId };
  }
  if (named !== undefined) throw foreign(source, 'model_id');
  if (scheme === 'runs' && (runId === undefined || runOf(source) !== runId)) throw foreign(source, 'run_id');
  if (scheme === 'mlflow-artifacts') {
    if (runId === undefined) throw foreign(source, 'run_id');
    const run = await engine.runs.get(runId).catch(unless(() => foreign(source, 'run_id')));
    if (!isWithin(source, uris.toWire(run.artifactUri))) throw foreign(source, 'run_id');
  }
  return { source, runId, modelId };
}

/** The scheme of a source that may stand anywhere at all. */
function checkPlace(source: string): string {
  const plain = fullyDecoded(source);
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(plain)?.[1]?.toLowerCase();
  if (scheme === undefined || scheme === 'file' || scheme.endsWith('+file') || scheme.startsWith('file+'))
    throw invalid(
      `Invalid model version source: '${source}'. To use a local path as a model version source, the run_id request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the run_id.`,
    );
  const [, authority = '', path = ''] = /^[^:]+:(?:\/\/([^/]*))?(.*)$/s.exec(plain) ?? [];
  if (HOST_SCHEMES.has(scheme) || (scheme === 'mlflow-artifacts' && authority !== ''))
    throw invalid(`Invalid model version source: ${quote(source)}. This server takes no source of the scheme '${scheme}' with a host.`);
  if (authority !== '' && (scheme === 'runs' || scheme === 'models')) throw foreign(source, scheme === 'runs' ? 'run_id' : 'model_id');
  // eslint-disable-next-line no-control-regex
  const hidden = /[\u0000-\u001f\\]/.test(plain) || plain.split(/[/?#]/).includes('..');
  if (hidden || !path.startsWith('/') || path.split('/').includes('.'))
    throw invalid(
      `Invalid model version source: '${source}'. If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path.`,
    );
  return scheme;
}

async function versionAsSource(engine: Engine, { source, runId, modelId }: SourceRequest): Promise<CheckedSource> {
  const found = await versionOf(engine, source);
  if (!found) throw foreign(source, 'model_id');
  const { tags } = await engine.registry.getModel(found.name);
  if (tags['mlflow.prompt.is_prompt']?.toLowerCase() === 'true')
    throw invalid(`Invalid model version source: '${source}'. Prompt versions cannot be used as model version sources.`);
  if ((runId !== undefined && runId !== found.runId) || modelId !== undefined)
    throw invalid(
      `Invalid model version source: '${source}'. The run_id and model_id request parameters must match the referenced model version.`,
    );
  return { source: `models:/${found.name}/${found.version}`, runId: found.runId, modelId };
}

/** The version that `models:/NAME/VERSION`, `models:/NAME/latest`, `models:/NAME/STAGE` or `models:/NAME@ALIAS` names; undefined for another text. */
export async function versionOf(engine: Engine, source: string): Promise<ModelVersion | undefined> {
  const [, name, suffix] = /^models:\/+([^/]+)(?:\/([^/]+))?$/.exec(source) ?? [];
  if (name === undefined) return undefined;
  const at = name.lastIndexOf('@');
  if (suffix === undefined) return at > 0 ? engine.registry.getVersionByAlias(name.slice(0, at), name.slice(at + 1)) : undefined;
  const { latestVersions } = await engine.registry.getModel(name);
  if (/^\d{1,15}$/.test(suffix)) return engine.registry.getVersion(name, Number(suffix));
  const newest = latestVersions
    .filter(({ currentStage }) => suffix.toLowerCase() === 'latest' || currentStage.toLowerCase() === suffix.toLowerCase())
    .toSorted((a, b) => b.version - a.version)[0];
  if (!newest) throw missing(`No versions of model with name '${name}' and stage '${suffix}' found`);
  return newest;
}

/** The logged model that a source names: `models:/<model id>`, where neither an alias nor a version follows. */
function loggedModelOf(source: string): string | undefined {
  return /^models:\/+([^/@]+)$/.exec(source)?.[1];
}

function runOf(source: string): string | undefined {
  return /^runs:\/+([^/]+)\/./.exec(source)?.[1];
}

/** Whether a URI lies under another, or is it, whatever is percent-encoded in it. */
function isWithin(uri: string, root: string): boolean {
  const [inner, outer] = [uri, root].map((text) =>
    text
      .split('/')
      .filter((part) => part !== '')
      .map(fullyDecoded),
  );
  return outer!.every((part, index) => inner![index] === part);
}

function foreign(source: string, parameter: 'run_id' | 'model_id'): TrackingError {
  return invalid(
    `Invalid model version source: '${source}'. The ${parameter} request parameter must identify the resource that contains the source.`,
  );
}

/** Puts another error in the place of one that says that something isn't there. */
function unless(instead: () => TrackingError): (error: unknown) => never {
  return (error) => {
    throw error instanceof TrackingError && error.code === 'RESOURCE_DOES_NOT_EXIST' ? instead() : error;
  };
}
