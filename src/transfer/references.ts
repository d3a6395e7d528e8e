import { TagName } from '../core/tagNames';

/** The tag in which MLflow 3 lists a logged model's registered versions: JSON, objects of `name` and `version`. */
export const MODEL_VERSIONS = 'mlflow.modelVersions';

const RUN_ID = /^[0-9a-f]{32}$/;

/** Knows under which ids things stand in the target, and rewrites what names them. */
export class References {
  readonly runs = new Map<string, string>();
  readonly models = new Map<string, string>();

  run(id: string): string {
    return this.runs.get(id) ?? id;
  }

  model(id: string): string {
    return this.models.get(id) ?? id;
  }

  /** `runs:/<id>/…` and `models:/m-…` anywhere in a text. */
  text(text: string): string {
    return text
      .replace(/\bruns:\/([0-9a-f]{32})\b/g, (_whole, id: string) => `runs:/${this.run(id)}`)
      .replace(/\bmodels:\/(m-[0-9a-f]{32})\b/g, (_whole, id: string) => `models:/${this.model(id)}`);
  }

  tag(key: string, value: string): string {
    if (key === TagName.parentRunId) return this.run(value);
    if (key === TagName.modelHistory)
      return this.text(value).replace(
        /("run_id":\s*")([0-9a-f]{32})"/g,
        (_whole, before: string, id: string) => `${before}${this.run(id)}"`,
      );
    return this.text(value);
  }
}

/**
 * A model version's source in the form that means the same in every store: `runs:/<id>/<path>` or `models:/m-…` where a
 * place's path ends as MLflow lays out the files of runs and of logged models; else as it is.
 */
export function portableSource(source: string, runId: string | undefined): string {
  if (/^(runs|models):/.test(source)) return source;
  const path = decoded(source.replaceAll('\\', '/')).replace(/\/+$/, '');
  const model = /\/models\/(m-[0-9a-f]{32})\/artifacts$/.exec(path);
  if (model) return `models:/${model[1]}`;
  const run = /\/([^/]+)\/artifacts\/(.+)$/.exec(path);
  const id = run?.[1];
  if (id === undefined || !(id === runId || (runId === undefined && RUN_ID.test(id)))) return source;
  return `runs:/${id}/${run![2]}`;
}

function decoded(uri: string): string {
  if (!/^file:/i.test(uri)) return uri;
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

/** The artifact tree's path of a place; undefined for one outside the tree. */
export function treePath(root: string, uri: string): string | undefined {
  const base = root.replace(/\/+$/, '');
  if (!uri.startsWith(`${base}/`)) return undefined;
  const path = uri.slice(base.length + 1).replace(/\/+$/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The id that a run had when it was first logged, however often it was copied since. */
export function originOf(run: { readonly runId: string; readonly tags: Readonly<Record<string, string>> }): string {
  return run.tags[TagName.copiedFrom] ?? run.runId;
}
