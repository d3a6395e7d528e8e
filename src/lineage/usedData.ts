import type { Dataset, DatasetInput } from '../core/dataset';
import type { Run } from '../core/run';

/** One file or folder that a run has used, as the run tells of it. */
export interface UsedData {
  /** DVC's digest, or the MD5 of the content; undefined where the run's client counts in another way. */
  readonly digest: string | undefined;
  /** As the run names it, with `/`: relative to the folder that it ran in, or absolute; undefined where it isn't named. */
  readonly path: string | undefined;
  /** The data set's own name and digest, for where nothing else is known. */
  readonly name: string;
  readonly label: string;
  /** `train`, `test`, …; several with commas. */
  readonly context: string | undefined;
}

const MD5 = /^[0-9a-f]{32}(\.dir)?$/;

/** An empty file's, an empty folder's: they say nothing of which data it was. */
const EMPTY = new Set(['d41d8cd98f00b204e9800998ecf8427e', 'd751713988987e9331980363e24189ce.dir']);

export function isEmptyContent(digest: string | undefined): boolean {
  return digest !== undefined && EMPTY.has(digest);
}

/** What a run has used; each path and digest once, with all the contexts in which it was used. */
export function usedData(run: Run): UsedData[] {
  const found = new Map<string, UsedData>();
  for (const input of run.inputs) {
    for (const each of ofInput(input)) {
      const key = JSON.stringify([each.digest ?? each.label, each.path]);
      const before = found.get(key);
      const contexts = new Set([before?.context, each.context].filter((context) => context !== undefined));
      found.set(key, { ...each, context: contexts.size > 0 ? [...contexts].join(', ') : undefined });
    }
  }
  return [...found.values()];
}

/** A data set may be several files, of which each has a digest of its own. */
function ofInput({ dataset, tags }: DatasetInput): UsedData[] {
  const base = { name: dataset.name, label: dataset.digest, context: tags['mlflow.data.context'] || undefined };
  const source = objectOf(dataset.source);
  const parts = [source['images'], source['labelsFile']].flatMap((part) => {
    const { path, md5 } = fields(part);
    return typeof path === 'string' && typeof md5 === 'string' ? [{ ...base, path: posix(path), digest: digestOf(md5) }] : [];
  });
  if (parts.length > 0) return parts;
  const digests = Object.entries(fields(objectOf(dataset.profile)['digests']));
  if (digests.length > 1)
    return digests.map(([path, digest]) => ({
      ...base,
      path: posix(path),
      digest: typeof digest === 'string' ? digestOf(digest) : undefined,
    }));
  return [{ ...base, path: pathOf(dataset, source), digest: digestOf(dataset.digest) }];
}

function pathOf({ sourceType }: Dataset, source: Readonly<Record<string, unknown>>): string | undefined {
  const uri = source['uri'];
  if (typeof uri !== 'string' || uri === '') return undefined;
  if (/^file:\/\//i.test(uri)) return decoded(uri.replace(/^file:\/\/(localhost(?=\/))?/i, '').replace(/^\/(?=[A-Za-z]:)/, ''));
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(uri) || sourceType === 'hugging_face' ? undefined : posix(uri);
}

function decoded(text: string): string {
  try {
    return posix(decodeURIComponent(text));
  } catch {
    return posix(text);
  }
}

function posix(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
}

function digestOf(text: string): string | undefined {
  const digest = text.toLowerCase();
  return MD5.test(digest) ? digest : undefined;
}

function objectOf(json: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return fields(JSON.parse(json ?? ''));
  } catch {
    return {};
  }
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
